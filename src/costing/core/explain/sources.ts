// What a pool's cost is made of: its own, and what other pools sent it. A part of what it passed on is made of the same, in
// proportion.
import { cutBy } from './cut.ts';

/** Pools that may be gone through on the way up to the facts; beyond, the part is named with the pool it came from. */
export const DEEPEST_POOLS = 6;

export interface PoolSources {
  ownMinor: bigint;
  /** In order of key. */
  from: readonly { pool: string; minor: bigint }[];
}

export interface SourcePart {
  /** `null`: the pool's own cost. */
  pool: string | null;
  part: bigint;
  whole: bigint;
}

/** Parts that are nothing of nothing are left out; `rest` is what cannot be told apart. */
export function sourceParts(
  amountMinor: bigint,
  { ownMinor, from }: PoolSources,
): { parts: SourcePart[]; rest: bigint } {
  const { parts, rest } = cutBy(amountMinor, [ownMinor, ...from.map(({ minor }) => minor)]);
  const all: SourcePart[] = [
    { pool: null, part: parts[0] ?? 0n, whole: ownMinor },
    ...from.map(({ pool, minor }, index) => ({ pool, part: parts[index + 1] ?? 0n, whole: minor })),
  ];
  return { parts: all.filter(({ part, whole }) => part !== 0n || whole !== 0n), rest };
}
