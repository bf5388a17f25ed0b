// How often one may guess: after a few wrong passwords for an e-mail from an address, each further one must wait twice
// as long. Kept in memory of this process, bounded.
import { Problem } from '../contracts/problems.ts';
import type { Clock, EpochMs } from '../contracts/time.ts';
import { createBoundedCache } from './bounded-cache.ts';

const FREE_ATTEMPTS = 5;
const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 15 * 60_000;
/** Without an attempt for so long, all is forgotten. */
const FORGET_MS = 60 * 60_000;
const REMEMBERED = 10_000;

interface Attempts {
  count: number;
  lastAtMs: EpochMs;
}

export interface LoginAttempts {
  /** Counts an attempt before its password is looked at, so that guesses sent at once count too; or refuses it. */
  begin(email: string, address: string): void;
  succeeded(email: string, address: string): void;
}

const waitOf = (count: number): number =>
  count < FREE_ATTEMPTS ? 0 : Math.min(FIRST_WAIT_MS * 2 ** (count - FREE_ATTEMPTS), LONGEST_WAIT_MS);

export function createLoginAttempts(clock: Clock): LoginAttempts {
  const attempts = createBoundedCache<string, Attempts>(REMEMBERED);
  const keyOf = (email: string, address: string): string => `${address} ${email}`;
  return {
    begin(email, address) {
      const key = keyOf(email, address);
      const nowMs = clock.now();
      const before = attempts.get(key);
      const count = before && nowMs - before.lastAtMs < FORGET_MS ? before.count : 0;
      const waitMs = before && count > 0 ? before.lastAtMs + waitOf(count) - nowMs : 0;
      if (waitMs > 0) {
        const retryAfterS = Math.ceil(waitMs / 1_000);
        throw new Problem('too-many-requests', `Too many wrong passwords; try again in ${retryAfterS} s`, {
          retryAfterS,
        });
      }
      attempts.set(key, { count: count + 1, lastAtMs: nowMs });
    },
    succeeded: (email, address) => attempts.delete(keyOf(email, address)),
  };
}
