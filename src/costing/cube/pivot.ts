// The pass over the columns: lines that satisfy every condition, summed by the crossed dimensions. Pure; exact, in
// floating point where that is proved to be exact, else in whole numbers of any size.
import { type Amounts, byOrigin, type Origin } from '../core/origins.ts';
import { createGroups, type Groups, TooManyGroups } from './groups.ts';
import { EXACT_LIMIT, type LineColumn } from './lines.ts';

/** Lines at once: their keys stay in the nearest cache. */
const BLOCK = 8_192;

/** What a column adds to the key of a line, by its code: a share of the key, or -Infinity for a line to leave out. */
export interface Factor {
  column: LineColumn;
  table: Float64Array;
}

/** Lines of one origin that a pass goes over, whichever way they are kept. */
export interface Part {
  origin: Origin;
  length: number;
  magnitude: bigint;
  amounts: Float64Array;
  amountAt(index: number): bigint;
  /** Adds what the columns of a stage, and in the first stage all lines in common, give to the key of each line. */
  addKeys(stage: number, keys: Float64Array, from: number, count: number): void;
}

/**
 * Columns that make one key. More columns than a key can hold are keyed in stages: the groups of a stage are numbered,
 * and their number counts as one more column of the next.
 */
export interface Stage {
  factors: readonly Factor[];
  /** What its columns, and in the first stage the base, add up to is below it. */
  space: number;
}

export interface PivotPlan {
  stages: readonly Stage[];
  /** Groups that may come out. */
  limit: number;
}

export interface PivotGroup {
  /** By stage. */
  keys: number[];
  lines: number;
  sums: Amounts;
}

export function addTable(
  keys: Float64Array,
  table: Float64Array,
  codes: ArrayLike<number>,
  from: number,
  count: number,
) {
  for (let i = 0; i < count; i += 1) {
    keys[i] = (keys[i] as number) + (table[codes[from + i] as number] as number);
  }
}

interface Block {
  keys: Float64Array;
  from: number;
  count: number;
}

function addDirectly(block: Block, amounts: Float64Array, sums: Float64Array, counts: Float64Array): void {
  const { keys, from, count } = block;
  for (let i = 0; i < count; i += 1) {
    const key = keys[i] as number;
    if (key < 0) continue;
    sums[key] = (sums[key] as number) + (amounts[from + i] as number);
    counts[key] = (counts[key] as number) + 1;
  }
}

/** The keys of a block become slots of the last stage, negative for lines to leave out. */
function toSlots(block: Block, part: Part, stages: readonly NumberedStage[]): void {
  const { keys, from, count } = block;
  keys.fill(0, 0, count);
  stages.forEach(({ space, groups }, stage) => {
    if (stage > 0) for (let i = 0; i < count; i += 1) keys[i] = (keys[i] as number) * space;
    part.addKeys(stage, keys, from, count);
    if (groups.isDirect) return;
    for (let i = 0; i < count; i += 1) {
      const key = keys[i] as number;
      if (key >= 0) keys[i] = groups.slotOf(key);
    }
  });
}

function addExactly(block: Block, part: Part, sums: bigint[], counts: Float64Array): void {
  const { keys, from, count } = block;
  for (let i = 0; i < count; i += 1) {
    const key = keys[i] as number;
    if (key < 0) continue;
    sums[key] = (sums[key] ?? 0n) + part.amountAt(from + i);
    counts[key] = (counts[key] as number) + 1;
  }
}

interface NumberedStage extends Stage {
  groups: Groups;
}

function numberStages({ stages, limit }: PivotPlan): NumberedStage[] {
  let before = 1;
  return stages.map((stage) => {
    const groups = createGroups(before * stage.space, limit);
    before = groups.capacity;
    return { ...stage, groups };
  });
}

function keysOf(slot: number, stages: readonly NumberedStage[]): number[] {
  const keys: number[] = [];
  let at = slot;
  for (const { space, groups } of stages.toReversed()) {
    const key = groups.keyOf(at);
    keys.unshift(key % space);
    at = Math.floor(key / space);
  }
  return keys;
}

/** Throws `TooManyGroups` past the plan's limit. */
export function pivot(parts: readonly Part[], plan: PivotPlan): PivotGroup[] {
  const stages = numberStages(plan);
  const capacity = stages.at(-1)?.groups.capacity ?? 1;
  const isFloatExact = parts.reduce((sum, { magnitude }) => sum + magnitude, 0n) <= EXACT_LIMIT;
  const floats = byOrigin(() => new Float64Array(isFloatExact ? capacity : 0));
  const wholes = byOrigin((): bigint[] => []);
  const counts = new Float64Array(capacity);
  const keys = new Float64Array(BLOCK);
  for (const part of parts) {
    const { origin } = part;
    for (let from = 0; from < part.length; from += BLOCK) {
      const block = { keys, from, count: Math.min(BLOCK, part.length - from) };
      toSlots(block, part, stages);
      if (isFloatExact) addDirectly(block, part.amounts, floats[origin], counts);
      else addExactly(block, part, wholes[origin], counts);
    }
  }
  const sumAt = (origin: Origin, slot: number): bigint =>
    isFloatExact ? BigInt(floats[origin][slot] ?? 0) : (wholes[origin][slot] ?? 0n);
  const found: PivotGroup[] = [];
  for (let slot = 0; slot < capacity; slot += 1) {
    const lines = counts[slot] as number;
    if (lines === 0) continue;
    found.push({ keys: keysOf(slot, stages), lines, sums: byOrigin((origin) => sumAt(origin, slot)) });
  }
  if (found.length > plan.limit) throw new TooManyGroups();
  return found;
}
