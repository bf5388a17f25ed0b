// Filters of allocation rules where values were merged: a filter that names a value lets everybody through whose value counts
// as what that one counts as, whichever of them the rules were written with. Pure.
import type { AllocationSegment, ReceiverFilter } from '../../contracts/http/allocation.ts';
import type { Dimension } from '../../contracts/costs.ts';
import { createMappings, type ValueMapping, type ValueMappings } from './value-mapping.ts';

const filtersOf = ({ filter, activities = [] }: AllocationSegment): ReceiverFilter[] =>
  [filter, ...activities.map((activity) => activity.filter)].filter((one) => one !== undefined);

function mergedFilter(filter: ReceiverFilter, mappings: ValueMappings): ReceiverFilter {
  return Object.fromEntries(
    Object.entries(filter).map(([dimension, codes = []]) => [
      dimension,
      [...new Set(codes.flatMap((code) => [code, ...mappings.valuesOf(dimension as Dimension, code)]))],
    ]),
  );
}

const mergedPart = <P extends { filter?: ReceiverFilter }>(part: P, mappings: ValueMappings): P =>
  part.filter === undefined ? part : { ...part, filter: mergedFilter(part.filter, mappings) };

/** The rules with filters that name every value which counts as one that they name. */
export function withMerged<R extends { segments: AllocationSegment[] }>(rules: R, merged: readonly ValueMapping[]): R {
  if (merged.length === 0) return rules;
  const mappings = createMappings(merged);
  const segments = rules.segments.map((segment) => {
    const { activities } = segment;
    const own = mergedPart(segment, mappings);
    return activities ? { ...own, activities: activities.map((activity) => mergedPart(activity, mappings)) } : own;
  });
  return { ...rules, segments };
}

/** Of the merges in force those that a filter of the segments follows, in the order of what they are of. */
export function followedBy(segments: readonly AllocationSegment[], inForce: readonly ValueMapping[]): ValueMapping[] {
  const mappings = createMappings(inForce);
  const followed = new Map<string, Set<string>>();
  for (const [dimension, codes = []] of segments.flatMap(filtersOf).flatMap((filter) => Object.entries(filter))) {
    const values = followed.get(dimension) ?? new Set<string>();
    followed.set(dimension, values);
    for (const code of codes) for (const value of mappings.valuesOf(dimension as Dimension, code)) values.add(value);
  }
  const nameOf = ({ dimension, from }: ValueMapping): string => `${dimension} ${from}`;
  return inForce
    .filter(({ dimension, from }) => followed.get(dimension)?.has(from))
    .toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
}
