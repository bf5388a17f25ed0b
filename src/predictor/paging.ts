// Pages by cursor: the sort key of the last row of a page, opaque to callers.
import type { Page, PageQuery } from '../contracts/http/page.ts';
import { Problem } from '../contracts/problems.ts';

const DEFAULT_LIMIT = 100;

export const limitOf = ({ limit }: PageQuery): number => limit ?? DEFAULT_LIMIT;

/** Whether a text is a value of what a list is sorted by. */
const IS_SORT_VALUE = {
  timestamptz: (text: string) => /^\d{4}-[\d.:TZ-]+$/.test(text) && !Number.isNaN(Date.parse(text)),
  bigint: (text: string) => /^-?\d{1,18}$/.test(text),
} as const;
export type SortType = keyof typeof IS_SORT_VALUE;

/** The key a cursor stands for: a sort value of the list's type and an id; `null` on the first page. */
export function keyOf({ cursor }: PageQuery, type: SortType): { value: string; id: number } | null {
  if (cursor === undefined) return null;
  const [value, id] = Buffer.from(cursor, 'base64url').toString('utf8').split(' ');
  if (value === undefined || !IS_SORT_VALUE[type](value) || !/^\d{1,15}$/.test(id ?? '')) {
    throw new Problem(
      'validation-failed',
      'cursor: send `next` of the page before as it is, or none for the first page',
    );
  }
  return { value, id: Number(id) };
}

/** Rows were read with `limit + 1`: the one too many tells that there is a next page. */
export function pageOf<Row extends { id: bigint }, View>(
  rows: readonly Row[],
  limit: number,
  valueOf: (row: Row) => string,
  toView: (row: Row) => View,
): Page<View> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const next = rows.length > limit && last ? Buffer.from(`${valueOf(last)} ${last.id}`).toString('base64url') : null;
  return { items: items.map(toView), next };
}
