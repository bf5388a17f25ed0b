// Straight lines through the recent past of many channels at once: each reading is forgotten with the usage that passed
// since, at several memories. A reading costs the same however long the past is, and the sums are the whole state.

/** Numbers kept for a channel and memory: weight, sums of x, x squared, y and xy, x being usage back from now. */
const SUMS = 5;

export interface Lines {
  readonly memories: readonly number[];
  /** channels x memories x SUMS. */
  readonly sums: Float64Array;
}

export const startLines = (channels: number, memories: readonly number[]): Lines => ({
  memories,
  sums: new Float64Array(channels * memories.length * SUMS),
});

/** Lets `passed` usage go by for every channel. */
export function passUsage({ memories, sums }: Lines, passed: number): void {
  const kept = memories.map((memory) => Math.exp(-passed / memory));
  for (let at = 0, line = 0; at < sums.length; at += SUMS, line++) {
    const keep = kept[line % memories.length] as number;
    const weight = sums[at] as number;
    const x = sums[at + 1] as number;
    const y = sums[at + 3] as number;
    sums[at] = keep * weight;
    sums[at + 1] = keep * (x - passed * weight);
    sums[at + 2] = keep * ((sums[at + 2] as number) - 2 * passed * x + passed * passed * weight);
    sums[at + 3] = keep * y;
    sums[at + 4] = keep * ((sums[at + 4] as number) - passed * y);
  }
}

/** A reading of now; one that is not a number is left out. */
export function addReading({ memories, sums }: Lines, channel: number, value: number): void {
  if (Number.isNaN(value)) return;
  for (let memory = 0; memory < memories.length; memory++) {
    const at = (channel * memories.length + memory) * SUMS;
    sums[at] = (sums[at] as number) + 1;
    sums[at + 3] = (sums[at + 3] as number) + value;
  }
}

/** Mean of the recent past, weighted by its recency; NaN before the first reading. */
export function levelOf({ memories, sums }: Lines, channel: number, memory: number): number {
  const at = (channel * memories.length + memory) * SUMS;
  return (sums[at + 3] as number) / (sums[at] as number);
}

/** Change per unit of usage; NaN while the readings span no usage. */
export function slopeAt({ memories, sums }: Lines, channel: number, memory: number): number {
  const at = (channel * memories.length + memory) * SUMS;
  const [weight, x, xx, y, xy] = sums.subarray(at, at + SUMS) as unknown as [number, number, number, number, number];
  const spread = weight * xx - x * x;
  return spread > 1e-9 * weight * weight ? (weight * xy - x * y) / spread : Number.NaN;
}
