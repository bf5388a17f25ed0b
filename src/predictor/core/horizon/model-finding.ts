// A standing answer of a horizon model as a finding like any other: its contributors with direction, size and share, the time it
// looked at, and why, in words.
import type { Text } from '../../../contracts/text.ts';
import { type EpochMs, HOUR_MS } from '../../../contracts/time.ts';
import type { Finding } from '../finding.ts';
import type { DevicePlan, ModePlan } from '../plan.ts';
import { decimalsFor, quantityOf } from '../quantity.ts';
import type { Contribution } from '../views.ts';
import { WINDOW_SHARES } from './columns.ts';
import { nameColumn } from './words.ts';
import type { Answer } from './standing.ts';
import type { AnswerPart, StandingAnswer } from './watch.ts';

const MOST_CONTRIBUTORS = 3;

/** The parts that speak for failure, largest first, as the alert shows them. */
export function modelContributions(plan: DevicePlan, { parts, atMs, horizonHours }: Answer): Contribution[] {
  const sinceMs = atMs - horizonHours * (WINDOW_SHARES.at(-1) as number) * HOUR_MS;
  return parts
    .filter(({ share }) => share > 0)
    .flatMap((part) => contributionOf(plan, part, sinceMs) ?? [])
    .slice(0, MOST_CONTRIBUTORS);
}

/** `null` for a part that is missing: what is not there has no size. */
function contributionOf(
  plan: DevicePlan,
  { column, value, typical, share }: AnswerPart,
  sinceMs: EpochMs,
): Contribution | null {
  if (value === null) return null;
  const { about, name, unit } = nameColumn(plan.product, column);
  const expected = typical ?? 0;
  const direction = value >= expected ? 'up' : 'down';
  return { metric: about, by: 'level', direction, value, expected, sigma: 0, sinceMs, told: { name, unit, share } };
}

export function modelFindingOf(plan: DevicePlan, mode: ModePlan, answer: StandingAnswer): Finding {
  const contributors = modelContributions(plan, answer);
  return {
    worst: answer.value,
    contributors,
    windowFromMs: Math.min(answer.atMs, ...contributors.map(({ sinceMs }) => sinceMs)),
    windowToMs: answer.atMs,
    timeLeft: null,
    reason: reasonOf(mode, answer, contributors),
    answer,
  };
}

function reasonOf(
  { component, mode }: ModePlan,
  { value, low, high, n, horizonHours, version }: StandingAnswer,
  [first]: readonly Contribution[],
): Text {
  const percent = (share: number): string => `${Math.round(share * 100)} %`;
  const hours = Math.round(horizonHours);
  const because = first?.told === undefined ? null : { name: first.told.name, now: nowText(first) };
  return {
    en:
      `${component.name.en}: ${mode.name.en.toLowerCase()} within ${hours} h expected with ${percent(value)} ` +
      `(${percent(low)} to ${percent(high)}, n = ${n}; model version ${version})` +
      `${because === null ? '' : `, first of all because of: ${because.name.en}, ${because.now}`}.`,
    zh:
      `预计${component.name.zh}在 ${hours} 小时内发生${mode.name.zh}的概率为 ${percent(value)}` +
      `（${percent(low)}～${percent(high)}，n = ${n}；模型版本 ${version}）` +
      `${because === null ? '' : `，主要依据：${because.name.zh}，${because.now}`}。`,
  };
}

const nowText = ({ value, told }: Contribution): string =>
  quantityOf(value, told?.unit ?? '', Math.min(2, decimalsFor(value)));
