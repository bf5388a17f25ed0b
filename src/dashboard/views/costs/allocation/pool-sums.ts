// The proof of a run summed to a line a pool and currency, elements together, in exact minor units.
import type { PoolProof } from '../../../../contracts/http/allocation.ts';
import { minorOf } from '../../../../contracts/money.ts';
import type { Text } from '../../../../contracts/text.ts';

export const PARTS = ['own', 'received', 'sent', 'placed', 'unallocated', 'unused', 'difference'] as const;
export type Part = (typeof PARTS)[number];

export interface PoolSum {
  pool: string;
  label: Text;
  currency: string;
  minor: Record<Part, bigint>;
}

export function poolSums(proofs: readonly PoolProof[]): PoolSum[] {
  const sums = new Map<string, PoolSum>();
  for (const proof of proofs) {
    const key = `${proof.currency} ${proof.pool}`;
    const minor = Object.fromEntries(
      PARTS.map((part) => [part, (sums.get(key)?.minor[part] ?? 0n) + (minorOf(proof[part]) ?? 0n)]),
    ) as Record<Part, bigint>;
    sums.set(key, { pool: proof.pool, label: proof.label, currency: proof.currency, minor });
  }
  return [...sums.values()].sort((a, b) =>
    a.currency === b.currency ? Number(b.minor.own - a.minor.own) : a.currency < b.currency ? -1 : 1,
  );
}
