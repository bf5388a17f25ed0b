// How long a delivery that failed waits for its next try, and when it is given up. Pure; chance is an argument.

export const DELIVERY_ATTEMPTS = 8;
export const FIRST_RETRY_MS = 10_000;
export const LONGEST_RETRY_MS = 3_600_000;

/** Doubles from try to try; half of it is chance, so that what failed together does not come back together. */
export function retryAfterMs(attempts: number, chance: number): number {
  const wholeMs = Math.min(FIRST_RETRY_MS * 2 ** Math.max(0, attempts - 1), LONGEST_RETRY_MS);
  return Math.round(wholeMs * (0.5 + chance / 2));
}
