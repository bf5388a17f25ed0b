// What is looked at before a month is closed: work that may still bring cost, cost that found no receiver, and the month's facts
// held against the journal and the totals.
import { CLOSE_ITEMS, type ChecklistItem, type CloseItem } from '../contracts/http/periods.ts';
import { moneyOf } from '../contracts/money.ts';
import type { Text } from '../contracts/text.ts';
import type { Period } from '../contracts/time.ts';
import type { Queryable } from '../db/database.ts';
import { JOB_EVENTS } from './job-facts.ts';
import { KEPT_IN_POOLS, readUnallocated } from './unallocated-pools.ts';

/** Pools named in the checklist; the screen it leads to has them all. */
const NAMED_POOLS = 20;
/** A loop may have many pools; this is what a text holds. */
const LINE_LENGTH = 500;

interface ItemRule {
  owner: ChecklistItem['owner'];
  blocking: boolean;
  link: (period: Period) => string;
  /** What was found: id, currency and amount, for the period `$1` and the consumer `$2`. */
  found: string;
}

const BEGIN = 'first_day($1::text)';
const END = `(${BEGIN} + interval '1 month')`;
const within = (column: string): string => `${column} >= ${BEGIN} AND ${column} < ${END}`;
const isPosted = (key: string): string => `EXISTS (SELECT FROM cost_fact f WHERE f.idempotency_key = ${key})`;
const TYPES = JOB_EVENTS.map((type) => `'${type}'`).join(', ');
const shared = 'SELECT pool, element, currency, sum(amount_minor) AS amount FROM cost_fact WHERE period = $1';

const RULES: Readonly<Record<CloseItem, ItemRule>> = {
  'open-jobs': {
    owner: 'planner',
    blocking: false,
    link: () => '/work-orders',
    found: `SELECT w.id::text AS id, f.currency, f.amount_minor AS amount
      FROM work_order w LEFT JOIN cost_fact f ON f.work_order_id = w.id AND f.period = $1
      WHERE w.opened_at < ${END} AND w.state NOT IN ('completed', 'reviewed', 'closed', 'cancelled')`,
  },
  'parts-not-posted': {
    owner: 'controller',
    blocking: false,
    link: () => '/work-orders',
    found: `SELECT p.id::text AS id, p.currency, p.quantity * p.unit_cost_minor AS amount FROM part_use p
      WHERE ${within('p.at')} AND NOT ${isPosted(`'part:' || p.id`)}`,
  },
  'work-not-posted': {
    owner: 'controller',
    blocking: false,
    link: () => '/work-orders',
    found: `SELECT 'labour ' || l.id AS id, NULL::char(3) AS currency, NULL::bigint AS amount FROM labour_span l
      WHERE ${within('l.from_at')} AND NOT ${isPosted(`'labour:' || l.id`)}
      UNION ALL SELECT 'travel ' || t.id, t.currency, t.fare_minor FROM travel_leg t
      WHERE ${within('t.at')} AND ((t.minutes > 0 AND NOT ${isPosted(`'travel:' || t.id || ':time'`)})
        OR (t.distance_m > 0 AND NOT ${isPosted(`'travel:' || t.id || ':distance'`)})
        OR (t.fare_minor > 0 AND NOT ${isPosted(`'travel:' || t.id || ':fare'`)}))
      UNION ALL SELECT 'charge ' || c.id, c.currency, c.amount_minor FROM job_charge c
      WHERE ${within('c.at')} AND NOT ${isPosted(`'charge:' || c.id`)}`,
  },
  'events-waiting': {
    owner: 'administrator',
    blocking: true,
    link: () => '/system',
    found: `SELECT e.position::text AS id, NULL::char(3) AS currency, NULL::bigint AS amount FROM event e
      WHERE e.type IN (${TYPES}) AND e.at < ${END}
        AND e.position > coalesce((SELECT position FROM consumer WHERE name = $2), 0)`,
  },
  'events-parked': {
    owner: 'controller',
    blocking: false,
    link: () => '/system',
    found: `SELECT e.position::text AS id, NULL::char(3) AS currency, NULL::bigint AS amount
      FROM consumer_failure c JOIN event e USING (position) WHERE c.consumer = $2 AND e.at < ${END}`,
  },
  'proposals-waiting': {
    owner: 'controller',
    blocking: false,
    link: () => '/costs?tab=rates',
    found: `SELECT 'posting ' || m.id AS id, coalesce(m.currency, o.currency) AS currency, coalesce(m.amount_minor, -o.amount_minor) AS amount
      FROM manual_posting m LEFT JOIN cost_fact o ON o.id = m.reverses
      WHERE m.decision IS NULL AND ${within('coalesce(m.occurred_on, o.occurred_on)')}
      UNION ALL SELECT 'rate ' || r.id, NULL, NULL FROM rate r WHERE r.decision IS NULL AND r.effective_from < ${END}
      UNION ALL SELECT 'exchange rate ' || x.id, NULL, NULL FROM exchange_rate x WHERE x.decision IS NULL AND x.effective_from < ${END}`,
  },
  unallocated: {
    owner: 'controller',
    blocking: false,
    link: (period) => `/costs?tab=allocation&period=${period}`,
    found: `SELECT pool AS id, currency, amount FROM (${KEPT_IN_POOLS}) kept`,
  },
  'journal-differs': {
    owner: 'administrator',
    blocking: true,
    link: (period) => `/costs?tab=books&period=${period}`,
    found: `SELECT concat_ws(' ', pool, element) AS id, currency, coalesce(f.amount, 0) - coalesce(j.amount, 0) AS amount
      FROM (SELECT coalesce(pool, '') AS pool, element, currency, sum(amount_minor) AS amount FROM cost_fact WHERE period = $1
            GROUP BY 1, 2, 3) f
      FULL JOIN (SELECT coalesce(e.pool, '') AS pool, e.element, e.currency, sum(e.amount_minor) AS amount
                 FROM journal j JOIN journal_entry e ON e.journal_id = j.id
                 WHERE j.period = $1 AND j.kind = 'facts' AND e.role IN ('direct', 'pool') GROUP BY 1, 2, 3) j
        USING (pool, element, currency)
      WHERE coalesce(f.amount, 0) <> coalesce(j.amount, 0)`,
  },
  'totals-differ': {
    owner: 'administrator',
    blocking: true,
    link: (period) => `/costs?tab=books&period=${period}`,
    found: `SELECT concat_ws(' ', pool, element) AS id, currency, coalesce(f.amount, 0) - coalesce(t.amount_minor, 0) AS amount
      FROM (${shared} AND pool IS NOT NULL GROUP BY 1, 2, 3) f
      FULL JOIN (SELECT * FROM pool_total WHERE period = $1) t USING (pool, element, currency)
      WHERE coalesce(f.amount, 0) <> coalesce(t.amount_minor, 0)`,
  },
};

const QUERIES = CLOSE_ITEMS.map(
  (
    item,
  ) => `SELECT '${item}' AS item, found.n, sums.currency, sums.amount FROM (SELECT count(DISTINCT id)::integer AS n FROM ${name(item)}) found
    LEFT JOIN (SELECT currency, sum(amount)::bigint AS amount FROM ${name(item)} WHERE currency IS NOT NULL GROUP BY currency) sums ON true`,
);
function name(item: CloseItem): string {
  return `found_${item.replaceAll('-', '_')}`;
}
/** One statement: all items are of one moment. */
const CHECKLIST = `WITH ${CLOSE_ITEMS.map((item) => `${name(item)} AS MATERIALIZED (${RULES[item].found})`).join(', ')}
  ${QUERIES.join(' UNION ALL ')} ORDER BY currency`;

/** Pools whose cost nobody carries, with the reason: a loop by its pools. The checklist is kept with the step, and this with it. */
async function unallocatedByName(db: Queryable, period: Period): Promise<Text[]> {
  const pools = await readUnallocated(db, period);
  return pools.slice(0, NAMED_POOLS).map(({ label, amount, detail }) => ({
    en: `${label.en} ${amount.amount} ${amount.currency}: ${detail.en}`.slice(0, LINE_LENGTH),
    zh: `${label.zh} ${amount.amount} ${amount.currency}：${detail.zh}`.slice(0, LINE_LENGTH),
  }));
}

/** All items in their order, also where nothing was found; nobody gave a reason yet. */
export async function readChecklist(db: Queryable, period: Period, consumer: string): Promise<ChecklistItem[]> {
  const { rows } = await db.query<{ item: CloseItem; n: number; currency: string | null; amount: bigint | null }>(
    CHECKLIST,
    [period, consumer],
  );
  const details = await unallocatedByName(db, period);
  return CLOSE_ITEMS.map((item) => {
    const found = rows.filter((row) => row.item === item);
    const { owner, blocking, link } = RULES[item];
    return {
      item,
      n: found[0]?.n ?? 0,
      amounts: found.flatMap(({ currency, amount }) => (currency === null ? [] : [moneyOf(amount ?? 0n, currency)])),
      ...(item === 'unallocated' && details.length > 0 ? { details } : {}),
      owner,
      link: link(period),
      blocking,
      reason: null,
    };
  });
}
