// What the head of a pasted table names: dimensions by code or by their name in either language, a month and an amount, or a month
// a column. Pure.
import { DIMENSIONS, type Dimension } from '../../../contracts/costs.ts';
import { isPeriod, type Period } from '../../../contracts/time.ts';
import { DIMENSION_NAMES } from '../words.ts';
import { isSignOf } from './written-amount.ts';

export type Column =
  | { kind: 'dimension'; dimension: Dimension }
  | { kind: 'month-name' }
  | { kind: 'amount' }
  | { kind: 'month'; period: Period };

const MONTH_NAMES = ['month', 'period', '月', '月份', '期间', '会计期间'];
const AMOUNT_NAMES = ['amount', 'budget', '金额', '预算', '预算金额'];
/** A unit beside the name; thousands or ten thousands are none: they would be read as single ones. */
const UNIT = /^(.*?)\s*\(([^()]*)\)$/;

/** `2026-11`, `2026/11`, `2026.11`, `2026年11月`, and the first day of a month, as spreadsheets keep one; `null`: no month. */
export function writtenMonth(cell: string): Period | null {
  const match = /^(\d{4})(?:[-/.](\d{1,2})(?:[-/.]0?1)?|年\s*(\d{1,2})\s*月)$/.exec(cell.normalize('NFKC').trim());
  if (!match) return null;
  const period = `${match[1]}-${(match[2] ?? match[3] ?? '').padStart(2, '0')}`;
  return isPeriod(period) ? period : null;
}

export function columnOf(name: string, currency: string): Column | null {
  const whole = name.normalize('NFKC').trim().toLowerCase();
  const [, before = '', unit = ''] = UNIT.exec(whole) ?? [];
  const word = unit !== '' && isSignOf(unit, currency) ? before : whole;
  if (MONTH_NAMES.includes(word)) return { kind: 'month-name' };
  if (AMOUNT_NAMES.includes(word)) return { kind: 'amount' };
  const period = writtenMonth(word);
  if (period !== null) return { kind: 'month', period };
  const dimension = DIMENSIONS.find(
    (one) =>
      one !== 'period' &&
      (one === word || DIMENSION_NAMES[one].zh === word || DIMENSION_NAMES[one].en.toLowerCase() === word),
  );
  return dimension ? { kind: 'dimension', dimension } : null;
}
