// How long what was last heard of a metric still counts in a condition: after that it is unknown, neither true nor false.
import type { LeafCondition, NoDataCondition } from './rule-conditions.ts';

/** A value: what a condition looks at, other than at silence. */
export type ValueCondition = Exclude<LeafCondition, NoDataCondition>;

/** As many intervals without a reading are a silence worth speaking of. */
export const SILENT_INTERVALS = 5;

/** `intervalS`: what the catalogue expects of the metric. */
export const freshSecondsOf = ({ freshSeconds }: ValueCondition, intervalS: number): number =>
  freshSeconds ?? SILENT_INTERVALS * intervalS;
