// Latencies by tenth of a millisecond: cheap to note, and any quantile afterwards.
const STEP_MS = 0.1;

export class Latencies {
  readonly #buckets = new Uint32Array(2_000_000);
  count = 0;

  note(latencyMs: number): void {
    this.count += 1;
    const bucket = Math.min(this.#buckets.length - 1, Math.floor(latencyMs / STEP_MS));
    this.#buckets[bucket] = (this.#buckets[bucket] as number) + 1;
  }

  clear(): void {
    this.count = 0;
    this.#buckets.fill(0);
  }

  quantileMs(share: number): number {
    let left = this.count * share;
    const bucket = this.#buckets.findIndex((count) => (left -= count) <= 0);
    return Math.round(bucket * STEP_MS * 10) / 10;
  }
}
