// Tells a metric that began to speak in another unit from one that moved: its values jump, all of them, to where a known
// conversion of its declared unit puts its normal. Such values are named and not judged; they never become a failure.
import type { EpochMs } from '../../contracts/time.ts';
import { SETTINGS } from './settings.ts';

/** One unit of a kind of quantity: value of the first unit of the kind = value x factor + offset. */
interface Unit {
  code: string;
  factor: number;
  offset: number;
}

export interface Conversion {
  /** UCUM code of the unit the values seem to be in. */
  to: string;
  factor: number;
  offset: number;
}

/** A run of readings that a conversion explains; named once it is long enough, and over after as many that fit again. */
export interface UnitDoubt {
  /** UCUM code; empty: no unit that is known, all values stand at one ratio to their normal. */
  to: string;
  /** That ratio, where the unit is not known. */
  ratio?: number;
  sinceMs: EpochMs;
  /** The newest value, and what is normal in the declared unit. */
  value: number;
  expected: number;
  readings: number;
  isNamed: boolean;
  fitting: number;
}

const of = (code: string, factor: number, offset = 0): Unit => ({ code, factor, offset });
/** What devices are known to switch between (UCUM codes; definitions of UCUM). */
const KINDS: readonly (readonly Unit[])[] = [
  [of('Cel', 1), of('[degF]', 5 / 9, -160 / 9), of('K', 1, -273.15)],
  [
    of('Pa', 1),
    of('hPa', 100),
    of('kPa', 1_000),
    of('MPa', 1_000_000),
    of('mbar', 100),
    of('bar', 100_000),
    of('mm[Hg]', 133.322),
    of('cm[H2O]', 98.0665),
    of('[psi]', 6_894.757),
  ],
  [of('m', 1), of('cm', 0.01), of('mm', 0.001), of('um', 0.000_001), of('[in_i]', 0.0254)],
  [of('L/s', 1), of('L/min', 1 / 60), of('mL/min', 1 / 60_000), of('L/h', 1 / 3_600), of('mL/h', 1 / 3_600_000)],
  [of('s', 1), of('ms', 0.001), of('us', 0.000_001), of('min', 60), of('h', 3_600)],
  [of('1/s', 1), of('Hz', 1), of('1/min', 1 / 60)],
  [of('A', 1), of('mA', 0.001), of('uA', 0.000_001)],
  [of('V', 1), of('mV', 0.001), of('kV', 1_000)],
  [of('W', 1), of('kW', 1_000)],
  [of('m/s', 1), of('mm/s', 0.001), of('[in_i]/s', 0.0254)],
  [of('m/s2', 1), of('[g]', 9.80665)],
  [of('%', 1), of('1', 100)],
  [of('mS/cm', 1), of('uS/cm', 0.001), of('S/m', 10)],
];

const { persistReadings, limitSigma } = SETTINGS;
/**
 * How far a value may be from where a conversion puts the normal: as a share of the jump and of that place, whichever is less.
 * An overheated oil is near its normal in degrees Fahrenheit: where the metric's own noise (in converted sigmas) is no
 * smaller than what tells the two apart, nothing is said of units.
 */
const FIT_OF_JUMP = 0.03;
const FIT_OF_PLACE = 0.1;
const NOISE_SIGMA = 2;
/**
 * A jump to so many times the normal, or to that part of it, where the values stand as steady as before, is no wear: it is another
 * unit or scale that nobody has listed. Told of steady metrics only, and only where no failure mode shows on that side.
 */
const LEAST_RATIO = 4;
const STEADY_SHARE = 0.1;

/** From the declared unit to each other unit of its kind; none when the unit is of no kind that is known. */
export function conversionsOf(unit: string): readonly Conversion[] {
  const kind = KINDS.find((units) => units.some(({ code }) => code === unit)) ?? [];
  const own = kind.find(({ code }) => code === unit);
  if (own === undefined) return [];
  return kind
    .filter(({ factor, offset }) => factor !== own.factor || offset !== own.offset)
    .map(({ code, factor, offset }) => ({
      to: code,
      factor: own.factor / factor,
      offset: (own.offset - offset) / factor,
    }));
}

export interface KnownNormal {
  mean: number;
  sigma: number;
  /** On which side of it no failure mode shows, 0: on neither; `null`: one may show anywhere. */
  harmlessSide: -1 | 0 | 1 | null;
}

type Explanation = Pick<UnitDoubt, 'to' | 'ratio'>;

/** The ratio at which the values stand, when it is one that only another scale explains. */
function ratioOf(
  { mean, sigma, harmlessSide }: KnownNormal,
  value: number,
  before: UnitDoubt | null,
): Explanation | null {
  const ratio = value / mean;
  const isFar = ratio >= LEAST_RATIO || (ratio > 0 && ratio <= 1 / LEAST_RATIO);
  if (!isFar || sigma > STEADY_SHARE * Math.abs(mean)) return null;
  if (harmlessSide === null || (harmlessSide !== 0 && Math.sign(value - mean) !== harmlessSide)) return null;
  if (before?.ratio === undefined) return { to: '', ratio };
  const isSame = Math.abs(value - mean * before.ratio) <= 2 * limitSigma * sigma * before.ratio;
  return { to: '', ratio: isSame ? before.ratio : ratio };
}

/** The conversion, or else the one ratio, that puts the normal where this value is, `null` when none does or the value is near its normal. */
function explanationOf(
  conversions: readonly Conversion[],
  normal: KnownNormal,
  value: number,
  before: UnitDoubt | null,
): Explanation | null {
  const { mean, sigma } = normal;
  const near = 2 * limitSigma * sigma;
  if (Math.abs(value - mean) <= near) return null;
  for (const conversion of conversions) {
    const expected = mean * conversion.factor + conversion.offset;
    const jump = Math.abs(expected - mean);
    const tolerance = Math.min(FIT_OF_JUMP * jump, FIT_OF_PLACE * Math.abs(expected));
    const isTelling = NOISE_SIGMA * sigma * conversion.factor <= tolerance && jump > near + tolerance;
    if (isTelling && Math.abs(value - expected) <= tolerance) return { to: conversion.to };
  }
  return ratioOf(normal, value, before);
}

/** What is known after one more value; `null`: it is the declared unit's. A value with a doubt is not to be judged. */
export function doubtAfter(
  before: UnitDoubt | null,
  conversions: readonly Conversion[],
  normal: KnownNormal,
  { atMs, value }: { atMs: EpochMs; value: number },
): UnitDoubt | null {
  const found = explanationOf(conversions, normal, value, before);
  if (before?.isNamed) {
    const isFitting = found === null && Math.abs(value - normal.mean) <= 2 * limitSigma * normal.sigma;
    const fitting = isFitting ? before.fitting + 1 : 0;
    return fitting >= persistReadings ? null : { ...before, value, fitting, readings: before.readings + 1 };
  }
  if (found === null) return null;
  const isSame = before?.to === found.to && before.ratio === found.ratio;
  const readings = isSame ? before.readings + 1 : 1;
  const sinceMs = isSame ? before.sinceMs : atMs;
  return {
    ...found,
    sinceMs,
    value,
    expected: normal.mean,
    readings,
    isNamed: readings >= persistReadings,
    fitting: 0,
  };
}
