// A mapping undoes what a faulty device does to its payloads: mended they decode to what a correct device sends; and what a
// correct device sends passes through.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PayloadMapping } from '../../../src/contracts/payload-mapping.ts';
import { mendPayload } from '../../../src/ingest/core/payload-mapping.ts';

interface Sample {
  ts: number;
  values: Record<string, number>;
}

const name = fc.constantFrom('flow', 'pressure', 'door_open', '__proto__', 'constructor', 'helium level', '温度');
const values = fc
  .uniqueArray(fc.tuple(name, fc.integer({ min: -1_000_000, max: 1_000_000 })), {
    minLength: 1,
    selector: ([key]) => key,
  })
  .map((entries) => Object.fromEntries(entries) as Record<string, number>);
/** Whole seconds, so that a device that counts in seconds loses nothing. */
const sample = fc.record({ ts: fc.integer({ min: 946_684_800, max: 4_102_444_800 }).map((s) => s * 1000), values });
const payload = fc.oneof(sample, fc.array(sample, { minLength: 1, maxLength: 5 }));

const each = (sent: Sample | Sample[], change: (one: Sample) => unknown): string =>
  JSON.stringify(Array.isArray(sent) ? sent.map(change) : change(sent));
const renamed = (record: object, change: (key: string) => string): object =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [change(key), value]));

interface Fault {
  mapping: PayloadMapping;
  spoil: (one: Sample) => unknown;
}

const NAMES = ['flow', 'pressure', 'door_open', '__proto__', 'constructor', 'helium level', '温度'];
const FAULTS: Readonly<Record<string, Fault>> = {
  seconds: { mapping: { time: { unit: 's' } }, spoil: ({ ts, values: v }) => ({ ts: ts / 1000, values: v }) },
  'seconds as text': {
    mapping: { time: { unit: 's' } },
    spoil: ({ ts, values: v }) => ({ ts: `${ts / 1000}`, values: v }),
  },
  microseconds: { mapping: { time: { unit: 'us' } }, spoil: ({ ts, values: v }) => ({ ts: ts * 1000, values: v }) },
  'ISO 8601': {
    mapping: { time: { field: 'time', unit: 'iso' } },
    spoil: ({ ts, values: v }) => ({ time: new Date(ts).toISOString(), values: v }),
  },
  'another field': {
    mapping: { time: { field: 'timestamp' }, valuesField: 'data' },
    spoil: ({ ts, values: v }) => ({ timestamp: ts, data: v }),
  },
  flat: {
    mapping: { valuesField: '.' },
    spoil: ({ ts, values: v }) => Object.fromEntries([['ts', ts], ...Object.entries(v)]),
  },
  renamed: {
    mapping: { rename: Object.fromEntries(NAMES.map((key) => [`old ${key}`, key])) },
    spoil: ({ ts, values: v }) => ({ ts, values: renamed(v, (key) => `old ${key}`) }),
  },
  'numbers as text': {
    mapping: { numbers: NAMES },
    spoil: ({ ts, values: v }) => ({
      ts,
      values: Object.fromEntries(Object.entries(v).map(([key, one]) => [key, `${one}`])),
    }),
  },
  'nulls and leftovers': {
    mapping: { dropNulls: true, drop: ['leftover'] },
    spoil: ({ ts, values: v }) => ({
      ts,
      values: Object.fromEntries([...Object.entries(v), ['leftover', 'x'], ['none', null]]),
    }),
  },
};

describe('a payload mapping', () => {
  test.each(Object.entries(FAULTS))('mends %s and leaves what is correct', (_fault, { mapping, spoil }) => {
    fc.assert(
      fc.property(payload, (sent) => {
        expect(JSON.parse(mendPayload(each(sent, spoil), mapping))).toEqual(JSON.parse(JSON.stringify(sent)));
        expect(JSON.parse(mendPayload(JSON.stringify(sent), mapping))).toEqual(JSON.parse(JSON.stringify(sent)));
      }),
    );
  });

  test('scales and shifts as it says', () => {
    const mapping: PayloadMapping = { time: { offsetMs: -3_600_000 }, scale: { flow: { factor: 0.1, offset: 2 } } };
    expect(JSON.parse(mendPayload('{"ts":1767225600000,"values":{"flow":50,"mode":"idle"}}', mapping))).toEqual({
      ts: 1767222000000,
      values: { flow: 7, mode: 'idle' },
    });
  });

  test('leaves alone what it cannot read, and never throws', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        for (const { mapping } of Object.values(FAULTS)) expect(typeof mendPayload(text, mapping)).toBe('string');
      }),
    );
    expect(mendPayload('not json', { dropNulls: true })).toBe('not json');
  });
});
