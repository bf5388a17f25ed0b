// Laws of a pasted budget: an amount that is read is the one that was written, however it was written; what could be another is
// refused; and a head names the same columns in both languages.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digitsOf, moneyOf } from '../../../src/contracts/money.ts';
import { readBudgetTable } from '../../../src/costing/core/budget/table.ts';
import { writtenAmount } from '../../../src/costing/core/budget/written-amount.ts';

const grouped = (digits: string, separator: string): string => digits.replaceAll(/\B(?=(\d{3})+$)/g, separator);
const minor = fc.bigInt({ min: 0n, max: 10n ** 11n });
/** Thousands and decimals as they are written in different places. */
const writing = fc.constantFrom(
  ['', '.'],
  [',', '.'],
  ['.', ','],
  [' ', ','],
  ['\u00a0', '.'],
  ["'", '.'],
  ['，', '.'],
);
const sign = fc.constantFrom('', '¥', '￥ ', 'CNY ', 'RMB', '人民币');
const after = fc.constantFrom('', '元', ' 元', ' CNY');

describe('a written amount', () => {
  it('is what was written, whatever separates its thousands and its decimals', () => {
    fc.assert(
      fc.property(minor, writing, sign, after, (amount, [thousands = '', point = ''], before, behind) => {
        const [whole = '', fraction = ''] = moneyOf(amount, 'CNY').amount.split('.');
        const text = `${before}${grouped(whole, thousands)}${point}${fraction}${behind}`;
        expect(writtenAmount(text, 'CNY')).toBe(amount);
      }),
    );
  });

  it('is never read as another one: what it may mean two ways is refused with both', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 999 }), fc.integer({ min: 0, max: 999 }), (whole, rest) => {
        const fraction = String(rest).padStart(3, '0');
        expect(writtenAmount(`${whole}.${fraction}`, 'CNY')).toMatchObject({
          en: `"${whole}.${fraction}" could be ${whole}${fraction} or ${whole}.${fraction.slice(0, 2)}; write ${whole}${fraction} or ${whole}.${fraction.slice(0, 2)}`,
        });
        // Three decimals are what a dinar has: there a point is a point, and a comma the unclear one.
        expect(digitsOf('KWD')).toBe(3);
        expect(writtenAmount(`${whole}.${fraction}`, 'KWD')).toBe(BigInt(whole) * 1000n + BigInt(rest));
        expect(typeof writtenAmount(`${whole},${fraction}`, 'KWD')).toBe('object');
      }),
    );
  });

  it.each([
    ['1,20,000', 'CNY'],
    ['1.2.3', 'CNY'],
    ['12,34.5', 'CNY'],
    ['1.2345', 'CNY'],
    ['12万', 'CNY'],
    ['=1+1', 'CNY'],
    ['', 'CNY'],
    ['$5', 'CNY'],
    ['¥5.00', 'USD'],
    ['-5', 'CNY'],
    ['−5', 'CNY'],
    ['¥-5', 'CNY'],
    ['1200.5', 'JPY'],
  ])('is refused with what to write: %s in %s', (text, currency) => {
    expect(writtenAmount(text, currency)).toMatchObject({ en: expect.any(String), zh: expect.any(String) });
  });
});

describe('a head', () => {
  const english = readBudgetTable('region,product-line,month,amount\neast,imaging,2026-11,1200.50', 'CNY');
  it.each([
    '区域\t产品线\t月份\t金额（元）\neast\timaging\t2026/11\t¥1,200.50',
    '区域，产品线，期间，预算\neast，imaging，2026年11月，1200.50元',
    'Region;Product line;Month;Budget (CNY)\neast;imaging;2026.11;1.200,50',
    '区域\t产品线\t2026年11月\neast\timaging\t1 200,5',
    'region;product-line;2026/11/1\neast;imaging;1200,50',
  ])('names the same columns: %j', (text) => {
    expect(english).toMatchObject({
      lines: [{ part: 'product-line:imaging,region:east', minor: 120_050n }],
      refused: [],
    });
    expect(readBudgetTable(text, 'CNY')).toEqual(english);
  });

  it.each([
    ['区域,月份,金额（万元）\neast,2026-11,12', /万元/],
    ['区域,2026-11,2026/11\neast,1,2', /twice/],
    ['区域,月份,金额\neast,Nov-26,12', /"Nov-26" is not a month; write it as 2026-11/],
    ['区域,月份,金额\neast,2026-13,12', /"2026-13" is not a month/],
  ])('is not guessed at: %j', (text, reason) => {
    expect(readBudgetTable(text, 'CNY').refused[0]?.reason.en).toMatch(reason);
  });
});
