// Values and days as an engineer writes them: unit signs instead of UCUM codes, as many digits as matter.
import type { Language } from '../../contracts/text.ts';
import type { EpochMs } from '../../contracts/time.ts';

const SIGNS: Readonly<Record<string, string>> = { Cel: '°C', um: 'µm', '1/min': 'r/min', '1': '' };
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const DIGITS_THAT_MATTER = 2;
const MOST_DECIMALS = 4;

/** UCUM annotations such as `{count}` are words for the reader of the code, not units. */
export const signOf = (ucum: string): string => SIGNS[ucum] ?? ucum.replaceAll(/\{[^}]*\}/g, '');

/** Decimals that show a change of this size with two digits. */
export function decimalsFor(change: number): number {
  const size = Math.abs(change);
  if (size === 0) return 0;
  const decimals = DIGITS_THAT_MATTER - 1 - Math.floor(Math.log10(size));
  return Math.min(MOST_DECIMALS, Math.max(0, decimals));
}

export function quantityOf(value: number, ucum: string, decimals: number): string {
  const text = value.toFixed(decimals);
  const number = Number(text) === 0 ? text.replace('-', '') : text;
  const sign = signOf(ucum);
  return sign === '' ? number : `${number} ${sign}`;
}

/** The day of an instant (UTC), without the year: a finding is never that old. */
export function dayText(atMs: EpochMs, language: Language): string {
  const date = new Date(atMs);
  const month = date.getUTCMonth();
  const day = date.getUTCDate();
  return language === 'zh' ? `${month + 1}月${day}日` : `${day} ${MONTHS[month] ?? ''}`;
}
