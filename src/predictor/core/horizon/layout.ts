// Finds out from a training part what rows are made of: the codes, components, metrics and attributes that occur in it, each
// kind up to a limit, the most frequent first.
import type { EpochMs } from '../../../contracts/time.ts';
import { medianLife, survivalSteps } from '../survival/kaplan-meier.ts';
import type { Layout } from './columns.ts';
import { DAY_MEASURES } from './detector-days.ts';
import type { UnitHistory } from './history.ts';
import { livesOf } from './lives.ts';

const CODES_LIMIT = 40;
const COMPONENTS_LIMIT = 20;
const METRICS_LIMIT = 40;
/** Different words of an attribute, each a column. */
const WORDS_LIMIT = 12;
/** A code that came fewer times in the whole fleet teaches nothing. */
const FEWEST_EVENTS = 5;

class Counts {
  private readonly counts = new Map<string, number>();

  add(name: string, times = 1): void {
    this.counts.set(name, (this.counts.get(name) ?? 0) + times);
  }

  /** The most frequent, then sorted by name, so that the order of rows does not depend on the order of units. */
  most(limit: number, fewest: number): string[] {
    return [...this.counts]
      .filter(([, count]) => count >= fewest)
      .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
      .slice(0, limit)
      .map(([name]) => name)
      .sort();
  }
}

export function layoutOf(
  histories: readonly UnitHistory[],
  { fromMs, toMs, horizonHours }: { fromMs: EpochMs; toMs: EpochMs; horizonHours: number },
): Layout {
  const codes = new Counts();
  const components = new Counts();
  const metrics = new Counts();
  for (const { happenings, readings } of histories) {
    for (const happening of happenings) {
      if (happening.atMs > toMs) break;
      if (happening.kind === 'event') codes.add(happening.code);
      else components.add(happening.component);
    }
    for (const { metric, timesMs } of readings) if ((timesMs[0] ?? Infinity) <= toMs) metrics.add(metric);
  }
  const lives = livesOf(histories, fromMs, toMs);
  const known = components.most(COMPONENTS_LIMIT, 1);
  return {
    horizonHours,
    codes: codes.most(CODES_LIMIT, FEWEST_EVENTS),
    components: known,
    medianLifeHours: known.map((component) => medianLife(survivalSteps(lives.get(component) ?? []))),
    metrics: metrics.most(METRICS_LIMIT, 1),
    statics: staticsOf(histories),
    ...detectorsOf(histories, toMs),
  };
}

/** What the detectors said of any day that was over by then. */
function detectorsOf(histories: readonly UnitHistory[], toMs: EpochMs): Pick<Layout, 'detectors'> {
  const detectors = DAY_MEASURES.filter((measure) =>
    histories.some(({ days = [] }) => days.some((one) => one.closedMs <= toMs && one[measure] !== null)),
  );
  return detectors.length === 0 ? {} : { detectors };
}

function staticsOf(histories: readonly UnitHistory[]): Layout['statics'] {
  const words = new Map<string, Set<string | null>>();
  for (const { statics } of histories) {
    for (const [attribute, value] of Object.entries(statics)) {
      const known = words.get(attribute) ?? new Set();
      words.set(attribute, known.add(typeof value === 'number' ? null : value));
    }
  }
  return [...words]
    .sort((a, b) => (a[0] < b[0] ? -1 : 1))
    .flatMap(([attribute, values]) =>
      [...values]
        .sort()
        .slice(0, WORDS_LIMIT)
        .map((value) => ({ attribute, value })),
    );
}
