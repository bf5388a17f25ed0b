// What is remembered of how a device's gauges go together: one buffer of numbers that goes into a snapshot as base64 and comes
// back bit for bit. Its size follows from how many gauges there are.

/** Of a product with more gauges the first of the catalogue are taken. */
export const MOST_GAUGES = 16;
export const BINS = 64;

/** Within the directions in which the gauges move together, and across them. */
export const WAYS = ['within', 'across'] as const;
export type Way = (typeof WAYS)[number];

/** Single numbers, by place. */
export const AT = {
  format: 0,
  lastMs: 1,
  learnedMs: 2,
  tailMs: 3,
  basisMs: 4,
  retained: 5,
  bits: 6,
  way: 7,
  sinceMs: 8,
  spokenMs: 9,
  instants: 10,
} as const;
const SCALARS = 12;
const FORMAT = 1;

export class JointState {
  readonly size: number;
  readonly bytes: Uint8Array;
  readonly numbers: Float64Array;
  /** Last value told of each gauge in the sigmas of its mode, and when. */
  readonly values: Float64Array;
  readonly toldMs: Float64Array;
  readonly mean: Float64Array;
  readonly weightMs: Float64Array;
  readonly covariance: Float64Array;
  /** One direction a row, widest first, with its variance; a gauge that is not part of it yet has zeros. */
  readonly basis: Float64Array;
  readonly spread: Float64Array;
  /** Each gauge's part in each way's level, way after way; they add up to the level. */
  readonly parts: Float64Array;
  /** Weights of past levels by size, way after way. */
  readonly tails: Float64Array;

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
    this.mean = take(size);
    this.weightMs = take(size);
    this.covariance = take(size * size);
    this.basis = take(size * size);
    this.spread = take(size);
    this.parts = take(size * WAYS.length);
    this.tails = take(BINS * WAYS.length);
  }

  static create(size: number): JointState {
    const joint = new JointState(new ArrayBuffer(bytesOf(size)), size);
    joint.numbers[AT.format] = FORMAT;
    joint.toldMs.fill(-Infinity);
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

/** For a device's state: which gauges, and what is known of them. */
export interface JointMemory {
  metrics: string[];
  /** Text in a state that was just read from the database. */
  kept: JointState | string;
}

const bytesOf = (size: number): number => 8 * (SCALARS + size * 5 + 2 * size * size + WAYS.length * (size + BINS));
