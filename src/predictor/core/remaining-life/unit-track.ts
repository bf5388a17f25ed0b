// One unit under watch: its readings brought to the scale of training, followed by lines of several memories, and held
// against the unit's own beginning. A step costs the same at any age; the numbers kept are the whole state.
import { addReading, levelOf, passUsage, slopeAt, startLines, type Lines } from './lines.ts';
import { regimeOf, UNSEEN, type Regimes } from './regimes.ts';
import type { RunShape } from './run.ts';
import { scaled, type SensorScale } from './sensor-scale.ts';

/** What training fixed for all units. */
export interface LifeFrame {
  readonly shape: RunShape;
  readonly regimes: Regimes;
  readonly scale: SensorScale;
  /** Offset, then a weight for each used sensor: the one number that falls as life runs out. */
  readonly index: readonly number[];
  /** Median usage from beginning to failure. */
  readonly typicalLife: number;
}

export interface UnitTrack {
  firstUsage: number | null;
  usage: number;
  /** Used sensors, then the index. */
  readonly lines: Lines;
  /** Readings and mean of each channel in the unit's first part of life. */
  readonly early: Float64Array;
  /** Recent share of readings under conditions that training never saw. */
  unseen: number;
}

/** Memories of the lines, and length of a unit's beginning, as shares of a typical life. */
const MEMORIES = [0.025, 0.075, 0.225];
const BEGINNING = 0.1;
/** A value farther out than this many deviations says "far out" and no more. */
const FARTHEST = 8;
const UNSEEN_MEMORY = 10;
const SLOPES = [1, 2];
const MIDDLE = 1;

export const startTrack = ({ scale, typicalLife }: LifeFrame): UnitTrack => ({
  firstUsage: null,
  usage: 0,
  lines: startLines(
    scale.used.length + 1,
    MEMORIES.map((share) => share * typicalLife),
  ),
  early: new Float64Array(2 * (scale.used.length + 1)),
  unseen: 0,
});

/** Adds a step in place; `values` is room for one number a used sensor. */
export function observe(
  frame: LifeFrame,
  track: UnitTrack,
  step: { usage: number; conditions: Float64Array; sensors: Float64Array; row?: number },
  values: Float64Array = new Float64Array(frame.scale.used.length),
): void {
  const row = step.row ?? 0;
  const regime = regimeOf(frame.regimes, step.conditions, row * frame.shape.conditions);
  scaled(frame.scale, regime, step.sensors, row * frame.shape.sensors, values);
  passUsage(track.lines, track.firstUsage === null ? 0 : Math.max(0, step.usage - track.usage));
  track.firstUsage ??= step.usage;
  track.usage = step.usage;
  track.unseen += ((regime === UNSEEN ? 1 : 0) - track.unseen) / UNSEEN_MEMORY;
  if (regime === UNSEEN) return;
  const isEarly = step.usage - track.firstUsage < BEGINNING * frame.typicalLife;
  let index = frame.index[0] as number;
  for (let sensor = 0; sensor < values.length; sensor++) {
    const value = Math.max(-FARTHEST, Math.min(FARTHEST, values[sensor] as number));
    if (Number.isNaN(value)) continue;
    index += (frame.index[sensor + 1] as number) * value;
    addToChannel(track, sensor, value, isEarly);
  }
  addToChannel(track, values.length, index, isEarly);
}

function addToChannel({ lines, early }: UnitTrack, channel: number, value: number, isEarly: boolean): void {
  addReading(lines, channel, value);
  if (!isEarly) return;
  const count = (early[2 * channel] as number) + 1;
  const mean = early[2 * channel + 1] as number;
  early[2 * channel] = count;
  early[2 * channel + 1] = mean + (value - mean) / count;
}

export function trackColumns({ scale }: LifeFrame): string[] {
  const names = [...scale.used.map((sensor) => `sensor${sensor}`), 'index'];
  const perChannel = names.flatMap((name) => [
    ...MEMORIES.map((_, memory) => `${name}.level${memory}`),
    ...SLOPES.map((memory) => `${name}.slope${memory}`),
    `${name}.moved`,
    `${name}.began`,
  ]);
  return ['usage', ...perChannel];
}

/** The row a model is asked with, written at `offset`. */
export function writeRow(frame: LifeFrame, track: UnitTrack, into: Float32Array, offset: number): void {
  let at = offset;
  into[at++] = track.usage;
  const channels = frame.scale.used.length + 1;
  for (let channel = 0; channel < channels; channel++) {
    for (let memory = 0; memory < MEMORIES.length; memory++) into[at++] = levelOf(track.lines, channel, memory);
    for (const memory of SLOPES) into[at++] = slopeAt(track.lines, channel, memory);
    const began = (track.early[2 * channel] as number) > 0 ? (track.early[2 * channel + 1] as number) : Number.NaN;
    into[at++] = levelOf(track.lines, channel, MIDDLE) - began;
    into[at++] = began;
  }
}
