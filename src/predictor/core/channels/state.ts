// What a channel remembers of its series: one buffer of numbers, a few kB, that goes into a snapshot as base64 and comes
// back bit for bit. Values are kept as distances from the first one, so that an offset costs no precision.
import type { EpochMs } from '../../../contracts/time.ts';

/** What is asked of every reading; each is strange in its own way. */
export const MEMBERS = [
  'level',
  'value',
  'season',
  'season-quick',
  'shift-short',
  'shift-medium',
  'variance-up',
  'variance-down',
  'rate',
  'context',
  'pattern',
  'flatline',
  'half-space',
] as const;
export type Member = (typeof MEMBERS)[number];
export const placeOfMember = (member: Member): number => MEMBERS.indexOf(member);

/** What a channel found unusual, for its series. */
export interface Unusual {
  sinceMs: EpochMs;
  lastMs: EpochMs;
  score: number;
  members: Member[];
  /** Values came that lie outside of all that was ever seen. */
  isOutside?: true;
}

/** Readings a level is about, quick to slow. */
export const LEVELS = [2, 4, 8, 16, 32, 64, 128, 512] as const;
export const SAMPLE = 128;
export const BINS = 40;
export const HOURS_A_DAY = 24;
export const HOURS_A_WEEK = 168;
export const PROTOTYPES = 16;
export const CONTEXT = 5;
export const PATTERN = 6;
export const HALF_SPACE_TREES = 12;
export const HALF_SPACE_DEPTH = 5;
const CELLS = HALF_SPACE_TREES * 2 ** HALF_SPACE_DEPTH;
/** Peaks of the past that a new one is compared with. */
export const PEAKS = 16;

/** Single numbers, by place. */
export const AT = {
  format: 0,
  readings: 1,
  origin: 2,
  previous: 3,
  middle: 4,
  spread: 5,
  reach: 6,
  residual: 7,
  residualSlow: 8,
  varianceShort: 9,
  varianceMedium: 10,
  varianceLong: 11,
  step: 12,
  flat: 13,
  sampled: 14,
  stride: 15,
  skipped: 16,
  oldest: 17,
  tailGrowth: 18,
  tailTotal: 19,
  contexts: 20,
  patterns: 21,
  peak: 22,
  sincePeak: 23,
  lastMs: 24,
  pendingSum: 25,
  pendingCount: 26,
  raw: 27,
  score: 28,
  isKnown: 29,
  oldestPeak: 30,
  firstMs: 31,
  /** The newest value lies outside of all that came before; since then, and 0 while it does not. */
  isOutside: 32,
  outsideSinceMs: 33,
  /** Since then nothing strange was seen. */
  normalSinceMs: 34,
  /** Nearly all values of the past lie between. */
  low: 35,
  high: 36,
  /** Usual time between two values. */
  paceMs: 37,
  /** Values in a row that were outside. */
  outsideValues: 38,
} as const;
const SCALARS = 40;
const FORMAT = 2;

export interface Bank {
  points: Float32Array;
  uses: Float32Array;
  /** Numbers a point. */
  width: number;
  /** Where the count of points is kept. */
  count: number;
}

export class ChannelState {
  readonly bytes: Uint8Array;
  readonly numbers: Float64Array;
  readonly levels: Float32Array;
  readonly sample: Float32Array;
  readonly tails: Float32Array;
  readonly tops: Float32Array;
  /** What fell into each cell of the half-space trees. */
  readonly masses: Float32Array;
  readonly days: Float32Array;
  readonly dayVisits: Uint8Array;
  readonly weeks: Float32Array;
  readonly weekVisits: Uint8Array;
  readonly contexts: Bank;
  readonly patterns: Bank;
  readonly peakHeights: Float32Array;
  readonly peakWeights: Float32Array;

  private constructor(buffer: ArrayBuffer) {
    this.bytes = new Uint8Array(buffer);
    let offset = 0;
    const floats = (length: number): Float32Array => {
      const view = new Float32Array(buffer, offset, length);
      offset += view.byteLength;
      return view;
    };
    const bytes = (length: number): Uint8Array => {
      const view = new Uint8Array(buffer, offset, length);
      offset += length;
      return view;
    };
    this.numbers = new Float64Array(buffer, 0, SCALARS);
    offset = this.numbers.byteLength;
    this.levels = floats(LEVELS.length);
    this.sample = floats(SAMPLE);
    this.tails = floats(MEMBERS.length * BINS);
    this.tops = floats(MEMBERS.length);
    this.masses = floats(CELLS);
    this.days = floats(HOURS_A_DAY);
    this.weeks = floats(HOURS_A_WEEK);
    this.contexts = {
      points: floats(PROTOTYPES * CONTEXT),
      uses: floats(PROTOTYPES),
      width: CONTEXT,
      count: AT.contexts,
    };
    this.patterns = {
      points: floats(PROTOTYPES * PATTERN),
      uses: floats(PROTOTYPES),
      width: PATTERN,
      count: AT.patterns,
    };
    this.peakHeights = floats(PEAKS);
    this.peakWeights = floats(PEAKS);
    this.dayVisits = bytes(HOURS_A_DAY);
    this.weekVisits = bytes(HOURS_A_WEEK);
  }

  static create(): ChannelState {
    const channel = new ChannelState(new ArrayBuffer(STATE_BYTES));
    channel.numbers[AT.format] = FORMAT;
    channel.numbers[AT.stride] = 1;
    channel.numbers[AT.tailGrowth] = 1;
    return channel;
  }

  /** A new state where the text is of another layout: the series is learned again. */
  static parse(text: string): ChannelState {
    const stored = Buffer.from(text, 'base64');
    if (stored.length !== STATE_BYTES) return ChannelState.create();
    const channel = new ChannelState(new Uint8Array(stored).buffer);
    return channel.numbers[AT.format] === FORMAT ? channel : ChannelState.create();
  }

  toJSON(): string {
    return Buffer.from(this.bytes).toString('base64');
  }
}

export const STATE_BYTES =
  8 * SCALARS +
  4 *
    (LEVELS.length +
      SAMPLE +
      MEMBERS.length * (BINS + 1) +
      CELLS +
      HOURS_A_DAY +
      HOURS_A_WEEK +
      PROTOTYPES * (CONTEXT + PATTERN + 2) +
      2 * PEAKS) +
  HOURS_A_DAY +
  HOURS_A_WEEK;
