import { describe, expect, it } from 'vitest';
import { createBatchLane } from '../../../src/db/batch-lane.ts';

describe('batch lane', () => {
  it('lets one call go at once and joins those that wait, each with its own answer', async () => {
    const batches: number[][] = [];
    const double = createBatchLane<number, number>(async (items) => {
      batches.push([...items]);
      await Promise.resolve();
      return items.map((item) => item * 2);
    });
    expect(await Promise.all([1, 2, 3, 4].map(double))).toEqual([2, 4, 6, 8]);
    expect(batches).toEqual([[1], [2, 3, 4]]);
  });

  it('goes on after a failed batch', async () => {
    let isBroken = true;
    const lane = createBatchLane<number, number>(async (items) => {
      if (isBroken) throw new Error('away');
      return items;
    });
    await expect(lane(1)).rejects.toThrow('away');
    isBroken = false;
    expect(await lane(2)).toBe(2);
  });
});
