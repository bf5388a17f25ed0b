// Conversions between pairs of units, remembered: a device sends the same pair all its life.
import { type Convert, conversion, parseUnit } from './ucum.ts';

export interface Conversions {
  /** `null` when one of the units is not known, or they do not measure the same thing. */
  between(from: string, to: string): Convert | null;
}

/** Pairs remembered; devices could invent units, so it is bounded. */
const REMEMBERED = 1_000;

export function createConversions(): Conversions {
  const known = new Map<string, Convert | null>();
  return {
    between(from, to) {
      const pair = `${from}\n${to}`;
      const remembered = known.get(pair);
      if (remembered !== undefined) return remembered;
      const [source, target] = [parseUnit(from), parseUnit(to)];
      const convert = source && target ? conversion(source, target) : null;
      if (known.size >= REMEMBERED) known.clear();
      known.set(pair, convert);
      return convert;
    },
  };
}
