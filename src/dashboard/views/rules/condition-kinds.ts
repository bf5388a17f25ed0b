// A first draft of each kind of condition, so that choosing another kind keeps what it can of what was written.
import { SILENT_INTERVALS } from '../../../contracts/condition-freshness.ts';
import type { Metric } from '../../../contracts/product.ts';
import type { Condition } from '../../../contracts/rule-conditions.ts';

export type Kind = Condition['kind'];
export const LEAF_KINDS = ['threshold', 'state', 'rate', 'no-data'] as const;
export const GROUP_KINDS = ['duration', 'repeating', 'all', 'any'] as const;

const HOUR_S = 3600;

export const isNumber = ({ kind }: Metric): boolean => kind === 'gauge' || kind === 'counter';

/** The kinds a product's metrics allow at this depth. */
export function kindsFor(metrics: readonly Metric[], depth: number, deepest: number): Kind[] {
  const leaves = LEAF_KINDS.filter((kind) => kind === 'no-data' || metrics.some((metric) => isFor(kind, metric)));
  return depth < deepest ? [...leaves, ...GROUP_KINDS] : leaves;
}

export const isFor = (kind: Kind, metric: Metric): boolean =>
  kind === 'state' ? metric.kind === 'state' || metric.kind === 'boolean' : kind === 'no-data' || isNumber(metric);

export function draftOf(kind: Kind, metrics: readonly Metric[], before?: Condition): Condition {
  const known =
    before !== undefined && 'metric' in before ? metrics.find(({ code }) => code === before.metric) : undefined;
  const metric = known !== undefined && isFor(kind, known) ? known : metrics.find((one) => isFor(kind, one));
  const code = metric?.code ?? '';
  switch (kind) {
    case 'threshold':
      return { kind, metric: code, above: metric?.normalMax ?? metric?.plausibleMax ?? 0 };
    case 'state':
      return { kind, metric: code, in: [metric?.kind === 'boolean' ? 'true' : 'fault'] };
    case 'rate':
      return { kind, metric: code, above: metric?.noticeable ?? 1, per: 'hour', overSeconds: 6 * HOUR_S };
    case 'no-data':
      return { kind, metric: code, forSeconds: Math.ceil((metric?.expectedIntervalS ?? 60) * SILENT_INTERVALS) };
    case 'duration':
      return { kind, forSeconds: HOUR_S, condition: innerOf(before, metrics) };
    case 'repeating':
      return { kind, times: 3, withinSeconds: 24 * HOUR_S, condition: innerOf(before, metrics) };
    case 'all':
    case 'any':
      if (before !== undefined && 'of' in before) return { kind, of: before.of };
      return { kind, of: [innerOf(before, metrics), draftOf('threshold', metrics)] };
  }
}

/** What was written becomes the inner condition; a group gives its first. */
function innerOf(before: Condition | undefined, metrics: readonly Metric[]): Condition {
  if (before === undefined) return draftOf('threshold', metrics);
  if ('condition' in before) return before.condition;
  return 'of' in before ? (before.of[0] ?? draftOf('threshold', metrics)) : before;
}
