// Numbers, money and time as people read them.
import { describe, expect, test } from 'vitest';
import { positionOf } from '../../../src/dashboard/components/time-left.tsx';
import { createFormat } from '../../../src/dashboard/format/format.ts';
import { unitSymbol, withUnit } from '../../../src/dashboard/format/units.ts';
import { en } from '../../../src/dashboard/i18n/en.ts';
import { zh } from '../../../src/dashboard/i18n/zh.ts';

const english = createFormat({ language: 'en', words: en, timeZone: 'UTC' });
const chinese = createFormat({ language: 'zh', words: zh, timeZone: 'Asia/Shanghai' });
const cny = (amount: string): { amount: string; currency: string } => ({ amount, currency: 'CNY' });

describe('format', () => {
  test('money is exact where a float is not, and drops minor units only when they are noise', () => {
    expect(english.moneyExact(cny('9007199254740993.01'))).toBe('¥9,007,199,254,740,993.01');
    expect(english.money(cny('1234.56'))).toBe('¥1,235');
    expect(english.money(cny('12.50'))).toBe('¥12.50');
    expect([cny('0.00'), cny('740.00'), cny('740.05')].map(english.money)).toEqual(['¥0', '¥740', '¥740.05']);
  });

  test('whatever is below zero has one sign before it, in both languages', () => {
    for (const format of [english, chinese]) {
      expect(format.money(cny('-1234.00'))).toBe('−¥1,234');
      expect(format.moneyExact(cny('-0.05'))).toBe('−¥0.05');
      expect(format.moneyShort(cny('-1234567.00'))).toMatch(/^−¥/);
      expect([format.percent(-0.5), format.percent1(-0.461)]).toEqual(['−50%', '−46.1%']);
      expect([format.integer(-1200), format.measure(-4.5)]).toEqual(['−1,200', '−4.5']);
    }
  });

  test('spans and ages in the largest sensible unit, in both languages', () => {
    expect(english.hours(0.2)).toBe('12 min');
    expect(english.hours(30)).toBe('30 h');
    expect(chinese.hours(24 * 9)).toBe('9 天');
    expect(chinese.ago(0, 3 * 60_000)).toBe('3 分钟前');
    expect(english.ago(0, 5000)).toBe('just now');
  });

  test('times in the reader’s zone, months in the ledger’s', () => {
    expect(chinese.dateTime('2026-11-20T20:30:00Z')).toBe('11月21日 04:30');
    expect(english.period('2026-11')).toBe('Nov 2026');
  });

  test('short amounts are whole below their first word of size', () => {
    const short = ['5955.10', '595.60', '1.37', '0.00', '12345.00'].map(cny);
    expect(short.map(english.moneyShort)).toEqual(['¥6k', '¥596', '¥1.37', '¥0', '¥12.3k']);
    expect(short.map(chinese.moneyShort)).toEqual(['¥5,955', '¥596', '¥1.37', '¥0', '¥1.2万']);
  });

  test('a day of the calendar is that day in every zone', () => {
    for (const timeZone of ['Pacific/Honolulu', 'America/New_York', 'UTC', 'Asia/Shanghai', 'Pacific/Kiritimati']) {
      const there = createFormat({ language: 'en', words: en, timeZone });
      expect([there.date('2027-12-31'), there.day('2027-12-31')]).toEqual(['31 Dec 2027', '31 Dec']);
      expect(there.period('2027-12')).toBe('Dec 2027');
    }
    expect(english.date('2027-12-31T23:30:00Z')).toBe('31 Dec 2027');
    expect(chinese.date('2027-12-31T23:30:00Z')).toBe('2028年1月1日');
  });

  test('what is many times another says how many, up to where that says something', () => {
    expect([12.34, 999, 84_003].map(english.factor)).toEqual(['×12.3', '×999', '>×999']);
    expect([0.461, -1.159, 84, -84].map(english.shareOf)).toEqual(['46.1%', '−115.9%', '>999%', '<−999%']);
  });

  test('measured values with the digits their size deserves, units as people write them', () => {
    expect([1234.567, 45.678, 4.5678, 0.045678].map((value) => english.measure(value))).toEqual([
      '1,235',
      '45.7',
      '4.57',
      '0.046',
    ]);
    expect(withUnit('4.2', 'Cel')).toBe('4.2 °C');
    expect(withUnit('75', '%')).toBe('75%');
    expect(unitSymbol('{count}')).toBe('');
  });

  test('the scale of time left grows with the hours and stays on the scale', () => {
    expect(positionOf(0)).toBe(0);
    expect(positionOf(1e9)).toBe(1);
    expect(positionOf(24)).toBeLessThan(positionOf(48));
  });
});
