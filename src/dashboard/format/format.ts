// Numbers, money, times and durations as text in one language. Amounts stay decimal text all the way: Intl reads it
// exactly, so no money passes through a float. Whatever is below zero has the same sign before it.
import type { Money } from '../../contracts/money.ts';
import type { Language, Text } from '../../contracts/text.ts';
import { DAY_MS, HOUR_MS } from '../../contracts/time.ts';
import type { Words } from '../i18n/words.ts';

/** Times are shown in the browser's zone unless a test sets another. */
export interface FormatOptions {
  language: Language;
  words: Words;
  timeZone?: string;
}
export type Format = ReturnType<typeof createFormat>;
type Moment = string | number | Date;

const LOCALES: Readonly<Record<Language, string>> = { zh: 'zh-CN', en: 'en-GB' };
const MINUTE_MS = 60_000;
/** A day of the calendar, not a moment: it is that day wherever it is read. */
const isDay = (moment: Moment): boolean => typeof moment === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(moment);
/** Days and months without an hour are read where they were written. */
const CALENDAR = { timeZone: 'UTC' } as const;
export const NOTHING = '–';
/** U+2212: as wide as a plus, so that columns of changes stand straight; Intl writes a hyphen in our languages. */
export const MINUS = '\u2212';
const withMinus = (text: string): string => text.replace('-', MINUS);
/** As numbers are typed and sent: what was copied from a screen has the sign screens write. */
export const typedNumber = (text: string): string => text.trim().replace(MINUS, '-');

export function createFormat({ language, words, timeZone }: FormatOptions) {
  const locale = LOCALES[language];
  const zone = timeZone === undefined ? {} : { timeZone };
  const integer = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 });
  const percent1 = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 });
  const dateIn = (where: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
    new Intl.DateTimeFormat(locale, { ...where, year: 'numeric', month: 'short', day: 'numeric' });
  const dayIn = (where: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
    new Intl.DateTimeFormat(locale, { ...where, month: 'short', day: 'numeric' });
  const [date, dateOfCalendar] = [dateIn(zone), dateIn(CALENDAR)];
  const [day, dayOfCalendar] = [dayIn(zone), dayIn(CALENDAR)];
  const time = new Intl.DateTimeFormat(locale, { ...zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const seconds = new Intl.DateTimeFormat(locale, { ...zone, timeStyle: 'medium', hourCycle: 'h23' });
  const month = new Intl.DateTimeFormat(locale, { ...CALENDAR, year: 'numeric', month: 'short' });
  const monthAlone = new Intl.DateTimeFormat(locale, { ...CALENDAR, month: 'short' });
  const at = (moment: Moment): Date => new Date(moment);

  /** A span in its largest sensible unit: 40 min, 7 h, 12 d. */
  const span = (ms: number): string => {
    if (ms < MINUTE_MS) return words.frame.unit.minute('<1');
    if (ms < HOUR_MS) return words.frame.unit.minute(integer.format(ms / MINUTE_MS));
    if (ms < 2 * DAY_MS) return words.frame.unit.hour(integer.format(ms / HOUR_MS));
    return words.frame.unit.day(integer.format(ms / DAY_MS));
  };

  return {
    language,
    locale,
    text: (text: Text): string => text[language],
    integer: (value: number): string => withMinus(integer.format(value)),
    percent: (share: number): string => withMinus(percent.format(share)),
    percent1: (share: number): string => withMinus(percent1.format(share)),
    /** A share of what may be next to nothing: beyond ten times it, the number says no more. */
    shareOf: (share: number): string =>
      Math.abs(share) < 10 ? withMinus(percent1.format(share)) : share > 0 ? '>999%' : `<${MINUS}999%`,
    /** How many times: beyond a thousand what it is measured by is next to nothing, and the number says no more. */
    factor: (ratio: number): string => (ratio < 1000 ? `×${measureWith(locale, ratio)}` : `>×${integer.format(999)}`),
    /** A measured value with as many digits as its size deserves. */
    measure: (value: number): string => measureWith(locale, value),
    money: (money: Money): string => moneyWith(locale, money, wholeFrom(money)),
    moneyExact: (money: Money): string => moneyWith(locale, money, undefined),
    moneyShort: (money: Money): string => shortMoneyWith(locale, money),
    date: (moment: Moment): string => (isDay(moment) ? dateOfCalendar : date).format(at(moment)),
    day: (moment: Moment): string => (isDay(moment) ? dayOfCalendar : day).format(at(moment)),
    time: (moment: Moment): string => time.format(at(moment)),
    seconds: (moment: Moment): string => seconds.format(at(moment)),
    dateTime: (moment: Moment): string => `${day.format(at(moment))} ${time.format(at(moment))}`,
    /** `2026-11` as a month. */
    period: (period: string): string => month.format(new Date(`${period}-01T00:00:00Z`)),
    /** For a row of months: only a January says its year. */
    periodShort: (period: string): string =>
      (period.endsWith('-01') ? month : monthAlone).format(new Date(`${period}-01T00:00:00Z`)),
    span,
    hours: (hours: number): string => span(hours * HOUR_MS),
    ago: (moment: Moment, nowMs: number): string => {
      const age = nowMs - at(moment).getTime();
      return age < MINUTE_MS ? words.frame.unit.now : words.frame.unit.ago(span(age));
    },
  };
}

function measureWith(locale: string, value: number): string {
  const size = Math.abs(value);
  const digits = size >= 1000 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
  return withMinus(new Intl.NumberFormat(locale, { maximumFractionDigits: digits }).format(value));
}

/** Minor units matter below a thousand, where there are any; above it they are noise. */
const wholeFrom = (money: Money): number | undefined => (/^-?(\d{4,}|\d+(\.0*)?$)/.test(money.amount) ? 0 : undefined);

function moneyWith(locale: string, money: Money, digits: number | undefined): string {
  const rounding = digits === undefined ? {} : { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return currencyWith(locale, money, rounding);
}

const SHORT = { notation: 'compact', maximumFractionDigits: 1, minimumFractionDigits: 0 } as const;
/** Below it there is no word for the size: the first is a thousand, or ten thousand (万). */
const FIRST_WORD: Readonly<Record<string, number>> = { [LOCALES.en]: 1000, [LOCALES.zh]: 10_000 };

/** Only its size is looked at as a number; it is written as it is. */
function shortMoneyWith(locale: string, money: Money): string {
  const size = Math.abs(Number(money.amount));
  if (size >= (FIRST_WORD[locale] ?? 0)) return currencyWith(locale, money, SHORT);
  return currencyWith(locale, money, { minimumFractionDigits: 0, maximumFractionDigits: size < 10 ? 2 : 0 });
}

function currencyWith(locale: string, { amount, currency }: Money, digits: Intl.NumberFormatOptions): string {
  const written = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency,
    currencyDisplay: 'narrowSymbol',
    ...digits,
  });
  return withMinus(written.format(amount as Intl.StringNumericLiteral));
}
