// Posting periods as they are read: their states, who asked for and who approved their steps, and what came late.
import type { ChecklistItem, PeriodDetail, PeriodStep, PostingPeriod, TrueUp } from '../contracts/http/periods.ts';
import { moneyOf } from '../contracts/money.ts';
import { Problem } from '../contracts/problems.ts';
import type { Period } from '../contracts/time.ts';
import type { Queryable } from '../db/database.ts';
import type { Reasons } from './core/close/checklist.ts';
import { type FactRow, toFact } from './fact-reads.ts';
import { readChecklist } from './period-checklist.ts';

/** Late facts that are shown with the period; how many there are is told in full. */
const LATE_SHOWN = 100;
/** Steps of a period that are shown; nobody closes a month that often. */
const STEPS_SHOWN = 50;

const stateOf = (state: 'open' | 'closed', pending: PeriodStep['kind'] | null): PostingPeriod['state'] => {
  if (pending === null) return state;
  return pending === 'close' ? 'closing' : 'reopening';
};

const PERIODS = `SELECT p.code AS period, p.state, CASE WHEN a.step_id IS NULL AND w.step_id IS NULL THEN s.kind END AS pending
  FROM period p LEFT JOIN LATERAL (SELECT id, kind FROM period_step WHERE period = p.code ORDER BY id DESC LIMIT 1) s ON true
  LEFT JOIN period_step_approval a ON a.step_id = s.id LEFT JOIN period_step_withdrawal w ON w.step_id = s.id`;
interface PeriodRow {
  period: Period;
  state: 'open' | 'closed';
  pending: PeriodStep['kind'] | null;
}
const toPeriod = ({ period, state, pending }: PeriodRow): PostingPeriod => ({ period, state: stateOf(state, pending) });

export async function listPeriods(db: Queryable): Promise<PostingPeriod[]> {
  const { rows } = await db.query<PeriodRow>(`${PERIODS} ORDER BY p.code DESC`);
  return rows.map(toPeriod);
}

interface StepRow {
  id: bigint;
  kind: PeriodStep['kind'];
  author: string;
  at: Date;
  reason: string | null;
  checklist: ChecklistItem[];
  reasons: Reasons;
  actor: string | null;
  approved_at: Date | null;
  withdrawn_by: string | null;
  withdrawn_at: Date | null;
  run_id: bigint | null;
  true_up: TrueUp[] | null;
}
const STEPS = `SELECT s.id, s.kind, s.author, s.at, s.reason, s.checklist, s.reasons, a.actor, a.at AS approved_at, a.run_id, a.true_up,
    w.actor AS withdrawn_by, w.at AS withdrawn_at
  FROM period_step s LEFT JOIN period_step_approval a ON a.step_id = s.id
  LEFT JOIN period_step_withdrawal w ON w.step_id = s.id WHERE s.period = $1 ORDER BY s.id DESC LIMIT $2`;

export interface NewestStep {
  id: number;
  kind: PeriodStep['kind'];
  author: string;
  checklist: readonly ChecklistItem[];
  reasons: Reasons;
  isPending: boolean;
}

export async function newestStep(db: Queryable, period: Period): Promise<NewestStep | null> {
  const [row] = (await db.query<StepRow>(STEPS, [period, 1])).rows;
  if (!row) return null;
  const { kind, author, checklist, reasons } = row;
  return {
    id: Number(row.id),
    kind,
    author,
    checklist,
    reasons,
    isPending: row.actor === null && row.withdrawn_by === null,
  };
}

const toStep = (row: StepRow): PeriodStep => ({
  id: Number(row.id),
  kind: row.kind,
  author: row.author,
  at: row.at.toISOString(),
  reason: row.reason,
  checklist: row.checklist,
  approvedBy: row.actor,
  approvedAt: row.approved_at?.toISOString() ?? null,
  withdrawnBy: row.withdrawn_by,
  withdrawnAt: row.withdrawn_at?.toISOString() ?? null,
  run: row.run_id === null ? null : Number(row.run_id),
  trueUp: row.true_up ?? [],
});

/** Facts that occurred before the month they were posted to. */
const IS_LATE = 'f.occurred_on < first_day(f.period::text)';
const OF_MONTH = `f.occurred_on >= first_day($1::text) AND f.occurred_on < first_day($1::text) + interval '1 month'`;

async function sumsOf(db: Queryable, condition: string, period: Period) {
  const { rows } = await db.query<{ n: number; currency: string; amount: bigint }>(
    `SELECT count(*)::integer AS n, currency, sum(amount_minor)::bigint AS amount FROM cost_fact f
     WHERE ${IS_LATE} AND ${condition} GROUP BY currency ORDER BY currency`,
    [period],
  );
  return {
    n: rows.reduce((sum, { n }) => sum + n, 0),
    amounts: rows.map(({ amount, currency }) => moneyOf(amount, currency)),
  };
}

export async function readPeriod(db: Queryable, period: Period, consumer: string): Promise<PeriodDetail> {
  const [row] = (await db.query<PeriodRow>(`${PERIODS} WHERE p.code = $1`, [period])).rows;
  if (!row) throw new Problem('not-found', `Nothing was ever posted to ${period}`);
  const steps = await db.query<StepRow>(STEPS, [period, STEPS_SHOWN]);
  const late = await db.query<FactRow>(
    `SELECT f.* FROM cost_fact f WHERE ${IS_LATE} AND ${OF_MONTH} ORDER BY f.id DESC LIMIT ${LATE_SHOWN}`,
    [period],
  );
  return {
    ...toPeriod(row),
    checklist: await readChecklist(db, period, consumer),
    steps: steps.rows.map(toStep),
    late: { ...(await sumsOf(db, OF_MONTH, period)), facts: late.rows.map(toFact) },
    adjustments: await sumsOf(db, 'f.period = $1', period),
  };
}
