// Pages by cursor: the sort key of the last row of a page, opaque to callers, so that a page never repeats or skips a
// row because others came or went in between.
import type { Page, PageQuery } from '../contracts/http/page.ts';
import { Problem } from '../contracts/problems.ts';

const DEFAULT_LIMIT = 100;

export const limitOf = ({ limit }: PageQuery): number => limit ?? DEFAULT_LIMIT;

const encodeCursor = (key: readonly string[]): string => Buffer.from(JSON.stringify(key)).toString('base64url');

const refusal = (): Problem =>
  new Problem('validation-failed', 'cursor: send `next` of the page before as it is, or none for the first page');

/** The key a cursor stands for (`parts` texts), `null` on the first page. */
export function cursorOf({ cursor }: PageQuery, parts: number): string[] | null {
  if (cursor === undefined) return null;
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(key) && key.length === parts && key.every((part) => typeof part === 'string')) return key;
  } catch {
    // Not JSON: the same answer as for any other cursor that was not ours.
  }
  throw refusal();
}

/** The id a cursor of a list by id stands for, `null` on the first page. */
export function idCursorOf(query: PageQuery): number | null {
  const key = cursorOf(query, 1);
  if (key === null) return null;
  if (!/^\d{1,15}$/.test(key[0] ?? '')) throw refusal();
  return Number(key[0]);
}

/** Rows were read with `limit + 1`: the one too many tells that there is a next page. */
export function pageOf<Row, View>(
  rows: readonly Row[],
  limit: number,
  keyOf: (row: Row) => readonly string[],
  toView: (row: Row) => View,
): Page<View> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items: items.map(toView), next: rows.length > limit && last ? encodeCursor(keyOf(last)) : null };
}
