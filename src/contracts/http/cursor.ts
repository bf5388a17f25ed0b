// Pages by cursor: the sort key of the last row of a page, opaque to callers, so that a page never repeats or skips a
// row because others came or went in between.
import { Problem } from '../problems.ts';
import { isPeriod } from '../time.ts';
import type { Page, PageQuery } from './page.ts';

const DEFAULT_LIMIT = 100;

export const limitOf = ({ limit }: PageQuery): number => limit ?? DEFAULT_LIMIT;

const ISO_INSTANT = /^[1-9]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/**
 * What a part of a key may be. A cursor that was not given out here must not reach the database as a value it has no
 * type for: an instant is one only when it is told back as it came.
 */
const IS_PART = {
  instant: (text: string) => ISO_INSTANT.test(text) && isToldBack(text),
  integer: (text: string) => /^-?\d{1,15}$/.test(text),
  period: isPeriod,
  code: (text: string) => !text.includes('\0') && !/\p{Surrogate}/u.test(text),
} as const;
export type KeyPart = keyof typeof IS_PART;

function isToldBack(text: string): boolean {
  const at = Date.parse(text);
  return !Number.isNaN(at) && new Date(at).toISOString() === text;
}

function textsOf(cursor: string): string[] {
  try {
    const key: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(key) && key.every((part) => typeof part === 'string') ? key : [];
  } catch {
    return []; // Not JSON: the same answer as for any other cursor that was not ours.
  }
}

/** The key a cursor stands for, a text for each of `parts`; `null` on the first page. */
export function keyOf<const P extends readonly KeyPart[]>(
  { cursor }: PageQuery,
  ...parts: P
): { [I in keyof P]: string } | null {
  if (cursor === undefined) return null;
  const key = textsOf(cursor);
  if (key.length !== parts.length || !parts.every((part, i) => IS_PART[part](key[i] as string))) {
    throw new Problem(
      'validation-failed',
      'cursor: send `next` of the page before as it is, or none for the first page',
    );
  }
  return key as { [I in keyof P]: string };
}

/** Rows were read with `limit + 1`: the one too many tells that there is a next page. */
export function pageOf<Row, View>(
  rows: readonly Row[],
  limit: number,
  key: (row: Row) => readonly string[],
  toView: (row: Row) => View,
): Page<View> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const next = rows.length > limit && last ? Buffer.from(JSON.stringify(key(last))).toString('base64url') : null;
  return { items: items.map(toView), next };
}
