// When a device's model is asked, and which of its answers are worth a row: at a bounded rate, when one has moved, and at least
// once a day.
import { DAY_MS, type EpochMs, HOUR_MS } from '../../../contracts/time.ts';
import type { DeviceState } from '../state.ts';
import { noteReading } from './unit-log.ts';
import type { HorizonState, StandingAnswer } from './watch.ts';

/** Measured time between two questions when no event comes. */
const LONGEST_PAUSE_MS = 6 * HOUR_MS;
const STORE_AGAIN_MS = DAY_MS;
/** What stands is told again within this time: a longer silence ends an episode of a model in shadow. */
export const TOLD_WITHIN_MS = STORE_AGAIN_MS + 2 * LONGEST_PAUSE_MS;
/** A move of this much is worth a row. */
const MOVED = 0.02;

export type Answer = Omit<StandingAnswer, 'isOver'>;

/** What a model said of a device at one instant. */
export interface StandingEffect {
  kind: 'standing';
  atMs: EpochMs;
  answers: Answer[];
  isShadow: boolean;
  /** By component; null: nothing would ever be done about it. */
  thresholds: ReadonlyMap<string, number | null>;
}

interface Heard {
  readonly readings: readonly { metric: string; measuredAtMs: EpochMs; value: number; quality: number }[];
}

const IMPLAUSIBLE = 1;

/** Readings of gauges, as they come. */
export function hearReadings(horizon: HorizonState, gauges: ReadonlySet<string>, { readings }: Heard): void {
  for (const { metric, measuredAtMs, value, quality } of readings) {
    if (gauges.has(metric) && (quality & IMPLAUSIBLE) === 0) noteReading(horizon.log, metric, measuredAtMs, value);
  }
}

/** A short horizon is asked about more often. */
export const pauseMs = (horizonHours: number): number => Math.min(LONGEST_PAUSE_MS, (horizonHours * HOUR_MS) / 4);

export const isDue = (state: DeviceState, horizonHours: number): boolean =>
  state.horizon === undefined || state.measuredToMs - state.horizon.askedMs >= pauseMs(horizonHours);

/** Answers that have moved since they were last stored, or were stored long ago; they are remembered as stored. */
export function worthStoring(horizon: HorizonState, answers: readonly Answer[]): Answer[] {
  return answers.filter(({ version, component, value, atMs }) => {
    const told = horizon.told.find((one) => one.component === component && one.version === version);
    if (told === undefined) horizon.told.push({ version, component, value, atMs });
    else if (Math.abs(told.value - value) < MOVED && atMs - told.atMs < STORE_AGAIN_MS) return false;
    else Object.assign(told, { value, atMs });
    return true;
  });
}

/** Forgets what models said that are no longer in force. */
export function keepVersions(horizon: HorizonState, versions: readonly string[]): void {
  horizon.told = horizon.told.filter(({ version }) => versions.includes(version));
  horizon.answers = horizon.answers.filter(({ version }) => versions.includes(version));
}
