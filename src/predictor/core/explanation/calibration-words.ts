// How often such alerts were right, with what can be said at this number of outcomes. Pure.
import type { Explanation } from '../../../contracts/http/explanations.ts';
import type { Text } from '../../../contracts/text.ts';
import { betaQuantile } from '../beta.ts';

export interface Outcomes {
  of: Explanation['calibration']['of'];
  n: number;
  right: number;
}

/** Outcomes of the failure mode itself say most, as soon as there are this many. */
export const ENOUGH = 5;
/** Jeffreys' prior: the interval is honest with few outcomes and gives way to them. */
const PRIOR = 0.5;

const KIND: Readonly<Record<Outcomes['of'], Text>> = {
  'failure-mode': { en: 'alerts of this failure mode', zh: '同一故障模式的告警' },
  product: { en: 'alerts of this product', zh: '同型号设备的告警' },
  all: { en: 'predicted alerts', zh: '预测性告警' },
};

/** The narrowest kind that has enough, else the widest that has any. */
export function chosenOf(candidates: readonly Outcomes[]): Outcomes {
  const enough = candidates.find(({ n }) => n >= ENOUGH);
  const any = candidates.findLast(({ n }) => n > 0);
  return enough ?? any ?? { of: 'failure-mode', n: 0, right: 0 };
}

export function calibrationOf(outcomes: Outcomes): Explanation['calibration'] {
  const { of, n, right } = outcomes;
  if (n === 0) {
    const text = { en: 'No outcomes yet: n = 0.', zh: '尚无已知结果：n = 0。' };
    return { of, n, right, share: null, text };
  }
  const [a, b] = [PRIOR + right, PRIOR + n - right];
  const share = { value: right / n, low: betaQuantile(0.1, a, b), high: betaQuantile(0.9, a, b) };
  const percent = (value: number): string => `${Math.round(value * 100)} %`;
  const band = `${percent(share.low)} – ${percent(share.high)}`;
  return {
    of,
    n,
    right,
    share,
    text: {
      en: `Of ${n} ${KIND[of].en} with a known outcome ${right} ${right === 1 ? 'was' : 'were'} right (${percent(share.value)}; 80 % interval ${band}).`,
      zh: `${n} 条结果已知的${KIND[of].zh}中，${right} 条预测正确（${percent(share.value)}；80 % 区间 ${band}）。`,
    },
  };
}
