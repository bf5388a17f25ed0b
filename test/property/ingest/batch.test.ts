// Laws of a batch: canonical order, one row a key, the first to arrive wins; and of the arrival times that stand in for
// missing ones.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arrivals } from '../../../src/ingest/arrivals.ts';
import { batchSamples, type ReadingsWork } from '../../../src/ingest/batch-samples.ts';
import { type KeyedSample, readingsOf, resolveKeys } from '../../../src/ingest/keyed-sample.ts';
import type { MetricDictionary } from '../../../src/ingest/metric-dictionary.ts';

/** Metrics `m0`...; the odd ones become known only when they are asked for, `m9` never. */
function dictionary(): MetricDictionary {
  const known = new Set(['m0', 'm2', 'm4']);
  const labels = new Map<string, number>();
  return {
    idOf: (metric) => (known.has(metric) ? Number(metric.slice(1)) : undefined),
    codeOf: (_metric, label) => labels.get(label),
    learn: async (wanted) => {
      for (const metric of wanted.metrics) if (metric !== 'm9') known.add(metric);
      for (const names of wanted.labels.values()) for (const label of names) labels.set(label, labels.size);
    },
  };
}

type Said = [metric: string, value: number | string];

const said: fc.Arbitrary<Said> = fc.tuple(
  fc.constantFrom('m0', 'm1', 'm2', 'm3', 'm4', 'm5'),
  fc.oneof(fc.double({ noNaN: true }), fc.constantFrom('idle', 'scan')),
);

function sampleOf(deviceKey: number, measuredAtMs: number, values: readonly Said[]): KeyedSample {
  const isState = ([, value]: Said): boolean => typeof value === 'string';
  return {
    deviceId: `d${deviceKey}`,
    deviceKey,
    measuredAtMs,
    metrics: values.map(([metric]) => metric),
    metricKeys: [],
    values: values.map(([, value]) => (typeof value === 'number' ? value : 0)),
    qualities: values.map(() => 0),
    labels: values.some(isState) ? values.map(([, value]) => (typeof value === 'string' ? value : undefined)) : null,
  };
}

const sample = fc
  .tuple(
    fc.integer({ min: 1, max: 3 }),
    fc.integer({ min: 0, max: 3 }),
    fc.uniqueArray(said, { minLength: 1, maxLength: 6, selector: ([metric]) => metric }),
  )
  .map(([deviceKey, atMs, values]) => ({ deviceKey, atMs, values }));

const message = { device: 'd', kind: 'telemetry' as const, topic: 't', payload: Buffer.alloc(0), arrivedAtMs: 0 };

/** As `workOf` makes it: what the dictionary knows by now is filled in at once. */
function workOver(samples: KeyedSample[], keys: MetricDictionary): ReadingsWork {
  const isKeyed = samples.filter((one) => !resolveKeys(one, keys, null)).length === 0;
  return { message, kind: 'readings', samples, count: samples.length, isKeyed, hold: null, own: null };
}

test('readings come out in canonical order, one for each key, the first that arrived', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(sample, { minLength: 1, maxLength: 12 }), async (arrived) => {
      const firsts = new Map<string, number | string>();
      for (const { deviceKey, atMs, values } of arrived) {
        for (const [metric, value] of values) {
          const key = `d${deviceKey} ${atMs} ${metric}`;
          if (!firsts.has(key)) firsts.set(key, value);
        }
      }
      const keys = dictionary();
      const works = arrived.map(({ deviceKey, atMs, values }) => workOver([sampleOf(deviceKey, atMs, values)], keys));
      const { samples, refused } = await batchSamples(works, keys);
      expect(refused).toEqual([]);
      const readings = readingsOf(samples);
      const named = readings.map((one) => `${one.deviceId} ${one.measuredAtMs} ${one.metric}`);
      expect(new Map(readings.map((one, i) => [named[i], one.label ?? one.value]))).toEqual(firsts);
      expect(named).toEqual([...new Set(named)].sort());
      expect(
        readings.every(({ metric, value, label }) => label === undefined || keys.codeOf(metric, label) === value),
      ).toBe(true);
    }),
  );
});

test('putting a batch together twice, as after a lost connection, gives the same', async () => {
  const keys = dictionary();
  const works = [
    workOver(
      [
        sampleOf(1, 1, [
          ['m5', 1],
          ['m0', 'idle'],
        ]),
      ],
      keys,
    ),
    workOver(
      [
        sampleOf(1, 1, [
          ['m3', 2],
          ['m5', 9],
        ]),
      ],
      keys,
    ),
  ];
  const first = readingsOf((await batchSamples(works, keys)).samples);
  expect(readingsOf((await batchSamples(works, keys)).samples)).toEqual(first);
  expect(first.map(({ metric, value }) => [metric, value])).toEqual([
    ['m0', 0],
    ['m3', 2],
    ['m5', 1],
  ]);
});

test('a message with a name there is no room for is refused whole, the others are kept', async () => {
  const keys = dictionary();
  const overfull = workOver(
    [
      sampleOf(1, 1, [
        ['m0', 1],
        ['m9', 1],
      ]),
    ],
    keys,
  );
  const { samples, refused } = await batchSamples([workOver([sampleOf(1, 2, [['m1', 1]])], keys), overfull], keys);
  expect(refused).toEqual([overfull]);
  expect(readingsOf(samples).map(({ metric }) => metric)).toEqual(['m1']);
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
