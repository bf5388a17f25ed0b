// What is remembered of how loud a device's gauges are together: levels over hours and over days and their past, in one buffer of
// numbers that goes into a snapshot as base64 and comes back bit for bit. Its size follows from how many gauges there are.
import type { Pace } from '../pace.ts';
import { Picture } from './picture.ts';

/** Of a product with more gauges the first of the catalogue are taken. */
export const MOST_GAUGES = 16;
export const BINS = 48;
/** Days that wait until they are taken as usual. */
export const PENDING_DAYS = 28;

/** Farther than ever in the directions they move in together, and not going with the others as it used to. */
export const WAYS = ['within', 'across'] as const;
export type Way = (typeof WAYS)[number];

/** Single numbers, by place. */
export const AT = {
  format: 0,
  lastMs: 1,
  /** Days the past is known of. */
  days: 2,
  bits: 3,
  /** Place of the loudest level. */
  loudest: 4,
  sinceMs: 5,
  spokenMs: 6,
  instants: 7,
  /** The day that is on, how many wait, and where the next goes. */
  day: 8,
  pending: 9,
  nextPending: 10,
  /** When an incident was last open. */
  incidentMs: 11,
} as const;
const SCALARS = 12;
const FORMAT = 2;

/** Every gauge has a level of its own, and all together one. */
export const levelsOf = (size: number): number => size + 1;
const bytesOf = (size: number): number => {
  const levels = levelsOf(size);
  return 8 * (SCALARS + 2 * size + levels + 3 * size) + 4 * levels * (BINS + 3 + PENDING_DAYS);
};

export class JointState {
  readonly size: number;
  readonly bytes: Uint8Array;
  readonly numbers: Float64Array;
  /** Last value told of each gauge in the sigmas of its mode, and when. */
  readonly values: Float64Array;
  readonly toldMs: Float64Array;
  /** Each gauge's, then that of all together; 1 is usual. */
  readonly levels: Float64Array;
  /** Mean of what the others leave unexplained of each gauge, and of its square. */
  readonly middles: Float64Array;
  readonly squares: Float64Array;
  /** Each gauge's part in the level of all together; they add up to it. */
  readonly parts: Float64Array;
  /** Weights of past days by their highest level, level after level. */
  readonly tails: Float32Array;
  /** By level: where its tail starts, and bits for each bin beyond. */
  readonly starts: Float32Array;
  readonly slopes: Float32Array;
  /** Highest levels of the day that is on, and of the days that wait. */
  readonly tops: Float32Array;
  readonly waiting: Float32Array;

  private constructor(buffer: ArrayBuffer, size: number) {
    this.size = size;
    let offset = 0;
    const take = (length: number): Float64Array => {
      const view = new Float64Array(buffer, offset, length);
      offset += view.byteLength;
      return view;
    };
    this.bytes = new Uint8Array(buffer);
    this.numbers = take(SCALARS);
    this.values = take(size);
    this.toldMs = take(size);
    this.levels = take(levelsOf(size));
    this.middles = take(size);
    this.squares = take(size);
    this.parts = take(size);
    const floats = (length: number): Float32Array => {
      const view = new Float32Array(buffer, offset, length);
      offset += view.byteLength;
      return view;
    };
    this.tails = floats(BINS * levelsOf(size));
    this.starts = floats(levelsOf(size));
    this.slopes = floats(levelsOf(size));
    this.tops = floats(levelsOf(size));
    this.waiting = floats(levelsOf(size) * PENDING_DAYS);
  }

  static create(size: number): JointState {
    const joint = new JointState(new ArrayBuffer(bytesOf(size)), size);
    joint.numbers[AT.format] = FORMAT;
    joint.toldMs.fill(-Infinity);
    joint.levels.fill(1);
    joint.squares.fill(1);
    return joint;
  }

  /** A new state where the text is of another layout: it is learned again. */
  static parse(text: string, size: number): JointState {
    const stored = Buffer.from(text, 'base64');
    if (stored.length !== bytesOf(size)) return JointState.create(size);
    const joint = new JointState(new Uint8Array(stored).buffer, size);
    return joint.numbers[AT.format] === FORMAT ? joint : JointState.create(size);
  }

  toJSON(): string {
    return Buffer.from(this.bytes).toString('base64');
  }
}

/** Text in a state that was just read from the database. */
export interface ModePicture {
  mode: string;
  kept: Picture | string;
}

/** For a device's state: which gauges, and what is known of them. */
export interface JointMemory {
  metrics: string[];
  kept: JointState | string;
  pictures?: ModePicture[];
  paces?: Pace[];
}

/** Modes that are told apart; what comes after them shares the last. */
const MOST_MODES = 4;

/** The picture of a mode, begun when the mode is seen first. */
export function pictureOf(memory: JointMemory, mode: string): Picture {
  const { metrics } = memory;
  memory.pictures ??= [];
  let known = memory.pictures.find((one) => one.mode === mode);
  if (known === undefined && memory.pictures.length >= MOST_MODES) known = memory.pictures.at(-1);
  if (known === undefined) memory.pictures.push((known = { mode, kept: Picture.create(metrics.length) }));
  if (typeof known.kept === 'string') known.kept = Picture.parse(known.kept, metrics.length);
  return known.kept;
}
