import { describe, expect, it } from 'vitest';
import { createBoundedCache } from '../../../src/registry/bounded-cache.ts';

describe('bounded cache', () => {
  it('forgets what was not used for the longest time', () => {
    const cache = createBoundedCache<string, number>(2);
    cache.set('a', 1);
    cache.set('b', 2);
    cache.get('a');
    cache.set('c', 3);
    expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([1, undefined, 3]);
  });
});
