// Half-space trees (Tan, Ting and Liu, 2011) over value and hour of the day: how many values of the past fell into the same
// cell, by trees that cut at different places? A density where the other members look at distances.
import { HOUR_MS, type EpochMs } from '../../../contracts/time.ts';
import { seededRandom } from '../random.ts';
import { AT, type ChannelState, HALF_SPACE_DEPTH, HALF_SPACE_TREES, HOURS_A_DAY } from './state.ts';

const SEED = 7;
const INNER = 2 ** HALF_SPACE_DEPTH - 1;
const LEAVES = 2 ** HALF_SPACE_DEPTH;
/** How far the space of a tree may reach beyond what values can be, so that no two trees cut at the same places. */
const SPARE = 0.3;
/** Spreads from the middle at which the value's axis, from 0 to 1, is halfway to its end. */
const HALFWAY = 2;
const HIGHEST = 2 ** 10;

/** One node after the other, children of n at 2n + 1 and 2n + 2: which axis it cuts, and where. */
interface Tree {
  byHour: Uint8Array;
  cuts: Float64Array;
}

interface Span {
  low: number;
  high: number;
}

/** The same for every channel: only what fell into the cells differs. */
const FOREST: readonly Tree[] = plant(seededRandom(SEED));

function plant(random: () => number): Tree[] {
  const span = (): Span => ({ low: -SPARE * random(), high: 1 + SPARE * random() });
  return Array.from({ length: HALF_SPACE_TREES }, () => {
    const tree = { byHour: new Uint8Array(INNER), cuts: new Float64Array(INNER) };
    cut(tree, 0, span(), span(), random);
    return tree;
  });
}

function cut(tree: Tree, node: number, value: Span, hour: Span, random: () => number): void {
  if (node >= INNER) return;
  const byHour = random() < 0.5;
  const { low, high } = byHour ? hour : value;
  const at = (low + high) / 2;
  tree.byHour[node] = byHour ? 1 : 0;
  tree.cuts[node] = at;
  const parts: [Span, Span] = [
    { low, high: at },
    { low: at, high },
  ];
  parts.forEach((part, side) => cut(tree, 2 * node + 1 + side, byHour ? value : part, byHour ? part : hour, random));
}

/** `apart`: distance from the middle in spreads. Then the value is part of the past. Masses fade as the tails do. */
export function rarityOf({ numbers, masses }: ChannelState, atMs: EpochMs, apart: number): number {
  const weight = numbers[AT.tailGrowth] as number;
  const total = (numbers[AT.tailTotal] as number) + weight;
  const value = 0.5 + (0.5 * apart) / (HALFWAY + Math.abs(apart));
  const hours = (atMs / HOUR_MS) % HOURS_A_DAY;
  const hour = (hours < 0 ? hours + HOURS_A_DAY : hours) / HOURS_A_DAY;
  let sum = 0;
  for (let index = 0; index < HALF_SPACE_TREES; index++) {
    const { byHour, cuts } = FOREST[index] as Tree;
    let node = 0;
    while (node < INNER) node = 2 * node + ((byHour[node] === 1 ? hour : value) < (cuts[node] as number) ? 1 : 2);
    const leaf = index * LEAVES + node - INNER;
    const mass = (masses[leaf] as number) + weight;
    sum += Math.log2(total / mass);
    masses[leaf] = mass;
  }
  return Math.min(HIGHEST, 2 ** (sum / HALF_SPACE_TREES - HALF_SPACE_DEPTH));
}
