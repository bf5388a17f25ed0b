// Sums by key while a pivot passes over lines: keys below a bound index their sums directly, larger ones are hashed. A
// pivot of more groups than its limit is given up.

/** Keys below it are their own slots: the sums of all of them fit the processor's cache. */
const DIRECT_LIMIT = 65_536;

export class TooManyGroups extends Error {}

export interface Groups {
  /** A key is its own slot. */
  readonly isDirect: boolean;
  /** The slot of a key; throws `TooManyGroups` past the limit. */
  slotOf(key: number): number;
  readonly capacity: number;
  /** Keys by slot; only slots that were counted mean anything. */
  keyOf(slot: number): number;
}

export function createGroups(keySpace: number, limit: number): Groups {
  if (keySpace <= DIRECT_LIMIT) {
    return { isDirect: true, slotOf: (key) => key, capacity: keySpace, keyOf: (slot) => slot };
  }
  return createHashed(limit);
}

/** Open addressing, at most half full. */
function createHashed(limit: number): Groups {
  const size = 2 ** Math.ceil(Math.log2(2 * (limit + 1)));
  const mask = size - 1;
  const keys = new Float64Array(size).fill(-1);
  const slots = new Int32Array(size);
  const keyBySlot = new Float64Array(limit);
  let count = 0;
  return {
    isDirect: false,
    capacity: limit,
    keyOf: (slot) => keyBySlot[slot] ?? -1,
    slotOf(key) {
      const folded = (key | 0) ^ Math.imul((key / 0x1_0000_0000) | 0, 0x85eb_ca6b);
      let at = (Math.imul(folded, 0x9e37_79b1) >>> 8) & mask;
      while (keys[at] !== key) {
        if (keys[at] === -1) {
          if (count === limit) throw new TooManyGroups();
          keys[at] = key;
          slots[at] = count;
          keyBySlot[count] = key;
          count += 1;
          return count - 1;
        }
        at = (at + 1) & mask;
      }
      return slots[at] as number;
    },
  };
}
