// Optimistic locking: an edit names the revision it was made on.
import { Problem } from '../contracts/problems.ts';

/** `expected` undefined: the caller does not care (an import, a repair). */
export function expectRevision(noun: string, code: string, found: number, expected: number | undefined): void {
  if (expected === undefined || expected === found) return;
  throw new Problem('out-of-date', `${noun} ${code} is at revision ${found}, not ${expected}; read it again`, {
    revision: found,
  });
}
