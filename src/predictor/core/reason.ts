// Why, in one or two sentences an engineer would say, in both languages: what moved, by how much, against what, since when,
// and what it points to. A Chinese sentence is written as such, not translated word by word.
import type { Text } from '../../contracts/text.ts';
import type { Subject } from './episodes.ts';
import type { Finding } from './finding.ts';
import { peersText } from './multivariate/peer-normals.ts';
import type { DevicePlan } from './plan.ts';
import { dayText, decimalsFor, quantityOf } from './quantity.ts';
import type { Contribution } from './views.ts';

interface Named {
  name: Text;
  unit: string;
}

const namedOf = (plan: DevicePlan, metric: string): Named =>
  plan.metrics.get(metric)?.metric ?? { name: { en: metric, zh: metric }, unit: '' };

export function reasonOf(plan: DevicePlan, { mode }: Subject, { contributors, reason, unknown }: Finding): Text {
  if (reason !== undefined) return reason;
  const [first, ...others] = contributors;
  if (first === undefined) return { en: 'A finding without a sign.', zh: '未指明征兆的异常。' };
  const lead =
    first.by === 'scatter'
      ? scatterOf(namedOf(plan, first.metric), first)
      : shiftOf(namedOf(plan, first.metric), first);
  const also = alsoOf(plan, others);
  const pointsTo = mode === null ? NO_MODE : modeText(mode.component.name, mode.mode.name);
  const doubt = doubtOf(plan, unknown?.metrics ?? []);
  return {
    en: `${lead.en}${also.en}. ${pointsTo.en}${doubt.en}`,
    zh: `${lead.zh}${also.zh}。${pointsTo.zh}${doubt.zh}`,
  };
}

/** Names what is not known, so that nobody takes the finding for surer than it is. */
function doubtOf(plan: DevicePlan, metrics: readonly string[]): Text {
  if (metrics.length === 0) return { en: '', zh: '' };
  const names = metrics.map((metric) => namedOf(plan, metric).name);
  return {
    en: ` Less sure than usual: no trustworthy values of ${names.map(({ en }) => en.toLowerCase()).join(', ')} now.`,
    zh: `${names.map(({ zh }) => zh).join('、')}暂无可信数据，结论把握降低。`,
  };
}

const NO_MODE: Text = { en: 'No known failure mode shows like this.', zh: '与已知故障模式的征兆不符。' };

const modeText = (component: Text, mode: Text): Text => ({
  en: `${component.en}: ${mode.en.charAt(0).toLowerCase()}${mode.en.slice(1)} shows like this.`,
  // Some modes name their component already: 电池衰减, not 电池电池衰减.
  zh: `${mode.zh.startsWith(component.zh) ? '' : component.zh}${mode.zh}常有此征兆。`,
});

function shiftOf({ name, unit }: Named, { value, expected, direction, sinceMs, peers }: Contribution): Text {
  const decimals = decimalsFor(value - expected);
  const change = quantityOf(Math.abs(value - expected), unit, decimals);
  const normal = quantityOf(expected, unit, decimals);
  const isUp = direction === 'up';
  if (peers !== undefined) {
    const { en, zh } = peersText(peers.cohort, peers.devices);
    return {
      en: `${name.en} ${change} ${isUp ? 'above' : 'below'} what is normal for ${en} (${normal}) since ${dayText(sinceMs, 'en')}, this unit's own normal still being learned`,
      zh: `${name.zh}自${dayText(sinceMs, 'zh')}起比${zh}的正常值（${normal}）${isUp ? '高' : '低'} ${change}（本机正常值尚在学习）`,
    };
  }
  return {
    en: `${name.en} ${change} ${isUp ? 'above' : 'below'} this unit's normal (${normal}) since ${dayText(sinceMs, 'en')}`,
    zh: `${name.zh}自${dayText(sinceMs, 'zh')}起比本机正常值（${normal}）${isUp ? '高' : '低'} ${change}`,
  };
}

function scatterOf({ name, unit }: Named, { value, expected, sinceMs }: Contribution): Text {
  const times = expected > 0 ? (value / expected).toFixed(1) : '';
  const now = quantityOf(value, unit, decimalsFor(value - expected));
  return {
    en: `${name.en} scattered ${times} times as widely as this unit's normal (now ${now}) since ${dayText(sinceMs, 'en')}`,
    zh: `${name.zh}自${dayText(sinceMs, 'zh')}起波动达本机正常水平的 ${times} 倍（现为 ${now}）`,
  };
}

function alsoOf(plan: DevicePlan, others: readonly Contribution[]): Text {
  if (others.length === 0) return { en: '', zh: '' };
  const words = others.map((other) => ({ name: namedOf(plan, other.metric).name, other }));
  const en = words.map(
    ({ name, other }) => `${name.en.charAt(0).toLowerCase()}${name.en.slice(1)} also ${wayEn(other)}`,
  );
  const zh = words.map(({ name, other }) => `${name.zh}也${wayZh(other)}`);
  return { en: `; ${en.join(', ')}`, zh: `，${zh.join('，')}` };
}

const wayEn = ({ by, direction }: Contribution): string => (by === 'scatter' ? 'unsteady' : direction);
const wayZh = ({ by, direction }: Contribution): string =>
  by === 'scatter' ? '波动变大' : direction === 'up' ? '偏高' : '偏低';
