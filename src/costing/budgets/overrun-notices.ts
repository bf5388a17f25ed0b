// What was told of a budget's overruns, and what is to be told now: written once for each change, with the event that makes the
// house tell people.
import type { Budget, BudgetUse } from '../../contracts/http/budgets.ts';
import { minorOf, moneyOf } from '../../contracts/money.ts';
import type { Text } from '../../contracts/text.ts';
import { isoOf, type EpochMs } from '../../contracts/time.ts';
import type { Database, Queryable } from '../../db/database.ts';
import { appendEvent } from '../../db/event-log.ts';
import { type OverrunChange, overrunChange } from '../core/budget/overrun-change.ts';
import { partText } from '../core/budget/part.ts';
import { budgetInForce } from './budget-versions.ts';

interface Row {
  part: string;
  change: OverrunChange;
  at: Date;
  crossing: string | null;
  overrun_minor: bigint;
  currency: string;
}

const LAST_OF_CODE = `
  SELECT DISTINCT ON (n.part) n.part, n.change, n.at, to_char(n.crossing, 'YYYY-MM-DD') AS crossing, n.overrun_minor, v.currency
  FROM budget_notice n JOIN budget_version v ON v.id = n.version_id WHERE v.code = $1 ORDER BY n.part, n.id DESC`;

/** Of each part what was told last, whatever version of the budget it was of. */
async function lastNotices(db: Queryable, code: string): Promise<Map<string, Row>> {
  const { rows } = await db.query<Row>(LAST_OF_CODE, [code]);
  return new Map(rows.map((row) => [row.part, row]));
}

export async function readTold(db: Queryable, code: string): Promise<(part: string) => BudgetUse['told']> {
  const last = await lastNotices(db, code);
  return (part) => {
    const row = last.get(part);
    if (!row) return null;
    const { change, at, crossing, overrun_minor, currency } = row;
    return { change, at: at.toISOString(), crossing, overrun: moneyOf(overrun_minor, currency) };
  };
}

/** The part in words: the names of its values, or all cost. */
function nameOf({ labels, part }: BudgetUse): Text {
  const names = Object.keys(part).map((dimension) => labels[dimension] ?? { en: part[dimension], zh: part[dimension] });
  if (names.length === 0) return { en: 'All costs', zh: '全部成本' };
  return { en: names.map(({ en }) => en).join(' · '), zh: names.map(({ zh }) => zh).join(' · ') };
}

/** The newest notice of a budget, whatever its version. */
export async function newestNotice(db: Queryable, code: string): Promise<bigint | null> {
  const { rows } = await db.query<{ newest: bigint | null }>(
    'SELECT max(n.id) AS newest FROM budget_notice n JOIN budget_version v ON v.id = n.version_id WHERE v.code = $1',
    [code],
  );
  return rows[0]?.newest ?? null;
}

export interface Watched {
  budget: Pick<Budget, 'code' | 'version'>;
  rows: readonly BudgetUse[];
  /** The newest notice when what is expected began to be worked out. */
  newest: bigint | null;
}

/**
 * How many changes were told. What cannot be projected is no change: nothing is known of it. Nothing is told of what was worked out
 * before another version was put in force, or before somebody else told something: it may be older than what was told.
 */
export async function tellOverruns(
  database: Database,
  { budget: { code, version }, rows, newest }: Watched,
  nowMs: EpochMs,
): Promise<number> {
  return database.transaction(async (tx) => {
    // Two that look at once must not tell twice.
    await tx.query('LOCK TABLE budget_notice IN SHARE ROW EXCLUSIVE MODE');
    const inForce = await budgetInForce(tx, code);
    if (inForce?.budget.version !== version || (await newestNotice(tx, code)) !== newest) return 0;
    const told = await lastNotices(tx, code);
    const ids: number[] = [];
    for (const use of rows) {
      const minor = use.overrun === null ? null : minorOf(use.overrun);
      if (minor === null) continue;
      const part = partText(use.part);
      const expected = { isOverLimit: use.isOverLimit, isOver: minor > 0n, crossing: use.crossing.expected };
      const change = overrunChange(told.get(part)?.crossing ?? null, expected);
      if (change === null) continue;
      const name = nameOf(use);
      const { rows: written } = await tx.query<{ id: bigint }>(
        `INSERT INTO budget_notice (version_id, part, name_en, name_zh, change, at, crossing, overrun_minor, probability)
         SELECT id, $3, $4, $5, $6, $7, $8, $9, $10 FROM budget_version WHERE code = $1 AND version = $2 RETURNING id`,
        [
          code,
          version,
          part,
          name.en,
          name.zh,
          change,
          new Date(nowMs),
          change === 'gone' ? null : use.crossing.expected,
          minor,
          use.probability,
        ],
      );
      ids.push(...written.map(({ id }) => Number(id)));
    }
    if (ids.length > 0) {
      appendEvent(tx, { type: 'budget.overrun-changed', at: isoOf(nowMs), payload: { budget: code, noticeIds: ids } });
    }
    return ids.length;
  });
}
