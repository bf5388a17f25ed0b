// The true-up of a month's end: what a final run placed against the provisional one, for every value of some dimensions. Pure.

export interface PlacedAmount {
  dimension: string;
  value: string | null;
  currency: string;
  amountMinor: bigint;
}

export interface TrueUpLine {
  dimension: string;
  value: string | null;
  currency: string;
  provisionalMinor: bigint;
  finalMinor: bigint;
}

const magnitude = ({ provisionalMinor, finalMinor }: TrueUpLine): bigint => {
  const difference = finalMinor - provisionalMinor;
  return difference < 0n ? -difference : difference;
};
const compare = <T>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * Pools whole, also where nothing moved; of the other dimensions only what moved, the largest differences first and at most
 * `limit` of each.
 */
export function trueUpOf(
  provisional: readonly PlacedAmount[],
  final: readonly PlacedAmount[],
  limit: number,
): TrueUpLine[] {
  const lines = new Map<string, TrueUpLine>();
  const add = (
    { dimension, value, currency, amountMinor }: PlacedAmount,
    side: 'provisionalMinor' | 'finalMinor',
  ): void => {
    const key = JSON.stringify([dimension, value, currency]);
    const line = lines.get(key) ?? { dimension, value, currency, provisionalMinor: 0n, finalMinor: 0n };
    line[side] += amountMinor;
    lines.set(key, line);
  };
  for (const amount of provisional) add(amount, 'provisionalMinor');
  for (const amount of final) add(amount, 'finalMinor');
  const told = [...lines.values()].filter((line) => line.dimension === 'pool' || magnitude(line) > 0n);
  return [...new Set(told.map(({ dimension }) => dimension))].flatMap((dimension) =>
    told
      .filter((line) => line.dimension === dimension)
      .sort(
        (a, b) =>
          -compare(magnitude(a), magnitude(b)) ||
          compare(a.value ?? '', b.value ?? '') ||
          compare(a.currency, b.currency),
      )
      .slice(0, limit),
  );
}
