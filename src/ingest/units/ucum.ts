// Reads a UCUM unit into what it is of the base units, and turns values of one unit into another of the same dimension.
// Exact up to the last step; case-sensitive codes; annotations in braces mean nothing to the value (UCUM 6).
import { ATOMS, BASES, BINARY_PREFIXES, DECIMAL_PREFIXES, NOT_METRIC, SCALES } from './atoms.ts';
import { decimal, minus, ONE, over, power, type Ratio, ratio, times, ZERO } from './ratio.ts';

export interface Unit {
  factor: Ratio;
  /** Added before the factor: the zero of a temperature scale. */
  offset: Ratio;
  /** Base unit -> exponent, without zeros. */
  dimension: ReadonlyMap<string, number>;
}

/** A unit longer than this is nobody's unit. */
export const MAX_UNIT_LENGTH = 64;
const MAX_EXPONENT = 9;

const NONE: Unit = { factor: ONE, offset: ZERO, dimension: new Map() };

function raise(unit: Unit, exponent: number): Unit {
  const dimension = new Map([...unit.dimension].map(([base, size]) => [base, size * exponent]));
  return { factor: power(unit.factor, exponent), offset: ZERO, dimension };
}

function multiply(a: Unit, b: Unit): Unit {
  const dimension = new Map(a.dimension);
  for (const [base, size] of b.dimension) {
    const sum = (dimension.get(base) ?? 0) + size;
    if (sum === 0) dimension.delete(base);
    else dimension.set(base, sum);
  }
  return { factor: times(a.factor, b.factor), offset: ZERO, dimension };
}

const scaled = (unit: Unit, factor: Ratio): Unit => ({ ...unit, factor: times(unit.factor, factor) });

function atomOf(name: string): Unit | null {
  if (BASES.has(name)) return { factor: ONE, offset: ZERO, dimension: new Map([[name, 1]]) };
  if (!Object.hasOwn(ATOMS, name)) return null;
  const [factor, definition] = ATOMS[name] as readonly [string, string];
  const unit = parseUnit(definition);
  return unit && scaled(unit, decimal(factor));
}

function simpleUnit(name: string): Unit | null {
  const plain = atomOf(name);
  if (plain) return plain;
  if (Object.hasOwn(SCALES, name)) {
    const { factor, offset } = SCALES[name] as (typeof SCALES)[string];
    return {
      factor: ratio(BigInt(factor[0]), BigInt(factor[1])),
      offset: decimal(offset),
      dimension: new Map([['K', 1]]),
    };
  }
  for (const length of [2, 1]) {
    const [prefix, rest] = [name.slice(0, length), name.slice(length)];
    if (rest === '' || NOT_METRIC.has(rest)) continue;
    const scale = prefixOf(prefix);
    const atom = scale && atomOf(rest);
    if (atom) return scaled(atom, scale);
  }
  return null;
}

function prefixOf(prefix: string): Ratio | null {
  if (Object.hasOwn(DECIMAL_PREFIXES, prefix)) return power(ratio(10n), DECIMAL_PREFIXES[prefix] as number);
  if (Object.hasOwn(BINARY_PREFIXES, prefix)) return power(ratio(2n), BINARY_PREFIXES[prefix] as number);
  return null;
}

/** An atom with its exponent, a whole number, or an annotation alone. */
const COMPONENT = /^(?:(10[*^]|[^\d./(){}+-][^./(){}+\d-]*(?:\[[^\]]*\])?)([+-]?\d)?|(\d{1,15}))?((?:\{[^{}]*\})*)$/u;

function componentOf(text: string): Unit | null {
  const match = COMPONENT.exec(text);
  if (!match || text === '') return null;
  const [, name, exponent, whole] = match;
  if (whole !== undefined) return scaled(NONE, ratio(BigInt(whole)));
  if (name === undefined) return NONE;
  const unit = simpleUnit(name);
  if (!unit || exponent === undefined) return unit;
  return Math.abs(Number(exponent)) > MAX_EXPONENT ? null : raise(unit, Number(exponent));
}

/** Splits at `.` and `/` outside of brackets of every kind. */
function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  let start = 0;
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text[i] as string;
    if ('({['.includes(char)) depth++;
    else if (')}]'.includes(char)) depth--;
    else if (depth === 0 && (char === '.' || char === '/')) {
      tokens.push(text.slice(start, i), char);
      start = i + 1;
    }
  }
  tokens.push(text.slice(start));
  return tokens;
}

/** `null` when it is not a unit that is known here. An empty text is the unit of a pure number. */
export function parseUnit(text: string): Unit | null {
  if (text === '' || text === '1') return NONE;
  if (text.length > MAX_UNIT_LENGTH) return null;
  const tokens = tokensOf(text);
  // UCUM 7.3: a leading `/` stands for one over the rest.
  if (tokens[0] === '' && tokens[1] === '/') tokens[0] = '1';
  if (tokens.length === 1) return partOf(text);
  let product = NONE;
  for (let i = 0; i < tokens.length; i += 2) {
    const part = partOf(tokens[i] as string);
    if (!part) return null;
    product = multiply(product, tokens[i - 1] === '/' ? raise(part, -1) : part);
  }
  return product;
}

const partOf = (text: string): Unit | null =>
  text.startsWith('(') && text.endsWith(')') ? parseUnit(text.slice(1, -1)) : componentOf(text);

const isSameDimension = (a: Unit['dimension'], b: Unit['dimension']): boolean =>
  a.size === b.size && [...a].every(([base, size]) => b.get(base) === size);

export type Convert = (value: number) => number;

/** How values of `from` become values of `to`; `null` when the two do not measure the same thing. */
export function conversion(from: Unit, to: Unit): Convert | null {
  if (!isSameDimension(from.dimension, to.dimension)) return null;
  const scale = over(from.factor, to.factor);
  const shift = minus(times(from.offset, scale), to.offset);
  const [num, den] = [Number(scale.num), Number(scale.den)];
  if (!Number.isFinite(num) || !Number.isFinite(den)) return null;
  if (shift.num === 0n) {
    if (num === den) return (value) => value;
    // Not by way of `value * num`, which may leave the range of a double.
    return den === 1 ? (value) => value * num : num === 1 ? (value) => value / den : (value) => value * (num / den);
  }
  // Over one denominator, so that 32 degrees Fahrenheit are exactly 0 degrees Celsius.
  const common = ratio(scale.den * shift.den);
  const stretch = Number(times(scale, common).num);
  const constant = Number(times(shift, common).num);
  const divisor = Number(common.num);
  return (value) => (value * stretch + constant) / divisor;
}
