// What speaks for a finding, one sentence a contributor in both languages: the value, its normal, how far off, which way, since
// when, and for a trained model its exact share of the answer. Pure.
import type { Contributor } from '../../../contracts/http/devices.ts';
import type { Text } from '../../../contracts/text.ts';
import { dayText, decimalsFor, quantityOf } from '../quantity.ts';

const MOST = 3;

export const statementsOf = (contributors: readonly Contributor[]): Text[] =>
  contributors.slice(0, MOST).map(statementOf);

function statementOf(one: Contributor): Text {
  const { name, unit, value, expected, sigma, direction, since, share } = one;
  const decimals = Math.max(decimalsFor(value - expected), decimalsFor(expected) > 2 ? 2 : 0);
  const now = quantityOf(value, unit, decimals);
  const normal = quantityOf(expected, unit, decimals);
  const off = quantityOf(Math.abs(value - expected), unit, decimals);
  const sinceMs = Date.parse(since);
  const isUp = direction === 'up';
  // A rule has a limit, not a normal with a spread.
  const isRule = sigma === 0 && share === undefined;
  const spread = sigma === 0 ? { en: '', zh: '' } : spreadOf(sigma);
  const part = share === undefined ? { en: '', zh: '' } : shareOf(share);
  if (isRule) {
    return {
      en: `${name.en} is ${now}, ${isUp ? 'above' : 'below'} the limit of ${normal} since ${dayText(sinceMs, 'en')}.`,
      zh: `${name.zh}自${dayText(sinceMs, 'zh')}起为 ${now}，${isUp ? '高于' : '低于'}限值 ${normal}。`,
    };
  }
  return {
    en: `${name.en} is ${now}, ${off} ${isUp ? 'above' : 'below'} its normal of ${normal}${spread.en}, since ${dayText(sinceMs, 'en')}${part.en}.`,
    zh: `${name.zh}自${dayText(sinceMs, 'zh')}起为 ${now}，比正常值 ${normal} ${isUp ? '高' : '低'} ${off}${spread.zh}${part.zh}。`,
  };
}

const spreadOf = (sigma: number): Text => {
  const times = Math.abs(sigma).toFixed(1);
  return { en: ` (${times} times its usual spread)`, zh: `（为平时波动的 ${times} 倍）` };
};

function shareOf(share: number): Text {
  const percent = `${Math.round(Math.abs(share) * 100)} %`;
  return share >= 0
    ? { en: `; it makes up ${percent} of the model's answer`, zh: `，占模型判断依据的 ${percent}` }
    : {
        en: `; it speaks against a failure with ${percent} of the model's answer`,
        zh: `，以 ${percent} 的权重倾向于不会故障`,
      };
}
