// Which failure modes explain the metrics that moved. Several modes may share a sign, so a sign that is shared names none of
// them until one that tells them apart has moved too; then modes are taken greedily by how much of their picture is there.
// A mode that is already open keeps its signs, or one wear would open two episodes.
import type { Sign } from '../../contracts/product.ts';
import { causeOfMetric, type DevicePlan, type ModePlan } from './plan.ts';
import type { MetricView } from './views.ts';

export interface FoundCause {
  cause: string;
  /** `null`: no failure mode knows this sign. */
  mode: ModePlan | null;
  /** The metrics that speak for it, strongest first. */
  moved: MetricView[];
  /** Signs of the mode that nothing trustworthy is known of now. */
  unknown: readonly string[];
}

/** A sign that leans the right way counts half as long as it has no finding of its own. */
const LEANING_SCORE = 0.5;
const LEANING_COUNTS = 0.5;

/** How far a metric is from normal in the direction of a sign; negative when it went the other way. */
export const alongSign = (sign: Sign, score: number): number =>
  sign.direction === 'either' ? Math.abs(score) : sign.direction === 'up' ? score : -score;

export function causesOf(
  plan: DevicePlan,
  views: ReadonlyMap<string, MetricView>,
  open: ReadonlySet<string>,
): FoundCause[] {
  const unexplained = new Set<string>();
  for (const view of views.values()) if (hasMoved(view)) unexplained.add(view.metric);
  if (unexplained.size === 0 && open.size === 0) return [];
  const found: FoundCause[] = [];
  const take = (mode: ModePlan): void => {
    const moved = movedOf(mode, views, open.has(mode.cause) ? isAway : hasMoved);
    for (const { metric } of moved) unexplained.delete(metric);
    if (moved.length > 0) found.push({ cause: mode.cause, mode, moved, unknown: unknownOf(mode, views) });
  };
  for (const mode of plan.modes) if (open.has(mode.cause)) take(mode);
  const rest = plan.modes.filter(({ cause }) => !open.has(cause));
  while (unexplained.size > 0) {
    const best = bestOf(rest, views, unexplained);
    if (best === null) break;
    take(best);
  }
  for (const view of views.values()) {
    if (unexplained.has(view.metric))
      found.push({ cause: causeOfMetric(view.metric), mode: null, moved: [view], unknown: [] });
  }
  return found;
}

const isAway = ({ side }: MetricView): boolean => side !== 0;
/**
 * What lies outside of all that was ever seen is told as that alone: no failure mode is known to look like it. A mode that was
 * open before keeps its signs.
 */
const hasMoved = (view: MetricView): boolean => isAway(view) && !view.isOutside;

const unknownOf = ({ mode }: ModePlan, views: ReadonlyMap<string, MetricView>): string[] =>
  mode.signs.flatMap(({ metric }) => {
    const view = views.get(metric);
    return view?.isKnown === true && !view.isOutside ? [] : metric;
  });

function movedOf(
  { mode }: ModePlan,
  views: ReadonlyMap<string, MetricView>,
  counts: (view: MetricView) => boolean = hasMoved,
): MetricView[] {
  return mode.signs
    .map((sign) => ({ sign, view: views.get(sign.metric) }))
    .filter((pair): pair is { sign: Sign; view: MetricView } => pair.view !== undefined && counts(pair.view))
    .filter(({ sign, view }) => alongSign(sign, view.side) > 0)
    .map(({ view }) => view)
    .sort((a, b) => Math.abs(b.score) - Math.abs(a.score));
}

/** The mode with the largest share of its signs there, among those that explain something new; ties by catalogue order. */
function bestOf(
  modes: readonly ModePlan[],
  views: ReadonlyMap<string, MetricView>,
  unexplained: ReadonlySet<string>,
): ModePlan | null {
  let best: ModePlan | null = null;
  let bestShare = 0;
  for (const mode of modes) {
    const moved = movedOf(mode, views);
    if (!moved.some(({ metric }) => unexplained.has(metric)) || !tellsApart(mode, moved, modes)) continue;
    const share = shareOf(mode, views);
    if (share > bestShare) {
      best = mode;
      bestShare = share;
    }
  }
  return best;
}

/** Some sign that moved is this mode's alone, or its picture is complete. */
function tellsApart(mode: ModePlan, moved: readonly MetricView[], modes: readonly ModePlan[]): boolean {
  if (moved.length === mode.mode.signs.length) return true;
  return moved.some(
    ({ metric }) => !modes.some((other) => other !== mode && other.mode.signs.some((sign) => sign.metric === metric)),
  );
}

function shareOf({ mode }: ModePlan, views: ReadonlyMap<string, MetricView>): number {
  let there = 0;
  for (const sign of mode.signs) {
    const view = views.get(sign.metric);
    if (view === undefined) continue;
    if (hasMoved(view) && alongSign(sign, view.side) > 0) there += 1;
    else if (alongSign(sign, view.score) >= LEANING_SCORE) there += LEANING_COUNTS;
  }
  return there / mode.signs.length;
}
