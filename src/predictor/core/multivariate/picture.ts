// How a device's gauges go together in one operating mode: means, covariances and the directions that follow from them, learned
// slowly and with clipped pulls, in one buffer that comes back bit for bit.
import { principalOf } from './principal.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Memory of covariances, in time spent in the mode. */
const MEMORY_MS = 60 * DAY_MS;
/** Means follow within days: where a gauge drifts to is its own matter, how it goes with the others about there is not. */
const MEAN_MS = 5 * DAY_MS;
/** Until so much was learned of the mode there are no directions; then they follow once in so long. */
const DIRECTIONS_MS = 7 * DAY_MS;
const REFRESH_MS = DAY_MS;
/** Directions that hold so much of the spread are those the gauges move in. */
const RETAINED = 0.8;
/** The covariance leans on gauges that have nothing to do with each other: at last this much, and as if so long were learned of them. */
const SHRINKAGE = 0.02;
const LEANING_MS = 1.5 * DAY_MS;
/** Sigmas a single gauge counts at most: one wild value is its own channel's matter. */
export const CLIP = 4;
/** A gauge belongs to the picture when it was there this much of the time. */
const MEMBER_SHARE = 0.5;

const AT = { learnedMs: 0, basisMs: 1, retained: 2 } as const;
const SCALARS = 4;
const bytesOf = (size: number): number => 8 * (SCALARS + size * 4 + 2 * size * size);

export class Picture {
  readonly size: number;
  readonly bytes: Uint8Array;
  private readonly numbers: Float64Array;
  readonly mean: Float64Array;
  private readonly weightMs: Float64Array;
  private readonly covariance: Float64Array;
  /** One direction a row, widest first, with its variance; a gauge that is not part of it yet has zeros. */
  readonly basis: Float64Array;
  readonly spread: Float64Array;
  /** Of each gauge, one over the variance that the others leave unexplained; 0: not part of the picture. */
  readonly sharpness: Float64Array;

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
    this.mean = take(size);
    this.weightMs = take(size);
    this.spread = take(size);
    this.sharpness = take(size);
    this.covariance = take(size * size);
    this.basis = take(size * size);
  }

  static create(size: number): Picture {
    return new Picture(new ArrayBuffer(bytesOf(size)), size);
  }

  /** A new one where the text is of another layout: it is learned again. */
  static parse(text: string, size: number): Picture {
    const stored = Buffer.from(text, 'base64');
    return stored.length === bytesOf(size) ? new Picture(new Uint8Array(stored).buffer, size) : Picture.create(size);
  }

  toJSON(): string {
    return Buffer.from(this.bytes).toString('base64');
  }

  get hasDirections(): boolean {
    return (this.numbers[AT.basisMs] as number) > 0;
  }

  /** How many directions the gauges move in. */
  get retained(): number {
    return this.numbers[AT.retained] as number;
  }

  isMember(index: number): boolean {
    return this.sharpness[index] !== 0;
  }

  sigmaOf(index: number): number {
    return Math.sqrt(this.covariance[index * this.size + index] as number);
  }

  /** Means follow whatever happens (`NaN`: not there). */
  follow(told: Float64Array, stepMs: number): void {
    const { mean, weightMs } = this;
    for (let index = 0; index < this.size; index++) {
      const apart = this.clipped(told, index);
      if (Number.isNaN(apart)) continue;
      const memoryMs = Math.max(stepMs, Math.min(weightMs[index] as number, MEAN_MS));
      mean[index] = (mean[index] as number) + (stepMs / memoryMs) * apart;
    }
  }

  /** Takes the gauges that are there in; once a day the directions follow. */
  learn(told: Float64Array, stepMs: number): void {
    const { size, weightMs, covariance } = this;
    for (let index = 0; index < size; index++) {
      if (Number.isNaN(told[index])) continue;
      weightMs[index] = Math.min((weightMs[index] as number) + stepMs, MEMORY_MS);
    }
    for (let a = 0; a < size; a++) {
      const apart = this.clipped(told, a);
      if (Number.isNaN(apart)) continue;
      for (let b = a; b < size; b++) {
        const other = this.clipped(told, b);
        if (Number.isNaN(other)) continue;
        const share = stepMs / Math.min(weightMs[a] as number, weightMs[b] as number);
        const now = (1 - share) * ((covariance[a * size + b] as number) + share * apart * other);
        covariance[a * size + b] = now;
        covariance[b * size + a] = now;
      }
    }
    const learnedMs = (this.numbers[AT.learnedMs] as number) + stepMs;
    this.numbers[AT.learnedMs] = learnedMs;
    if (learnedMs >= DIRECTIONS_MS && learnedMs - (this.numbers[AT.basisMs] as number) >= REFRESH_MS) this.turn();
  }

  /** A gauge's distance from its mean, no more than a few sigmas once those are known. */
  private clipped(told: Float64Array, index: number): number {
    const apart = (told[index] as number) - (this.mean[index] as number);
    if ((this.weightMs[index] as number) < DAY_MS) return apart;
    const reach = CLIP * this.sigmaOf(index);
    return apart > reach ? reach : apart < -reach ? -reach : apart;
  }

  /** Directions of the correlation between the gauges that are usually there and are not always the same. */
  private turn(): void {
    const { numbers, size, basis, spread, sharpness } = this;
    const members = this.members();
    const count = members.length;
    numbers[AT.basisMs] = numbers[AT.learnedMs] as number;
    for (const part of [basis, spread, sharpness]) part.fill(0);
    if (count < 2) return;
    const directions = new Float64Array(count * count);
    principalOf(this.correlationOf(members), count, directions, spread);
    const leaning = Math.max(SHRINKAGE, LEANING_MS / (numbers[AT.learnedMs] as number));
    for (let way = 0; way < count; way++) {
      const variance = (1 - leaning) * Math.max(0, spread[way] as number) + leaning;
      spread[way] = variance;
      for (const [column, index] of members.entries()) {
        const part = directions[way * count + column] as number;
        basis[way * size + index] = part;
        sharpness[index] = (sharpness[index] as number) + (part * part) / variance;
      }
    }
    numbers[AT.retained] = retainedOf(spread, count);
  }

  private members(): number[] {
    const enoughMs = MEMBER_SHARE * Math.min(this.numbers[AT.learnedMs] as number, MEMORY_MS);
    const all = Array.from({ length: this.size }, (_, index) => index);
    return all.filter((index) => (this.weightMs[index] as number) >= enoughMs && this.sigmaOf(index) > 0);
  }

  private correlationOf(members: readonly number[]): Float64Array {
    const correlation = new Float64Array(members.length ** 2);
    for (const [row, a] of members.entries()) {
      for (const [column, b] of members.entries()) {
        const scale = this.sigmaOf(a) * this.sigmaOf(b);
        correlation[row * members.length + column] = (this.covariance[a * this.size + b] as number) / scale;
      }
    }
    return correlation;
  }
}

function retainedOf(spread: Float64Array, count: number): number {
  let held = 0;
  for (let way = 0; way < count; way++) {
    held += spread[way] as number;
    if (held >= RETAINED * count) return Math.min(way + 1, count - 1);
  }
  return count - 1;
}
