// SenML packs against the rules and examples of RFC 8428.
import { expect, test } from 'vitest';
import { decodeSenml, metricName } from '../../../src/ingest/decoders/senml.ts';

const NOW = Date.UTC(2026, 0, 5);
const decode = (pack: unknown) => decodeSenml(Buffer.from(JSON.stringify(pack)), { device: 'MRI-7', arrivedAtMs: NOW });

function samplesOf(pack: unknown) {
  const decoded = decode(pack);
  if (!decoded.ok) throw new Error(decoded.detail);
  return decoded.value.samples.map(({ measuredAtMs, values, units }) => ({
    measuredAtMs,
    ...values,
    units: { ...units },
  }));
}

test('base fields hold until they are given again', () => {
  const pack = [
    { bn: 'urn:dev:ow:10e2073a0108006:', bt: 1.276020076001e9, bu: 'A', bver: 5, n: 'voltage', u: 'V', v: 120.1 },
    { n: 'current', t: -5, v: 1.2 },
    { n: 'current', t: -4, v: 1.3 },
    { bn: 'MRI-7/', bu: 'Cel', bv: 20, n: 'temp', t: -4, v: 0.5 },
  ];
  const at = 1_276_020_076_001;
  expect(samplesOf(pack)).toEqual([
    { measuredAtMs: at, voltage: 120.1, units: { voltage: 'V' } },
    { measuredAtMs: at - 5_000, current: 1.2, units: { current: 'A' } },
    { measuredAtMs: at - 4_000, current: 1.3, temp: 20.5, units: { current: 'A', temp: 'Cel' } },
  ]);
});

test('a time below 2^28 seconds is told from now, one above it from 1970', () => {
  expect(
    samplesOf([
      { n: 'a', v: 1 },
      { n: 'a', v: 2, t: -60 },
      { n: 'a', v: 3, t: 2 ** 28 },
    ]),
  ).toMatchObject([
    { measuredAtMs: null, a: 1 },
    { measuredAtMs: NOW - 60_000, a: 2 },
    { measuredAtMs: 2 ** 28 * 1000, a: 3 },
  ]);
});

test('numbers, truths, states and sums are values; opaque bytes are reported', () => {
  const pack = [
    { n: 'door', vb: true },
    { n: 'mode', vs: 'scan' },
    { n: 'energy', u: 'W', s: 3_600 },
    { n: 'power', u: 'W', v: 5, s: 10 },
    { n: 'image', vd: 'aGk' },
  ];
  expect(samplesOf(pack)).toEqual([
    {
      measuredAtMs: null,
      door: true,
      mode: 'scan',
      energy: 3_600,
      power: 5,
      'power.sum': 10,
      units: { energy: '(W).s', power: 'W', 'power.sum': '(W).s' },
    },
  ]);
  expect(decode(pack)).toMatchObject({ value: { unsupported: ['image'] } });
});

test('what has to be understood and is not refuses the pack; what does not, does not', () => {
  expect(decode([{ n: 'a', v: 1, new_: 1 }])).toMatchObject({ reason: 'not-supported' });
  expect(decode([{ bver: 11, n: 'a', v: 1 }])).toMatchObject({ reason: 'not-supported' });
  expect(decode([{ bt: 'soon', n: 'a', v: 1 }])).toMatchObject({ reason: 'wrong-type' });
  expect(decode([{ n: 'a', v: 1, future: 1 }])).toMatchObject({ ok: true });
  expect(decode({ n: 'a', v: 1 })).toMatchObject({ reason: 'not-object' });
  expect(decode([])).toMatchObject({ reason: 'empty' });
});

test('a bad record is named and its neighbours are taken', () => {
  const decoded = decode([
    { bn: 'x', n: 'a', v: 1 },
    { n: 'b', v: '1' },
    { n: 'c' },
    { n: 'a', v: 2 },
    { n: 'é'.repeat(70), v: 1 },
  ]);
  expect(decoded).toMatchObject({ value: { samples: [{ values: { xa: 1 } }] } });
  const faults = decoded.ok ? decoded.value.faults : [];
  expect(faults.map(({ reason }) => reason).sort()).toEqual(['ambiguous', 'bad-name', 'values-missing', 'wrong-type']);
});

test.each([
  ['temp', 'temp'],
  ['MRI-7:temp', 'temp'],
  ['MRI-7/gradient/temp', 'gradient/temp'],
  ['MRI-77temp', 'MRI-77temp'],
  ['urn:dev:mac:0024befffe804ff1_temp', 'temp'],
  ['urn:dev:ow:10e2073a01080063:temp', 'temp'],
  ['urn:dev:ow:10e2073a01080063', ''],
  ['MRI-7:', ''],
])('the metric of the name %s is "%s"', (name, metric) => {
  expect(metricName(name, 'MRI-7')).toBe(metric);
});
