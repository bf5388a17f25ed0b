// What is remembered of one sensor, reading by reading, so that a row of features costs the same however long the past is:
// how long it has been on this side of each of its levels, and its last steps and turns. These are clocks: a
// machine that runs down reaches its fault at nearly the same reading of the right clock, whatever the hour. Times may be
// irregular; a value that is missing changes nothing.
import { type EpochMs, HOUR_MS } from '../../../contracts/time.ts';

/** In longest horizons; beyond it "long ago" is all that is said, so that a model cannot tell days apart by it. */
const LONGEST = 6;
/** Steps whose lengths are remembered. */
const STEPS = 3;

export interface SensorTrace {
  value: number;
  /** Since when the value is above (or not above) each level. */
  sinceMs: Float64Array;
  isAbove: Uint8Array;
  roseMs: EpochMs;
  fellMs: EpochMs;
  /** When the last changes were, newest first. */
  stepMs: Float64Array;
  /** The value before the rise or fall that goes on now. */
  turnValue: number;
  direction: -1 | 0 | 1;
}

export const newTrace = (levels: Float64Array): SensorTrace => ({
  value: Number.NaN,
  sinceMs: new Float64Array(levels.length).fill(Number.NaN),
  isAbove: new Uint8Array(levels.length),
  roseMs: Number.NaN,
  fellMs: Number.NaN,
  stepMs: new Float64Array(STEPS).fill(Number.NaN),
  turnValue: Number.NaN,
  direction: 0,
});

export function noteValue(trace: SensorTrace, levels: Float64Array, atMs: EpochMs, value: number): void {
  if (Number.isNaN(value)) return;
  const isFirst = Number.isNaN(trace.value);
  for (let level = 0; level < levels.length; level++) {
    const above = value > (levels[level] as number) ? 1 : 0;
    if (!isFirst && above === trace.isAbove[level]) continue;
    trace.isAbove[level] = above;
    // Nobody saw when the side of the first value was taken.
    trace.sinceMs[level] = isFirst ? Number.NaN : atMs;
  }
  if (!isFirst && value !== trace.value) noteStep(trace, atMs, value);
  trace.value = value;
}

function noteStep(trace: SensorTrace, atMs: EpochMs, value: number): void {
  const direction = value > trace.value ? 1 : -1;
  if (direction !== trace.direction) trace.turnValue = trace.value;
  trace.direction = direction;
  if (direction > 0) trace.roseMs = atMs;
  else trace.fellMs = atMs;
  trace.stepMs.copyWithin(1, 0, STEPS - 1);
  trace.stepMs[0] = atMs;
}

/** Names of what `writeTrace` writes, in its order. */
export function traceColumns(sensor: string, levels: Float64Array): string[] {
  return [
    'value',
    'hours-since-rise',
    'hours-since-fall',
    'moved-since-turn',
    ...Array.from({ length: STEPS }, (_, step) => `step-hours:${step}`),
    ...Array.from(levels, (_, level) => `hours-beyond-level:${level}`),
  ].map((name) => `${sensor}:${name}`);
}

export function writeTrace(
  trace: SensorTrace,
  horizonMs: number,
  atMs: EpochMs,
  row: Float32Array,
  offset: number,
): void {
  const { value, stepMs, sinceMs, isAbove } = trace;
  const longestMs = LONGEST * horizonMs;
  const hours = (fromMs: EpochMs, toMs: EpochMs): number => Math.min(longestMs, toMs - fromMs) / HOUR_MS;
  let at = offset;
  row[at++] = value;
  row[at++] = hours(trace.roseMs, atMs);
  row[at++] = hours(trace.fellMs, atMs);
  row[at++] = value - trace.turnValue;
  for (let step = 0; step < STEPS; step++) {
    row[at++] = hours(stepMs[step] as number, step === 0 ? atMs : (stepMs[step - 1] as number));
  }
  // Signed, so that one column says the side and how long: above is positive.
  for (let level = 0; level < sinceMs.length; level++) {
    const long = hours(sinceMs[level] as number, atMs);
    row[at++] = isAbove[level] === 1 ? long : -long;
  }
}
