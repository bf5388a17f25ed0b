// Checks the books of an instance: every run carries exactly what its pools hold, every captured actual stands in the
// facts as it was captured, and every fact and final run in the journal. Reads only; answers with the first break.
import type { Queryable } from '../db/database.ts';
import { lastPosition } from '../db/event-log.ts';
import { JOURNAL_LAWS } from './journal-laws.ts';

export interface BookBreak {
  law: string;
  detail: string;
}

/**
 * A provisional run may lag a fact posted within the last moments (it is recomputed at the next start); a final run
 * may not.
 */
const RUN_LAG = "interval '5 seconds'";

const IN_FORCE = 'allocation_result a JOIN allocation_run r ON r.id = a.run_id AND r.superseded_at IS NULL';
const ALLOCATIONS = `
  SELECT period || ' pool ' || pool || ' ' || element || ' ' || currency || ': facts ' || coalesce(f.amount, 0)
         || ', run ' || coalesce(l.amount, 0) AS detail
  FROM (SELECT period, pool, element, currency, sum(amount_minor) AS amount, max(recorded_at) AS newest FROM cost_fact
        WHERE pool IS NOT NULL AND period IN (SELECT period FROM allocation_run) GROUP BY 1, 2, 3, 4) f
  FULL JOIN (SELECT r.period, a.pool, a.element, a.currency, a.own_minor AS amount FROM ${IN_FORCE}) l
    USING (period, pool, element, currency)
  JOIN allocation_run r USING (period)
  WHERE r.superseded_at IS NULL AND coalesce(f.amount, 0) <> coalesce(l.amount, 0)
    AND (r.status = 'final' OR f.newest IS NULL OR f.newest < r.computed_at - ${RUN_LAG})
  ORDER BY 1 LIMIT 1`;

/** Every run, also one that another stands for by now: receivers are there to carry what a pool placed. */
const CONSERVED = `
  SELECT 'run ' || run_id || ' pool ' || pool || ' ' || element || ' ' || currency || ': ' || reason AS detail
  FROM allocation_break ORDER BY run_id, pool, element, currency LIMIT 1`;

/** What pools sent each other is what they say they sent and received. */
const FLOWS = `
  SELECT 'run ' || run_id || ' pool ' || pool || ' ' || element || ' ' || currency || ': received ' || coalesce(received_minor, 0)
         || ' and sent ' || coalesce(sent_minor, 0) || ', flows say ' || coalesce(f.received, 0) || ' and ' || coalesce(f.sent, 0) AS detail
  FROM allocation_result a FULL JOIN (
    SELECT run_id, pool, element, currency, sum(received) AS received, sum(sent) AS sent FROM (
      SELECT run_id, to_pool AS pool, element, currency, amount_minor AS received, 0 AS sent FROM allocation_flow
      UNION ALL SELECT run_id, from_pool, element, currency, 0, amount_minor FROM allocation_flow) moved
    GROUP BY 1, 2, 3, 4) f USING (run_id, pool, element, currency)
  WHERE coalesce(received_minor, 0) <> coalesce(f.received, 0) OR coalesce(sent_minor, 0) <> coalesce(f.sent, 0)
  ORDER BY 1 LIMIT 1`;

/** Totals that follow the facts are their sums. */
const TOTALS = `
  SELECT period || ' pool ' || pool || ' ' || element || ' ' || currency || ': facts ' || coalesce(f.amount, 0) || ', total '
         || coalesce(t.amount_minor, 0) AS detail
  FROM pool_total t FULL JOIN (
    SELECT period, pool, element, currency, sum(amount_minor) AS amount FROM cost_fact WHERE pool IS NOT NULL GROUP BY 1, 2, 3, 4) f
    USING (period, pool, element, currency)
  WHERE coalesce(f.amount, 0) <> coalesce(t.amount_minor, 0) ORDER BY 1 LIMIT 1`;

const ALLOCATION_LAWS: readonly (readonly [law: string, query: string])[] = [
  ['allocation conserves every pool', ALLOCATIONS],
  ['every run places and keeps what its pools had', CONSERVED],
  ['pools received what others sent them', FLOWS],
  ['totals of pools are the sums of their facts', TOTALS],
];

/** Captured rows of one kind against the facts (reversals apart) that name them as their source. */
const captured = (type: string, table: string, wanted: string, booked: string, more = ''): string => `
  SELECT '${type} ' || c.id || ' of work order ' || c.work_order_id || ': captured ' || ${wanted} || ', booked '
         || coalesce(f.booked::text, 'nothing') AS detail
  FROM ${table} c LEFT JOIN (
    SELECT source_id, ${booked} AS booked FROM cost_fact
    WHERE source_type = '${type}' AND reversal_of IS NULL GROUP BY source_id) f ON f.source_id = c.id::text
  WHERE coalesce(f.booked, 0) <> ${wanted} ${more} ORDER BY c.id LIMIT 1`;

const HOURS_MILLI = `round(extract(epoch FROM c.to_at - c.from_at) / 3.6)`;

const JOB_LAWS: readonly (readonly [law: string, query: string])[] = [
  ['labour spans are in the facts', captured('labour', 'labour_span', HOURS_MILLI, 'sum(quantity_milli)')],
  [
    'travelled distance is in the facts',
    captured('travel', 'travel_leg', 'c.distance_m', `sum(quantity_milli) FILTER (WHERE unit = 'km')`),
  ],
  [
    'travel time is in the facts',
    captured('travel', 'travel_leg', 'round(c.minutes * 1000 / 60.0)', `sum(quantity_milli) FILTER (WHERE unit = 'h')`),
  ],
  [
    'fares are in the facts',
    captured('travel', 'travel_leg', 'c.fare_minor', `sum(amount_minor) FILTER (WHERE unit = '1')`),
  ],
  ['parts are in the facts', captured('part', 'part_use', '(c.quantity * c.unit_cost_minor)', 'sum(amount_minor)')],
  ['charges are in the facts', captured('charge', 'job_charge', 'c.amount_minor', 'sum(amount_minor)')],
];

async function firstDetail(db: Queryable, query: string): Promise<string | null> {
  const { rows } = await db.query<{ detail: string }>(query);
  return rows[0]?.detail ?? null;
}

/** Events the costing has not handled yet: while there are any, captured work may rightly have no fact. */
async function eventsBehind(db: Queryable, consumer: string, types: readonly string[]): Promise<number> {
  const { rows } = await db.query<{ behind: number }>(
    `SELECT count(*)::integer AS behind FROM event
     WHERE type = ANY ($2) AND position > coalesce((SELECT position FROM consumer WHERE name = $1), 0)`,
    [consumer, types],
  );
  return rows[0]?.behind ?? 0;
}

export interface BooksReport {
  /** Position of the event log the check saw. */
  position: number;
  /** Events not costed yet; the check of captured work waits for them. */
  behind: number;
  firstBreak: BookBreak | null;
}

export async function verifyBooks(db: Queryable, consumer: string, types: readonly string[]): Promise<BooksReport> {
  const position = await lastPosition(db);
  const behind = await eventsBehind(db, consumer, types);
  const report = (law: string, detail: string | null): BooksReport => ({
    position,
    behind,
    firstBreak: detail === null ? null : { law, detail },
  });
  for (const [law, query] of [...ALLOCATION_LAWS, ...(behind > 0 ? [] : JOB_LAWS), ...JOURNAL_LAWS]) {
    const checked = report(law, await firstDetail(db, query));
    if (checked.firstBreak) return checked;
  }
  return report('', null);
}
