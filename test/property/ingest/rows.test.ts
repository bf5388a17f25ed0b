// Laws of a batch: canonical order, one row a key, the first to arrive wins; and of the arrival times that stand in for
// missing ones.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arrivals } from '../../../src/ingest/arrivals.ts';
import type { MetricDictionary } from '../../../src/ingest/metric-dictionary.ts';
import { compileRows, type ReadingsWork } from '../../../src/ingest/reading-rows.ts';
import { type Row, UNRESOLVED } from '../../../src/ingest/work.ts';

/** Metrics `m0`...; the odd ones become known only when they are asked for, `m9` never. */
function dictionary(): MetricDictionary {
  const known = new Set(['m0', 'm2', 'm4']);
  const keyOf = (metric: string): number => Number(metric.slice(1));
  return {
    idOf: (metric) => (known.has(metric) ? keyOf(metric) : undefined),
    codeOf: (_metric, label) => label.length,
    learn: async ({ metrics }) => metrics.forEach((metric) => metric !== 'm9' && known.add(metric)),
  };
}

const row: fc.Arbitrary<Row> = fc.record({
  deviceId: fc.constant('d'),
  deviceKey: fc.integer({ min: 1, max: 3 }),
  metric: fc.constantFrom('m0', 'm1', 'm2', 'm3', 'm4', 'm5'),
  metricKey: fc.constant(UNRESOLVED),
  measuredAtMs: fc.integer({ min: 0, max: 5 }),
  value: fc.double({ noNaN: true }),
  quality: fc.constant(0),
});

const message = { device: 'd', kind: 'telemetry' as const, topic: 't', payload: Buffer.alloc(0), arrivedAtMs: 0 };
const workOver = (rows: Row[]): ReadingsWork => ({ message, kind: 'readings', rows });
const keyOf = ({ deviceKey, measuredAtMs, metric }: Row): string => `${deviceKey} ${measuredAtMs} ${metric}`;

test('rows come out in canonical order, one for each key, the first that arrived', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(row, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 6 }),
      async (batches) => {
        const firsts = new Map<string, number>();
        for (const one of batches.flat()) if (!firsts.has(keyOf(one))) firsts.set(keyOf(one), one.value);
        const { rows, refused } = await compileRows(batches.map(workOver), dictionary());
        expect(refused).toEqual([]);
        expect(new Map(rows.map((one) => [keyOf(one), one.value]))).toEqual(firsts);
        expect(rows).toHaveLength(firsts.size);
        const sorted = [...rows].sort(
          (a, b) => a.deviceKey - b.deviceKey || a.measuredAtMs - b.measuredAtMs || a.metricKey - b.metricKey,
        );
        expect(rows).toEqual(sorted);
      },
    ),
  );
});

test('a message with a name there is no room for is refused whole, the others are kept', async () => {
  const of = (metric: string): Row => ({
    deviceId: 'd',
    deviceKey: 1,
    metric,
    metricKey: UNRESOLVED,
    measuredAtMs: 1,
    value: 1,
    quality: 0,
  });
  const overfull = workOver([of('m0'), of('m9')]);
  const { rows, refused } = await compileRows([workOver([of('m1')]), overfull], dictionary());
  expect(refused).toEqual([overfull]);
  expect(rows.map(({ metric }) => metric)).toEqual(['m1']);
});

test('arrival times of one device never repeat and never fall behind the clock', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom('a', 'b'), fc.integer({ min: 0, max: 20 }))), (messages) => {
      const next = arrivals();
      const seen = new Set<string>();
      for (const [device, atMs] of messages) {
        const given = next(device, atMs);
        expect(given).toBeGreaterThanOrEqual(atMs);
        expect(seen.has(`${device} ${given}`)).toBe(false);
        seen.add(`${device} ${given}`);
      }
    }),
  );
});
