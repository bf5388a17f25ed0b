// What stands against the months of a version: another cycle in force, a newer version of its own, months that are closed or
// being closed; and that a month is always shared out by one version, from its first day.
import type { CycleProblem, NewAllocationCycle } from '../../contracts/http/allocation.ts';
import { problem } from './segment-problems.ts';

/** A version in force, with the months it is valid in; `to` is null where it has no end. */
export interface Validity {
  code: string;
  version: number;
  from: string;
  to: string | null;
}

export interface MonthsAround {
  /** Versions in force, of this cycle and of others. */
  inForce: readonly Validity[];
  /** The version's months that are closed, or that somebody asked to close. */
  closed: readonly string[];
  closing: readonly string[];
  /** The version's months that another version shared out provisionally. */
  underWay: readonly string[];
}

function validity(cycle: NewAllocationCycle, inForce: readonly Validity[]): CycleProblem[] {
  const { code, version, effectiveFrom: from, effectiveTo: to = null } = cycle;
  const others = inForce.filter(
    (other) => other.code !== code && (to === null || other.from <= to) && (other.to === null || other.to >= from),
  );
  const newer = inForce.find((other) => other.code === code && other.from === from && other.version > version);
  return [
    ...others.map((other) =>
      problem(
        'overlapping-validity',
        null,
        `${other.code} ${other.version} is in force from ${other.from}${other.to ? ` to ${other.to}` : ''}; end it before ${from}, or make this its next version`,
        `${other.code} 第 ${other.version} 版自 ${other.from}${other.to ? ` 至 ${other.to}` : ''}生效；请先让它在 ${from} 之前结束，或把本方案作为它的新版本`,
      ),
    ),
    ...(newer
      ? [
          problem(
            'newer-in-force',
            null,
            `Version ${newer.version} is in force from ${from} already, and this one would never count; write it as the next version`,
            `第 ${newer.version} 版已自 ${from} 生效，本版不会起作用；请把它编制为下一版`,
          ),
        ]
      : []),
  ];
}

function states({ closed, closing, underWay }: MonthsAround): CycleProblem[] {
  const first = underWay[0];
  return [
    ...closed.map((month) =>
      problem(
        'period-closed',
        null,
        `${month} is closed; a version can change open months only: let it begin later`,
        `${month} 已结账；新版本只能从未结账的月份开始生效`,
      ),
    ),
    ...closing.map((month) =>
      problem(
        'period-closing',
        null,
        `${month} is being closed on the rules it has; let the version begin later, or wait until that is decided`,
        `${month} 正在结账，沿用现有规则；请让新版本晚些生效，或等结账有结果后再批准`,
      ),
    ),
    ...(first === undefined
      ? []
      : [
          problem(
            'month-under-way',
            null,
            `Shared out by another version so far: ${underWay.join(', ')}. Rules hold for whole months, so all of it is shared out anew from its first day`,
            `${underWay.join('、')} 目前按另一版规则暂估；规则按整月生效，将从月初起全部重新分摊`,
            false,
          ),
        ]),
  ];
}

/** It would be in force in no month at all. */
function backwards({ effectiveFrom: from, effectiveTo: to }: NewAllocationCycle): CycleProblem[] {
  if (!to || to >= from) return [];
  return [
    problem(
      'ends-before-it-begins',
      null,
      `The rules end in ${to}, before they begin in ${from}; choose a later last month`,
      `规则截止月 ${to} 早于起始月 ${from}；请选择更晚的截止月`,
    ),
  ];
}

export const problemsOfMonths = (cycle: NewAllocationCycle, around: MonthsAround): CycleProblem[] => [
  ...backwards(cycle),
  ...validity(cycle, around.inForce),
  ...states(around),
];
