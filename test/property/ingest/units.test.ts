// Laws of units: there and back is where it began, the order of values is kept, and what does not measure the same thing
// is never converted.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createConversions } from '../../../src/ingest/units/conversions.ts';
import { ucumOfDisplayed, ucumOfSenml } from '../../../src/ingest/units/senml-units.ts';
import { parseUnit } from '../../../src/ingest/units/ucum.ts';

const KINDS = [
  ['Cel', 'K', '[degF]', 'mK'],
  ['kPa', 'Pa', 'bar', 'mbar', 'mm[Hg]', 'cm[H2O]', '[psi]', 'MPa', 'N/m2'],
  ['1', '%', '[ppm]', '{count}', '10*3'],
  ['m/s', 'mm/s', 'km/h'],
  ['s', 'min', 'h', 'ms', 'd'],
  ['L/min', 'mL/h', 'm3/s', 'L/h'],
  ['A', 'mA', 'uA'],
  ['W.h', 'J', 'kW.h', '(W).s', 'V.A.h'],
  ['/min', 'Hz', '{beat}/min', '/h'],
  ['mS/cm', 'S/m', 'uS/cm'],
  ['mT', 'G', 'T'],
  ['[pH]'],
  ['dB'],
];
const pair = fc.constantFrom(...KINDS).chain((units) => fc.tuple(fc.constantFrom(...units), fc.constantFrom(...units)));
const conversions = createConversions();
const convert = (from: string, to: string, value: number): number | undefined => conversions.between(from, to)?.(value);

test('there and back is the same value, to the last digits', () => {
  fc.assert(
    fc.property(pair, fc.double({ min: -1e6, max: 1e6, noNaN: true }), ([from, to], value) => {
      const there = convert(from, to, value) ?? Number.NaN;
      const back = convert(to, from, there) ?? Number.NaN;
      // On a scale with its own zero the last digits are those of the distance from absolute zero.
      expect(Math.abs(back - value)).toBeLessThanOrEqual(4 * Number.EPSILON * Math.max(Math.abs(value), 500));
    }),
  );
});

test('a larger value is larger in every unit', () => {
  fc.assert(
    fc.property(pair, fc.integer(), fc.integer(), ([from, to], a, b) => {
      const [x, y] = [convert(from, to, a) ?? Number.NaN, convert(from, to, b) ?? Number.NaN];
      expect(Math.sign(x - y)).toBe(Math.sign(a - b));
    }),
  );
});

test('different kinds of quantity are never converted', () => {
  const two = fc.tuple(fc.nat(KINDS.length - 1), fc.nat(KINDS.length - 1), fc.nat(9), fc.nat(9));
  fc.assert(
    fc.property(two, ([a, b, i, j]) => {
      const [one, other] = [KINDS[a] as string[], KINDS[b] as string[]];
      const between = conversions.between(one[i % one.length] as string, other[j % other.length] as string);
      expect(between === null).toBe(a !== b);
    }),
  );
});

test('any text is a unit or is not, without an exception', () => {
  const text = fc.oneof(fc.string({ maxLength: 80 }), fc.stringMatching(/^[mkK1-9./(){}[\]*^A-Z-]{0,70}$/));
  fc.assert(
    fc.property(text, (unit) => {
      const parsed = parseUnit(unit);
      expect(parsed === null || parsed.factor.den > 0n).toBe(true);
    }),
    { numRuns: 3_000 },
  );
});

test.each([
  ['Cel', 'K', 36.6, 309.75],
  ['[degF]', 'Cel', 32, 0],
  ['[degF]', 'Cel', -40, -40],
  ['kPa', 'bar', 250, 2.5],
  ['mm[Hg]', 'kPa', 120, 15.99864],
  ['1', '%', 0.81, 81],
  ['L/min', 'mL/h', 1, 60_000],
  ['/min', 'Hz', 90, 1.5],
  ['kW.h', 'J', 1, 3_600_000],
  ['mg/dL', 'g/L', 90, 0.9],
  ['10*3/uL', '/L', 4, 4e9],
])('%s to %s: %d is %d', (from, to, value, expected) => {
  expect(convert(from, to, value)).toBe(expected);
});

test('every unit of the SenML registry is known', () => {
  const registry =
    `m kg g s A K cd mol Hz rad sr N Pa J W C V F Ohm S Wb T H Cel lm lx Bq Gy Sv kat m2 m3 l m/s m/s2 m3/s
    l/s W/m2 cd/m2 bit bit/s lat lon pH dB dBW Bspl count / % %RH %EL EL 1/s 1/min beat/min beats S/m B VA VAs var vars
    J/m kg/m3 deg NTU ms min h MHz kW kVA kvar Ah Wh kWh varh kvarh kVAh Wh/km KiB GB Mbit/s B/s MB/s mV mA dBm ug/m3
    mm/h m/h ppm /100 /1000 hPa mm cm km km/h ppb ppt VAh mg/l ug/l g/l`.split(/\s+/);
  expect(registry.filter((unit) => parseUnit(ucumOfSenml(unit)) === null)).toEqual([]);
  expect(['°C', 'mmHg', 'rpm'].map(ucumOfDisplayed)).toEqual(['Cel', 'mm[Hg]', '/min']);
});
