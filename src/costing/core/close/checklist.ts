// What of a checklist stands in the way of closing: blocking items that found something, and items whose finding nobody gave a
// reason for. Pure.
import type { ChecklistItem, CloseItem } from '../../../contracts/http/periods.ts';

export type Reasons = Readonly<Partial<Record<CloseItem, string>>>;

/** Reasons are kept with what they were given for; where nothing was found there is nothing to explain. */
export const withReasons = (checklist: readonly ChecklistItem[], reasons: Reasons): ChecklistItem[] =>
  checklist.map((item) => ({ ...item, reason: item.n > 0 && !item.blocking ? (reasons[item.item] ?? null) : null }));

export interface Hindrance {
  item: CloseItem;
  why: 'blocking' | 'no-reason';
  n: number;
}

export const hindrancesOf = (checklist: readonly ChecklistItem[]): Hindrance[] =>
  checklist.flatMap(({ item, n, blocking, reason }): Hindrance[] => {
    if (n === 0) return [];
    if (blocking) return [{ item, why: 'blocking', n }];
    return reason === null ? [{ item, why: 'no-reason', n }] : [];
  });

const findingOf = ({ n, amounts }: ChecklistItem): string =>
  JSON.stringify([n, [...amounts].sort((a, b) => (a.currency < b.currency ? -1 : 1))]);

/** Items that found something else than when the reasons were given: less is fine only when nothing is left. */
export function changedSince(before: readonly ChecklistItem[], now: readonly ChecklistItem[]): CloseItem[] {
  const findings = new Map(before.map((item) => [item.item, findingOf(item)]));
  return now.filter((item) => item.n > 0 && findings.get(item.item) !== findingOf(item)).map(({ item }) => item);
}
