// A metric whose values seem to be in another unit, as a finding for people: named as what it is, without a failure mode and
// without a prognosis.
import type { Text } from '../../contracts/text.ts';
import type { EpochMs } from '../../contracts/time.ts';
import type { Finding } from './finding.ts';
import type { DevicePlan } from './plan.ts';
import { dayText, signOf } from './quantity.ts';
import type { DeviceState } from './state.ts';

export interface UnitFinding {
  cause: string;
  metric: string;
  finding: Finding;
}

export const causeOfUnit = (metric: string): string => `unit:${metric}`;

export function unitFindings(plan: DevicePlan, { series }: DeviceState, nowMs: EpochMs): UnitFinding[] {
  return series.flatMap(({ metric, unitDoubt }) => {
    const known = plan.metrics.get(metric)?.metric;
    if (unitDoubt?.isNamed !== true || known === undefined) return [];
    const { sinceMs, value, expected } = unitDoubt;
    const direction = value >= expected ? 'up' : 'down';
    return {
      cause: causeOfUnit(metric),
      metric,
      finding: {
        worst: 1,
        contributors: [{ metric, by: 'level', direction, value, expected, sigma: 0, sinceMs }],
        windowFromMs: sinceMs,
        windowToMs: nowMs,
        timeLeft: null,
        reason:
          unitDoubt.ratio === undefined
            ? reasonOf(known, unitDoubt.to, sinceMs)
            : scaleReasonOf(known, unitDoubt.ratio, sinceMs),
      },
    };
  });
}

const reasonOf = ({ name, unit }: { name: Text; unit: string }, to: string, sinceMs: EpochMs): Text => {
  const [declared, now] = [signOf(unit), signOf(to)];
  return {
    en:
      `${name.en} seems to be told in ${now} instead of ${declared} since ${dayText(sinceMs, 'en')}: its values fit after ` +
      'conversion. They are not judged until they fit again or the product declares the unit.',
    zh: `${name.zh}自${dayText(sinceMs, 'zh')}起的数值疑似改用 ${now} 上报（声明单位为 ${declared}），换算后与本机正常值相符；恢复或重新声明单位前不参与判断。`,
  };
};

/** Ratios are told as people say them: 18 times, or a twentieth as 0.05. */
const scaleReasonOf = ({ name, unit }: { name: Text; unit: string }, ratio: number, sinceMs: EpochMs): Text => {
  const times = Number(ratio.toPrecision(2)).toString();
  return {
    en:
      `${name.en} stands at ${times} times its normal since ${dayText(sinceMs, 'en')}, at once and as steady as before: ` +
      `another unit than ${signOf(unit)}, or another scale. It is not judged until it fits again or the product declares the unit.`,
    zh: `${name.zh}自${dayText(sinceMs, 'zh')}起突变为正常值的 ${times} 倍且与此前一样平稳，疑似单位（声明为 ${signOf(unit)}）或量程已改变；恢复或重新声明单位前不参与判断。`,
  };
};
