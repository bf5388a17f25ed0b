// What a pass goes over: lines that carry all of their columns themselves, and placed amounts whose columns are those of
// their receivers.
import type { Origin } from '../core/origins.ts';
import { addTable, type Part, type Stage } from './pivot.ts';
import type { Dictionaries, LineColumn, Lines } from './lines.ts';
import type { Placed } from './placed.ts';

/** `base` is what all lines have in common, their period; -Infinity leaves them all out. */
export function partOfLines(origin: Origin, lines: Lines, stages: readonly Stage[], base: number): Part {
  return {
    origin,
    length: base === Number.NEGATIVE_INFINITY ? 0 : lines.length,
    magnitude: lines.magnitude,
    amounts: lines.amounts,
    amountAt: (index) => lines.amountAt(index),
    addKeys(stage, keys, from, count) {
      if (stage === 0 && base !== 0) for (let i = 0; i < count; i += 1) keys[i] = (keys[i] as number) + base;
      for (const { column, table } of stages[stage]?.factors ?? []) {
        addTable(keys, table, lines.columns[column].codes, from, count);
      }
    },
  };
}

/** Columns in which a placed amount has a value of its pool's, not of its receiver's. */
const OF_THE_POOL: readonly LineColumn[] = ['pool', 'element', 'currency'];

/** What each receiver adds to a key in a stage. */
export function receiverKeysOf(receivers: Lines, stages: readonly Stage[]): Float64Array[] {
  return stages.map(({ factors }) => {
    const keys = new Float64Array(receivers.length);
    for (const { column, table } of factors) {
      if (!OF_THE_POOL.includes(column)) addTable(keys, table, receivers.columns[column].codes, 0, keys.length);
    }
    return keys;
  });
}

export interface PlacedPlan {
  stages: readonly Stage[];
  receiverKeys: readonly Float64Array[];
  dictionaries: Dictionaries;
}

export function partOfPlaced(placed: Placed, { stages, receiverKeys, dictionaries }: PlacedPlan, base: number): Part {
  const own = (column: 'pool' | 'element' | 'currency'): number => dictionaries[column].find(placed[column]) ?? 0;
  const codes: Partial<Record<LineColumn, number>> = {
    pool: own('pool'),
    element: own('element'),
    currency: own('currency'),
  };
  const common = stages.map(({ factors }, stage) =>
    factors.reduce(
      (key, { column, table }) => {
        const code = codes[column];
        return code === undefined ? key : key + (table[code] ?? 0);
      },
      stage === 0 ? base : 0,
    ),
  );
  const isLeftOut = common.includes(Number.NEGATIVE_INFINITY);
  return {
    origin: 'allocated',
    length: isLeftOut ? 0 : placed.amounts.length,
    magnitude: placed.magnitude,
    amounts: placed.amounts,
    amountAt: (index) => BigInt(placed.amounts[index] ?? 0),
    addKeys(stage, keys, from, count) {
      const shared = common[stage] ?? 0;
      const table = receiverKeys[stage];
      if (!table) return;
      for (let i = 0; i < count; i += 1) {
        keys[i] = (keys[i] as number) + shared + (table[placed.receivers[from + i] as number] as number);
      }
    },
  };
}
