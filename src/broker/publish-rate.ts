// How fast one connection may publish: a bucket that holds one second's worth and fills steadily.
import type { EpochMs } from '../contracts/time.ts';

const LEAST_WAIT_MS = 10;

export class PublishRate {
  readonly #perS: number;
  #left: number;
  #filledAtMs: EpochMs;

  constructor(perS: number, nowMs: EpochMs) {
    this.#perS = perS;
    this.#left = perS;
    this.#filledAtMs = nowMs;
  }

  /** Takes one publish; false when it has to wait. */
  take(nowMs: EpochMs): boolean {
    const grownBy = (Math.max(0, nowMs - this.#filledAtMs) * this.#perS) / 1000;
    this.#left = Math.min(this.#perS, this.#left + grownBy);
    this.#filledAtMs = nowMs;
    if (this.#left < 1) return false;
    this.#left -= 1;
    return true;
  }

  /** How long until one may pass again; a little longer, so that a few may and not each needs a wait of its own. */
  get waitMs(): number {
    return Math.max(LEAST_WAIT_MS, Math.ceil(((1 - this.#left) * 1000) / this.#perS));
  }
}
