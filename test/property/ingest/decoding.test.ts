// Laws of decoding: whatever bytes arrive, the answer is a value or a reason, never an exception; what a device may send
// comes out as it went in; a bad value is left out with its reason, and its neighbours stay as they are.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeDeviceEvent } from '../../../src/ingest/decoders/device-event.ts';
import { decodeMeta } from '../../../src/ingest/decoders/meta.ts';
import { decodeSenml } from '../../../src/ingest/decoders/senml.ts';
import { decodeTelemetry } from '../../../src/ingest/decoders/telemetry.ts';

const decodePack = (payload: Buffer) => decodeSenml(payload, { device: 'd', arrivedAtMs: 0 });
const bytes = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

const name = fc.stringMatching(/^[A-Za-z0-9_.:-]{1,64}$/);
const finite = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (Object.is(value, -0) ? 0 : value));
const label = fc.stringMatching(/^[\p{L} -]{0,20}$/u);
const values = fc.dictionary(name, fc.oneof(finite, fc.boolean(), label), { minKeys: 1, maxKeys: 12 });
const sample = fc.record({ ts: fc.maxSafeInteger(), values });

test('any bytes at all are decoded or refused', () => {
  const anything = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array)),
    fc.json().map((text) => Buffer.from(text)),
    fc.anything().map((value) => Buffer.from(JSON.stringify({ ts: 1, values: value }) ?? '')),
  );
  fc.assert(
    fc.property(anything, (payload) => {
      for (const decode of [decodeTelemetry, decodeDeviceEvent, decodeMeta, decodePack]) {
        const decoded = decode(payload);
        expect(decoded.ok || (decoded.reason.length > 0 && decoded.detail.length > 0)).toBe(true);
      }
    }),
    { numRuns: 2_000 },
  );
});

test('what a device may send is decoded as it was sent, alone or as a backlog', () => {
  fc.assert(
    fc.property(fc.array(sample, { minLength: 1, maxLength: 5 }), (samples) => {
      const expected = samples.map((one) => ({ measuredAtMs: one.ts, values: { ...one.values } }));
      expect(decodeTelemetry(bytes(samples))).toEqual({ ok: true, value: { samples: expected, faults: [] } });
      const alone = { samples: expected.slice(0, 1), faults: [] };
      expect(decodeTelemetry(bytes(samples[0]))).toEqual({ ok: true, value: alone });
    }),
  );
});

test('a bad value anywhere is named with its place, and everything else of the message is taken', () => {
  const bad = fc.constantFrom(null, [], {}, 'x'.repeat(65), 'a\0b', '\ud800');
  fc.assert(
    fc.property(
      fc.array(sample, { minLength: 1, maxLength: 5 }),
      fc.nat(),
      name,
      bad,
      (samples, where, metric, value) => {
        const place = where % samples.length;
        const spoilt = samples.map((one, i) =>
          i === place ? { ...one, values: { ...one.values, [metric]: value } } : one,
        );
        const rest = samples.map(({ ts, values: { ...kept } }, i) => {
          if (i === place) delete kept[metric];
          return { measuredAtMs: ts, values: kept };
        });
        const good = rest.filter((one) => Object.keys(one.values).length > 0);
        const decoded = decodeTelemetry(bytes(spoilt));
        if (good.length === 0) return expect(decoded.ok).toBe(false);
        if (!decoded.ok) return expect(decoded).toBe(good);
        const taken = decoded.value.samples.map((one) => ({ ...one, values: { ...one.values } }));
        expect(taken).toEqual(good);
        expect(decoded.value.faults).toHaveLength(1);
        expect(decoded.value.faults[0]?.detail).toContain(`sample ${place}`);
      },
    ),
  );
});

test('names and free-form parts that PostgreSQL could not store are refused', () => {
  expect(decodeTelemetry(bytes({ values: { ['a'.repeat(65)]: 1 } }))).toMatchObject({ reason: 'bad-name' });
  expect(decodeTelemetry(Buffer.from('{"values":{"":1}}'))).toMatchObject({ reason: 'bad-name' });
  expect(decodeTelemetry(Buffer.from('{"values":{"__proto__":1}}'))).toMatchObject({ ok: true });
  expect(decodeTelemetry(bytes({ values: { 氦气液位: 1 } }))).toMatchObject({ ok: true });
  const deep = `{"code":"E","data":${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}}`;
  expect(decodeDeviceEvent(Buffer.from(deep))).toMatchObject({ reason: 'too-deep' });
  expect(decodeMeta(bytes({ a: { b: ['\0'] } }))).toMatchObject({ reason: 'bad-text' });
  expect(decodeMeta(Buffer.from('{"a":1e999}'))).toMatchObject({ reason: 'not-finite' });
});

test('payloads that broke other decoders are refused or read as what they say', () => {
  const text = (payload: string) => decodeTelemetry(Buffer.from(payload));
  expect(text('\ufeff{"values":{"a":1}}')).toMatchObject({ reason: 'not-json' });
  expect(text('{"values":{"a":NaN}}')).toMatchObject({ reason: 'not-json' });
  expect(text('{"values":{"a":1e308,"b":-0,"a":2}}')).toMatchObject({
    value: { samples: [{ values: { a: 2, b: -0 } }] },
  });
  expect(text(`[${'{"ts":1,"values":{"a":1}},'.repeat(10_000)}{}]`)).toMatchObject({ reason: 'too-many-samples' });
  expect(text('['.repeat(100_000))).toMatchObject({ reason: 'not-json' });
  expect(text('[[[[{"values":{"a":1}}]]]]')).toMatchObject({ reason: 'not-object' });
  const own = text('{"ts":1,"values":{"__proto__":1,"constructor":null}}');
  expect(own.ok && Object.entries(own.value.samples[0]?.values ?? {})).toEqual([['__proto__', 1]]);
});
