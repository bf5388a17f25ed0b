// An amount as a person writes it in a spreadsheet: with a sign of its currency and with separators, where it can mean one thing
// only. What could mean two things is refused with what to write. Pure.
import { digitsOf, minorOf, WRITTEN_AMOUNT_PATTERN } from '../../../contracts/money.ts';
import type { Text } from '../../../contracts/text.ts';

/** A dollar or a yen sign is used by several: it counts as the currency that is asked for, if it is one of them. */
const SIGNS: Readonly<Record<string, readonly string[]>> = {
  '¥': ['CNY', 'JPY'],
  元: ['CNY'],
  rmb: ['CNY'],
  人民币: ['CNY'],
  円: ['JPY'],
  $: ['USD', 'AUD', 'CAD', 'HKD', 'NZD', 'SGD', 'TWD'],
  '€': ['EUR'],
  '£': ['GBP'],
};

/** Whether a sign or code, as it was written, stands for the currency. */
export const isSignOf = (sign: string, currency: string): boolean =>
  sign.toUpperCase() === currency || SIGNS[sign.toLowerCase()]?.includes(currency) === true;

const NUMBER = /^([^\d\s.,'-]*)\s*(-?)\s*([^\d\s.,'-]*)\s*(\d[\d.,'\s]*?)\s*([^\d\s.,'-]*)$/;
const GROUPED = /^\d{1,3}(?:([.,'\s])\d{3})(?:\1\d{3})*$/;

/** `null`: no number; a text: it could mean two numbers. */
function plainNumber(digits: string, currency: string): string | null | Text {
  const lastPoint = Math.max(digits.lastIndexOf('.'), digits.lastIndexOf(','));
  if (lastPoint < 0) return /^\d+$/.test(digits) || GROUPED.test(digits) ? digits.replaceAll(/['\s]/g, '') : null;
  const [sign, whole, fraction] = [digits[lastPoint], digits.slice(0, lastPoint), digits.slice(lastPoint + 1)];
  const isPlainWhole = /^\d+$/.test(whole);
  const others = new Set(whole.replaceAll(/\d/g, ''));
  if (isPlainWhole && fraction.length === 3 && whole.length <= 3) {
    // A comma before three digits is how spreadsheets write thousands, a point how a currency with three decimals is written.
    const hasThreeDecimals = digitsOf(currency) === 3;
    if (sign === '.' ? hasThreeDecimals : !hasThreeDecimals) return sign === '.' ? digits : whole + fraction;
    return unclear(digits, `${whole}${fraction}`, `${whole}.${fraction.slice(0, 2)}`);
  }
  if (others.has(sign ?? '')) return GROUPED.test(digits) ? digits.replaceAll(/[.,]/g, '') : null;
  if (!isPlainWhole && !GROUPED.test(whole)) return null;
  return /^\d{1,3}$/.test(fraction) ? `${whole.replaceAll(/[.,'\s]/g, '')}.${fraction}` : null;
}

const unclear = (written: string, thousands: string, decimals: string): Text => ({
  en: `"${written}" could be ${thousands} or ${decimals}; write ${thousands} or ${decimals}`,
  zh: `“${written}”可能是 ${thousands}，也可能是 ${decimals}；请明确写成 ${thousands} 或 ${decimals}`,
});

/** Minor units, or why the cell is none. */
export function writtenAmount(cell: string, currency: string): bigint | Text {
  const wrong: Text = {
    en: `"${cell}" is not an amount in ${currency}; write a number such as 1200.50`,
    zh: `“${cell}”不是有效的 ${currency} 金额，请写数字，如 1200.50`,
  };
  const match = NUMBER.exec(cell.normalize('NFKC').replaceAll('−', '-').trim());
  if (!match) return wrong;
  const [, before = '', minus = '', between = '', digits = '', after = ''] = match;
  const foreign = [before, between, after].find((sign) => sign !== '' && !isSignOf(sign, currency));
  if (foreign !== undefined)
    return {
      en: `"${foreign}" in "${cell}" is not ${currency}; write the amount in ${currency}`,
      zh: `“${cell}”中的“${foreign}”不是 ${currency}，请按 ${currency} 填写`,
    };
  const number = plainNumber(digits, currency);
  if (number !== null && typeof number !== 'string') return number;
  const minor =
    number !== null && new RegExp(WRITTEN_AMOUNT_PATTERN).test(number) ? minorOf({ amount: number, currency }) : null;
  if (minor === null) return wrong;
  return minus === '' || minor === 0n
    ? minor
    : { en: `${cell}: a budget is not below zero`, zh: `${cell}：预算不能为负` };
}
