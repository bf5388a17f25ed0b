// Patterns seen before, as a few points that move with what comes near them: how far is this one from all of them? A pattern
// that is too far becomes a point of its own, in the place of the one least used.
import { type Bank, type ChannelState, PROTOTYPES } from './state.ts';

const FORGETTING = 0.9995;
const SLOWEST = 0.02;

/** Root mean square distance of `point` to the nearest; then learns it. `apart`: from there on it is another pattern. */
export function noveltyOf({ numbers }: ChannelState, bank: Bank, point: Float64Array, apart: number): number {
  const { points, uses, width } = bank;
  const count = numbers[bank.count] as number;
  let nearest = -1;
  let least = Infinity;
  for (let index = 0; index < count; index++) {
    let sum = 0;
    // A sum that is no longer the least will not become it again.
    for (let part = 0; part < width && sum < least; part++) {
      const away = (point[part] as number) - (points[index * width + part] as number);
      sum += away * away;
    }
    if (sum < least) {
      least = sum;
      nearest = index;
    }
    uses[index] = (uses[index] as number) * FORGETTING;
  }
  const distance = count === 0 ? 0 : Math.sqrt(least / width);
  if (count > 0 && distance <= apart) {
    follow(bank, nearest, point);
    return distance;
  }
  const place = count < PROTOTYPES ? count : leastUsed(uses);
  if (count < PROTOTYPES) numbers[bank.count] = count + 1;
  points.set(point, place * width);
  uses[place] = 1;
  return distance;
}

function follow({ points, uses, width }: Bank, index: number, point: Float64Array): void {
  const used = (uses[index] as number) + 1;
  uses[index] = used;
  const share = Math.max(SLOWEST, 1 / used);
  for (let part = 0; part < width; part++) {
    const at = index * width + part;
    points[at] = (points[at] as number) + share * ((point[part] as number) - (points[at] as number));
  }
}

function leastUsed(uses: Float32Array): number {
  let least = 0;
  for (let index = 1; index < uses.length; index++) {
    if ((uses[index] as number) < (uses[least] as number)) least = index;
  }
  return least;
}
