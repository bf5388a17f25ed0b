// Gauges that are unusual together, as a finding in both languages: which of them lead, each with its share, where no sign, no
// unit and no channel of a leading one has spoken already.
import type { Text } from '../../../contracts/text.ts';
import type { EpochMs } from '../../../contracts/time.ts';
import type { Finding } from '../finding.ts';
import type { DevicePlan } from '../plan.ts';
import { dayText } from '../quantity.ts';
import type { DeviceState } from '../state.ts';
import { type Contribution, contributionOf, type MetricView } from '../views.ts';
import { wayAt } from './joint.ts';
import { AT, type JointState, type Way } from './state.ts';
import { isJointAt, isJointNews, JOINT_BITS } from './watch.ts';

export const JOINT_CAUSE = 'joint';
/** Leading gauges together make up this much of what is unusual; no more are named than an engineer reads. */
const LEADING_SHARE = 0.6;
const MOST_LEADERS = 3;

export interface JointFinding {
  cause: string;
  moved: string[];
  newsMs: EpochMs;
  /** Strange at this instant: what is only held on from before opens nothing. */
  isNews: boolean;
  finding: Finding;
}

interface Leader {
  metric: string;
  share: number;
}

/** `explained`: metrics that have a finding of their own. */
export function jointFinding(
  plan: DevicePlan,
  { joint }: DeviceState,
  views: ReadonlyMap<string, MetricView>,
  { nowMs, explained }: { nowMs: EpochMs; explained: ReadonlySet<string> },
): JointFinding | null {
  if (joint === undefined || typeof joint.kept === 'string' || !isJointAt(joint.kept, nowMs)) return null;
  const { numbers } = joint.kept;
  const leaders = leadersOf(joint.kept, joint.metrics);
  if (leaders.length === 0 || leaders.some(({ metric }) => explained.has(metric))) return null;
  const contributors = leaders.flatMap((leader) => partOf(plan, views, leader, numbers[AT.sinceMs] as number));
  if (contributors.length < leaders.length) return null;
  const sinceMs = numbers[AT.sinceMs] as number;
  return {
    cause: JOINT_CAUSE,
    moved: leaders.map(({ metric }) => metric),
    newsMs: numbers[AT.spokenMs] as number,
    isNews: isJointNews(joint.kept, nowMs),
    finding: {
      worst: Math.max(1, (numbers[AT.bits] as number) / JOINT_BITS),
      contributors,
      windowFromMs: sinceMs,
      windowToMs: nowMs,
      timeLeft: null,
      reason: reasonOf(
        contributors.map(({ told }) => told?.name ?? { en: '', zh: '' }),
        wayAt(joint.kept, numbers[AT.loudest] as number),
        sinceMs,
      ),
    },
  };
}

/** The gauges that make up most of what speaks, largest part first. */
function leadersOf(joint: JointState, metrics: readonly string[]): Leader[] {
  const shares = sharesOf(joint);
  const parts = metrics
    .map((metric, index) => ({ metric, share: shares[index] as number }))
    .sort((a, b) => b.share - a.share);
  const leaders: Leader[] = [];
  let held = 0;
  for (const part of parts) {
    if (held >= LEADING_SHARE || leaders.length === MOST_LEADERS || !(part.share > 0)) break;
    leaders.push(part);
    held += part.share;
  }
  return leaders;
}

/** Each gauge's share of T2, or of what lies above the usual of all that the others leave unexplained. */
function sharesOf({ size, levels, parts, numbers }: JointState): number[] {
  const place = numbers[AT.loudest] as number;
  if (place === size) return Array.from(parts, (part) => part / (levels[place] as number));
  const above = Array.from(levels.subarray(0, size), (level) => Math.max(0, level - 1));
  const together = above.reduce((sum, one) => sum + one, 0);
  return above.map((one) => (together === 0 ? 0 : one / together));
}

function partOf(
  plan: DevicePlan,
  views: ReadonlyMap<string, MetricView>,
  { metric, share }: Leader,
  sinceMs: EpochMs,
): Contribution[] {
  const known = plan.metrics.get(metric);
  const view = views.get(metric);
  if (!known?.tuning || view === undefined || view.detector === null || view.isTroubled) return [];
  const told = { name: known.metric.name, unit: known.metric.unit, share: Math.min(1, share) };
  return [{ ...contributionOf(known, known.tuning, view.detector), sinceMs, told }];
}

function reasonOf(names: readonly Text[], way: Way, sinceMs: EpochMs): Text {
  const en = listed(names.map((name) => name.en));
  const zh = names.map((name) => name.zh).join('、');
  const [since, sinceZh] = [dayText(sinceMs, 'en'), dayText(sinceMs, 'zh')];
  const none = { en: 'No known failure mode shows like this.', zh: '与已知故障模式的征兆不符。' };
  const what = wayOf(way, names.length > 1);
  return {
    en: `${en} ${what.en} since ${since}. ${none.en}`,
    zh: `自${sinceZh}起，${zh}${what.zh}。${none.zh}`,
  };
}

function wayOf(way: Way, areSeveral: boolean): Text {
  if (way === 'within') {
    return areSeveral
      ? { en: 'have moved together farther than ever on this unit', zh: '一同偏离平时，幅度为本机以往所未有' }
      : {
          en: 'has moved with the other values farther than ever on this unit',
          zh: '随其他参数偏离平时，幅度为本机以往所未有',
        };
  }
  return areSeveral
    ? { en: 'no longer go together as they used to on this unit', zh: '之间的对应关系与本机以往不同' }
    : {
        en: 'no longer goes with the other values as it used to on this unit',
        zh: '与其他参数的对应关系与本机以往不同',
      };
}

const listed = (names: readonly string[]): string =>
  names
    .map((name, index) => (index === 0 ? name : name.charAt(0).toLowerCase() + name.slice(1)))
    .join(', ')
    .replace(/, ([^,]*)$/, ' and $1');
