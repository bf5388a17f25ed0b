// What a channel found unusual, as a finding in both languages: which ways of being strange spoke, and the value beside the
// normal of its operating mode.
import type { Text } from '../../../contracts/text.ts';
import type { EpochMs } from '../../../contracts/time.ts';
import type { Finding } from '../finding.ts';
import { causeOfMetric, type DevicePlan } from '../plan.ts';
import { dayText } from '../quantity.ts';
import type { DeviceState } from '../state.ts';
import { contributionOf, type MetricView } from '../views.ts';
import type { Member, Unusual } from './state.ts';
import { isUnusualAt, UNUSUAL_SCORE } from './watch.ts';

const WORDS: Record<Member, Text> = {
  level: { en: 'level far from its usual one', zh: '水平偏离平时' },
  value: { en: 'single values far from the usual', zh: '个别读数偏离平时' },
  season: { en: 'not as usual at this hour', zh: '与该时段的平常水平不符' },
  'season-quick': { en: 'suddenly not as usual at this hour', zh: '突然偏离该时段的平常水平' },
  'shift-short': { en: 'shifted within hours', zh: '短时间内发生偏移' },
  'shift-medium': { en: 'shifted over days', zh: '数日内发生偏移' },
  'variance-up': { en: 'scatters more widely', zh: '波动变大' },
  'variance-down': { en: 'scatters less than it used to', zh: '波动异常变小' },
  rate: { en: 'changed faster than it ever does', zh: '变化快于以往' },
  context: { en: 'short course never seen before', zh: '出现从未见过的短期走势' },
  pattern: { en: 'pattern never seen before', zh: '出现从未见过的模式' },
  'half-space': { en: 'value rare at this hour', zh: '该时段罕见的读数' },
  flatline: { en: 'stands still', zh: '长时间没有变化' },
};

export interface UnusualFinding {
  cause: string;
  metric: string;
  newsMs: EpochMs;
  finding: Finding;
}

/** Metrics whose channel speaks now and which no sign explains: `explained` have a finding of their own. */
export function unusualFindings(
  plan: DevicePlan,
  state: DeviceState,
  views: ReadonlyMap<string, MetricView>,
  { nowMs, explained }: { nowMs: EpochMs; explained: ReadonlySet<string> },
): UnusualFinding[] {
  return state.series.flatMap((series) => {
    const { metric, unusual } = series;
    const known = plan.metrics.get(metric);
    const view = views.get(metric);
    if (unusual === undefined || !isUnusualAt(series, nowMs) || explained.has(metric)) return [];
    if (!known?.tuning || view === undefined || view.detector === null || view.isTroubled) return [];
    // Some more readings, and the detector of signs says what this is: one alert, not two.
    if (view.detector.run !== 0 && view.side === 0 && unusual.isOutside !== true) return [];
    const { sinceMs } = unusual;
    const contributor = { ...contributionOf(known, known.tuning, view.detector), sinceMs };
    const finding: Finding = {
      worst: unusual.score / (plan.unusualScore ?? UNUSUAL_SCORE),
      contributors: [contributor],
      windowFromMs: sinceMs,
      windowToMs: nowMs,
      timeLeft: null,
      reason: reasonOf(known.metric.name, unusual),
    };
    return [{ cause: causeOfMetric(metric), metric, newsMs: unusual.lastMs, finding }];
  });
}

function reasonOf(name: Text, { sinceMs, members, isOutside }: Unusual): Text {
  if (isOutside) {
    return {
      en: `${name.en} is far outside of everything this unit has shown, since ${dayText(sinceMs, 'en')}: a failure, another sensor, or another unit of measure. Nothing of the kind was ever seen, so no probability is given.`,
      zh: `${name.zh}自${dayText(sinceMs, 'zh')}起远超本机以往的全部数据范围：可能是故障、更换过传感器或计量单位改变。以往没有类似数据，因此不给出概率。`,
    };
  }
  const words = members.map((member) => WORDS[member]);
  return {
    en: `${name.en} is unusual for this unit since ${dayText(sinceMs, 'en')}: ${words.map(({ en }) => en).join('; ')}. No known failure mode shows like this.`,
    zh: `${name.zh}自${dayText(sinceMs, 'zh')}起与本机以往不同：${words.map(({ zh }) => zh).join('、')}。与已知故障模式的征兆不符。`,
  };
}
