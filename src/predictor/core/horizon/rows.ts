// Writes a unit's log as the row of numbers a model asks for, at an instant: no allocation on the way, missing is NaN. What
// the log holds and the layout does not know (a code that training never saw) is passed over and counted.
import { DAY_MS, type EpochMs, HOUR_MS } from '../../../contracts/time.ts';
import { type Layout, WINDOW_SHARES } from './columns.ts';
import { createDayValues } from './day-values.ts';
import type { DetectorDay } from './detector-days.ts';
import { type ComponentTrace, type EventTrace, LOG_SETTINGS, type MetricTrace, type UnitLog } from './unit-log.ts';

/** Silence after which a metric's levels say nothing about the present. */
const STALE_MS = 2 * DAY_MS;
/** Own normal that was learned for less than this is no normal yet. */
const LEARNED_MS = DAY_MS;

export interface RowWriter {
  /** Fills `row` from `offset` on, one value a column. Everything in the log must have happened by `atMs`. */
  write(atMs: EpochMs, row: Float32Array, offset?: number): void;
  /** Events within the horizon before `atMs` whose codes the layout does not know. */
  strangers(atMs: EpochMs): number;
}

export type Statics = Readonly<Record<string, string | number>>;

interface Bound {
  events: readonly (EventTrace | undefined)[];
  strangers: readonly EventTrace[];
  components: readonly (ComponentTrace | undefined)[];
  metrics: readonly (MetricTrace | undefined)[];
  seen: number;
}

const entriesOf = (log: UnitLog): number => log.events.length + log.components.length * 1e3 + log.metrics.length * 1e6;

function bind(layout: Layout, log: UnitLog): Bound {
  return {
    events: layout.codes.map((code) => log.events.find((trace) => trace.code === code)),
    strangers: log.events.filter(({ code }) => !layout.codes.includes(code)),
    components: layout.components.map((component) => log.components.find((trace) => trace.component === component)),
    metrics: layout.metrics.map((metric) => log.metrics.find((trace) => trace.metric === metric)),
    seen: entriesOf(log),
  };
}

function staticValue({ attribute, value }: Layout['statics'][number], statics: Statics): number {
  const own = statics[attribute];
  if (own === undefined) return Number.NaN;
  if (value !== null) return own === value ? 1 : 0;
  return typeof own === 'number' ? own : Number.NaN;
}

/** Times in (from, to], oldest first. */
function countIn(timesMs: readonly EpochMs[], fromMs: EpochMs, toMs: EpochMs): number {
  let count = 0;
  for (let index = timesMs.length - 1; index >= 0; index--) {
    const at = timesMs[index] as number;
    if (at <= fromMs) break;
    if (at <= toMs) count++;
  }
  return count;
}

const clockHour = (atMs: EpochMs): number => (atMs % DAY_MS) / HOUR_MS;

/** `days`: those that are over, oldest first. */
export function createRowWriter(
  layout: Layout,
  log: UnitLog,
  statics: Statics,
  days: readonly DetectorDay[] = [],
): RowWriter {
  const dayValues = layout.detectors === undefined ? null : createDayValues(layout.detectors, days);
  const attributes = layout.statics.map((column) => staticValue(column, statics));
  const horizonMs = layout.horizonHours * HOUR_MS;
  const windowsMs = WINDOW_SHARES.map((share) => share * horizonMs);
  const longestMs = windowsMs.at(-1) as number;
  let bound = bind(layout, log);
  let row: Float32Array = new Float32Array(0);
  let at = 0;

  const put = (value: number): void => {
    row[at++] = value;
  };

  function putEvents(nowMs: EpochMs): void {
    const spanMs = Math.max(longestMs, nowMs - (log.firstMs ?? nowMs));
    for (const trace of bound.events) {
      if (trace === undefined || trace.timesMs.length === 0) {
        for (let index = 0; index < windowsMs.length; index++) put(0);
        put(0);
        put(Number.NaN);
        put(Number.NaN);
        continue;
      }
      const { timesMs, total } = trace;
      const lastMs = timesMs[timesMs.length - 1] as number;
      let count = 0;
      for (const windowMs of windowsMs) {
        // A window with nothing in it makes every shorter one empty too.
        count = nowMs - lastMs >= windowMs ? 0 : countIn(timesMs, nowMs - windowMs, nowMs);
        put(count);
      }
      put(((count / total) * spanMs) / longestMs);
      put((nowMs - lastMs) / HOUR_MS);
      put(clockHour(lastMs));
    }
  }

  function putComponents(nowMs: EpochMs): void {
    for (let index = 0; index < bound.components.length; index++) {
      const trace = bound.components[index];
      const life = layout.medianLifeHours[index] ?? null;
      const installedMs = trace?.installedMs ?? null;
      const age = installedMs === null ? Number.NaN : (nowMs - installedMs) / HOUR_MS;
      put(age);
      put(life === null ? Number.NaN : age / life);
      put(trace?.failures ?? 0);
    }
  }

  function putMetrics(nowMs: EpochMs): void {
    for (const trace of bound.metrics) {
      if (trace === undefined || nowMs - trace.lastMs > STALE_MS) {
        for (let index = 0; index < LOG_SETTINGS.memoriesMs.length + 3; index++) put(Number.NaN);
        put(trace === undefined ? Number.NaN : (nowMs - trace.lastMs) / HOUR_MS);
        continue;
      }
      const { levels, mean, variance, scatter, learnedMs } = trace;
      const deviation = learnedMs < LEARNED_MS || variance <= 0 ? Number.NaN : Math.sqrt(variance);
      put(levels[1] as number);
      for (let index = 0; index < levels.length; index++) put(((levels[index] as number) - mean) / deviation);
      put(((levels[0] as number) - (levels[1] as number)) / deviation);
      put(Math.sqrt(scatter) / deviation);
      put((nowMs - trace.lastMs) / HOUR_MS);
    }
  }

  function putUnit(nowMs: EpochMs): void {
    put(clockHour(nowMs));
    put(log.visitedMs === null ? Number.NaN : (nowMs - log.visitedMs) / HOUR_MS);
    let lastMs = Number.NEGATIVE_INFINITY;
    let count = 0;
    for (const trace of bound.events) {
      if (trace === undefined) continue;
      const { timesMs } = trace;
      const newestMs = timesMs[timesMs.length - 1] as number;
      if (newestMs > lastMs) lastMs = newestMs;
      if (nowMs - newestMs < horizonMs) count += countIn(timesMs, nowMs - horizonMs, nowMs);
    }
    put(lastMs === Number.NEGATIVE_INFINITY ? Number.NaN : (nowMs - lastMs) / HOUR_MS);
    put(count);
  }

  return {
    write(atMs, into, offset = 0) {
      if (bound.seen !== entriesOf(log)) bound = bind(layout, log);
      row = into;
      at = offset;
      putUnit(atMs);
      putEvents(atMs);
      putComponents(atMs);
      for (const value of attributes) put(value);
      putMetrics(atMs);
      if (dayValues !== null) for (const value of dayValues.at(atMs)) put(value);
    },
    strangers(atMs) {
      if (bound.seen !== entriesOf(log)) bound = bind(layout, log);
      return bound.strangers.reduce((sum, { timesMs }) => sum + countIn(timesMs, atMs - horizonMs, atMs), 0);
    },
  };
}
