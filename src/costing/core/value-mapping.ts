// Values of a dimension that stand for one another: which value a posted one counts as, following chains to their end.
import type { Dimension } from '../../contracts/costs.ts';

export interface ValueMapping {
  dimension: Dimension;
  from: string;
  to: string;
}

export interface ValueMappings {
  /** What a posted value counts as; itself when nothing stands for it. */
  standFor(dimension: Dimension, value: string): string;
  /** Every posted value that counts as what `value` counts as. */
  valuesOf(dimension: Dimension, value: string): string[];
}

/** The value whose chain comes back to itself when `mapping` is added, or `null`: then it ends. */
export function loopOf(mappings: readonly ValueMapping[], mapping: ValueMapping): string[] | null {
  const next = new Map(
    mappings.filter(({ dimension }) => dimension === mapping.dimension).map(({ from, to }) => [from, to]),
  );
  const chain = [mapping.from];
  for (let at: string | undefined = mapping.to; at !== undefined; at = next.get(at)) {
    chain.push(at);
    if (at === mapping.from) return chain;
  }
  return null;
}

/** Of mappings without a loop. */
export function createMappings(mappings: readonly ValueMapping[]): ValueMappings {
  const next = new Map<string, Map<string, string>>();
  for (const { dimension, from, to } of mappings) {
    const own = next.get(dimension) ?? new Map<string, string>();
    next.set(dimension, own.set(from, to));
  }
  const standFor = (dimension: Dimension, value: string): string => {
    const own = next.get(dimension);
    let at = value;
    for (let to = own?.get(at); to !== undefined; to = own?.get(at)) at = to;
    return at;
  };
  return {
    standFor,
    valuesOf(dimension, value) {
      const target = standFor(dimension, value);
      const sources = [...(next.get(dimension)?.keys() ?? [])].filter((from) => standFor(dimension, from) === target);
      return [...new Set([target, ...sources])];
    },
  };
}

export const AS_POSTED: ValueMappings = createMappings([]);
