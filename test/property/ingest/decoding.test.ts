// Laws of decoding: whatever bytes arrive, the answer is a value or a reason, never an exception; what a device may send
// comes out as it went in; one bad value refuses the message.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeDeviceEvent } from '../../../src/ingest/decoders/device-event.ts';
import { decodeMeta } from '../../../src/ingest/decoders/meta.ts';
import { decodeTelemetry } from '../../../src/ingest/decoders/telemetry.ts';

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
      for (const decode of [decodeTelemetry, decodeDeviceEvent, decodeMeta]) {
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
      expect(decodeTelemetry(bytes(samples))).toEqual({ ok: true, value: expected });
      expect(decodeTelemetry(bytes(samples[0]))).toEqual({ ok: true, value: expected.slice(0, 1) });
    }),
  );
});

test('one bad value anywhere refuses the whole message', () => {
  const bad = fc.constantFrom(null, [], {}, 'x'.repeat(65), 'a\0b', '\ud800');
  fc.assert(
    fc.property(
      fc.array(sample, { minLength: 1, maxLength: 5 }),
      fc.nat(),
      name,
      bad,
      (samples, where, metric, value) => {
        const spoilt = samples.map((one, i) =>
          i === where % samples.length ? { ...one, values: { ...one.values, [metric]: value } } : one,
        );
        expect(decodeTelemetry(bytes(spoilt)).ok).toBe(false);
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
