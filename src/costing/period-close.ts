// Closing and reopening a posting period, each asked for by one person and carried out by a second one. Closing makes the
// provisional allocation final and enters it in the journal; reopening takes that run back there, equal and opposite.
import type { ChecklistItem, CloseRequest, PostingPeriod } from '../contracts/http/periods.ts';
import { Problem } from '../contracts/problems.ts';
import { isPeriod, type Period } from '../contracts/time.ts';
import type { Database, Transaction } from '../db/database.ts';
import { appendEvent } from '../db/event-log.ts';
import { runAllocation } from './allocation-run.ts';
import { changedSince, hindrancesOf, type Reasons, withReasons } from './core/close/checklist.ts';
import { trueUpOf } from './core/close/true-up.ts';
import { readChecklist } from './period-checklist.ts';
import { type NewestStep, newestStep } from './period-steps.ts';
import { placedAmounts, toTrueUp, TRUE_UP_LINES } from './true-up-amounts.ts';

export interface PeriodAct {
  period: Period;
  actor: string;
  at: string;
  /** Whose events may still bring cost. */
  consumer: string;
}

/** Waits for postings in flight; none begins until the transaction ends. */
async function lockPeriod(tx: Transaction, period: Period): Promise<'open' | 'closed'> {
  if (!isPeriod(period)) throw new Problem('validation-failed', `"${period}" is not a period; write YYYY-MM`);
  const { rows } = await tx.query<{ state: 'open' | 'closed' }>('SELECT state FROM period WHERE code = $1 FOR UPDATE', [
    period,
  ]);
  if (!rows[0]) throw new Problem('not-found', `Nothing was ever posted to ${period}`);
  return rows[0].state;
}

function tell(tx: Transaction, { period, actor, at }: PeriodAct, state: PostingPeriod['state']): PostingPeriod {
  appendEvent(tx, { type: 'period.changed', at, payload: { period, state, actor } });
  return { period, state };
}

/** Facts of the last moments are placed first: what is on its way to its receivers is no finding. */
async function checkedNow(
  tx: Transaction,
  { period, at, consumer }: PeriodAct,
  reasons: Reasons,
): Promise<ChecklistItem[]> {
  await runAllocation(tx, { period, status: 'provisional', at, reread: new Set() });
  return withReasons(await readChecklist(tx, period, consumer), reasons);
}

function refuseHindrances(checklist: Parameters<typeof hindrancesOf>[0]): void {
  const hindrances = hindrancesOf(checklist);
  if (hindrances.length === 0) return;
  const texts = hindrances.map(({ item, why, n }) =>
    why === 'blocking' ? `${item} (${n}) has to be settled` : `${item} (${n}) needs a reason`,
  );
  throw new Problem('refused', `The period cannot be closed yet: ${texts.join('; ')}`);
}

/** The first person: what the checklist finds is settled or explained. Postings go on until a second one approves. */
export async function startClose(database: Database, act: PeriodAct, request: CloseRequest): Promise<PostingPeriod> {
  const { period, actor, at } = act;
  if (period > at.slice(0, 7)) throw new Problem('refused', `${period} has not begun; it cannot be closed yet`);
  const reasons = request.reasons ?? {};
  return database.transaction(async (tx) => {
    if ((await lockPeriod(tx, period)) === 'closed') throw new Problem('period-closed', `${period} is closed already`);
    const checklist = await checkedNow(tx, act, reasons);
    refuseHindrances(checklist);
    await takePlace(tx, act, (step) => changedSince(step.checklist, checklist).length > 0);
    await tx.query(
      `INSERT INTO period_step (period, kind, author, at, checklist, reasons) VALUES ($1, 'close', $2, $3, $4, $5)`,
      [period, actor, at, JSON.stringify(checklist), JSON.stringify(reasons)],
    );
    return tell(tx, act, 'closing');
  });
}

/** The first person of a reopening says why. */
export async function startReopening(database: Database, act: PeriodAct, reason: string): Promise<PostingPeriod> {
  const { period, actor, at } = act;
  return database.transaction(async (tx) => {
    if ((await lockPeriod(tx, period)) === 'open') throw new Problem('transition-refused', `${period} is open`);
    await takePlace(tx, act, () => false);
    await tx.query(`INSERT INTO period_step (period, kind, author, at, reason) VALUES ($1, 'reopen', $2, $3, $4)`, [
      period,
      actor,
      at,
      reason,
    ]);
    return tell(tx, act, 'reopening');
  });
}

/**
 * What somebody asked for before and nobody decided gives way: to its own author, or once it is out of date. What another one
 * asked for and still holds is for the caller to approve, not to ask for again.
 */
async function takePlace(tx: Transaction, act: PeriodAct, isOutOfDate: (step: NewestStep) => boolean): Promise<void> {
  const step = await newestStep(tx, act.period);
  if (!step?.isPending) return;
  if (step.author !== act.actor && !isOutOfDate(step)) {
    throw new Problem(
      'transition-refused',
      `${step.author} asked for this already; approve it or withdraw it instead of asking again`,
    );
  }
  await withdraw(tx, act, step);
}

async function withdraw(tx: Transaction, { actor, at }: PeriodAct, step: NewestStep): Promise<void> {
  await tx.query('INSERT INTO period_step_withdrawal (step_id, actor, at) VALUES ($1, $2, $3)', [step.id, actor, at]);
}

async function pendingStep(tx: Transaction, period: Period, state: 'open' | 'closed'): Promise<NewestStep> {
  const step = await newestStep(tx, period);
  if (step?.isPending) return step;
  throw new Problem('transition-refused', `${period} is ${state}, and nobody asked for a change of that`);
}

/** Takes back what was asked for and not approved; the period is what it was before. */
export async function withdrawStep(database: Database, act: PeriodAct): Promise<PostingPeriod> {
  return database.transaction(async (tx) => {
    const state = await lockPeriod(tx, act.period);
    const step = await pendingStep(tx, act.period, state);
    await withdraw(tx, act, step);
    return tell(tx, act, state);
  });
}

/** The second person carries out what the first one asked for. */
export async function approveStep(database: Database, act: PeriodAct): Promise<PostingPeriod> {
  return database.transaction(async (tx) => {
    const state = await lockPeriod(tx, act.period);
    const step = await pendingStep(tx, act.period, state);
    if (step.author === act.actor)
      throw new Problem('refused', 'You asked for this yourself; a second person has to approve it');
    await (step.kind === 'close' ? close(tx, act, step) : reopen(tx, act, step));
    return tell(tx, act, step.kind === 'close' ? 'closed' : 'open');
  });
}

async function runInForce(tx: Transaction, period: Period): Promise<number | null> {
  const { rows } = await tx.query<{ id: bigint }>(
    'SELECT id FROM allocation_run WHERE period = $1 AND superseded_at IS NULL',
    [period],
  );
  return rows[0] ? Number(rows[0].id) : null;
}

async function close(tx: Transaction, act: PeriodAct, step: NewestStep): Promise<void> {
  const { period, actor, at } = act;
  const checklist = await checkedNow(tx, act, step.reasons);
  const changed = changedSince(step.checklist, checklist);
  if (changed.length > 0)
    throw new Problem(
      'out-of-date',
      `Since ${step.author} began to close ${period} this has changed: ${changed.join(', ')}. Begin to close it again`,
    );
  refuseHindrances(checklist);
  const provisional = await placedAmounts(tx, period);
  await runAllocation(tx, { period, status: 'final', at, reread: 'all' });
  const run = await runInForce(tx, period);
  if (run !== null) await tx.query('SELECT journal_run($1)', [run]);
  const trueUp = trueUpOf(provisional, await placedAmounts(tx, period), TRUE_UP_LINES).map(toTrueUp);
  await tx.query('INSERT INTO period_step_approval (step_id, actor, at, run_id, true_up) VALUES ($1, $2, $3, $4, $5)', [
    step.id,
    actor,
    at,
    run,
    JSON.stringify(trueUp),
  ]);
  await tx.query(`UPDATE period SET state = 'closed' WHERE code = $1`, [period]);
}

/** The final run stays as it was, and is in force no more; the period's next run is a provisional one. */
async function reopen(tx: Transaction, { period, actor, at }: PeriodAct, step: NewestStep): Promise<void> {
  const run = await runInForce(tx, period);
  await tx.query('INSERT INTO period_step_approval (step_id, actor, at, run_id) VALUES ($1, $2, $3, $4)', [
    step.id,
    actor,
    at,
    run,
  ]);
  await tx.query(`UPDATE period SET state = 'open' WHERE code = $1`, [period]);
  if (run === null) return;
  await tx.query('SELECT journal_reversal($1)', [run]);
  await tx.query('UPDATE allocation_run SET superseded_at = clock_timestamp() WHERE id = $1', [run]);
  const { rows } = await tx.query<{ currency: string }>(
    'SELECT DISTINCT currency FROM allocation_result WHERE run_id = $1',
    [run],
  );
  for (const { currency } of rows) appendEvent(tx, { type: 'allocation.updated', at, payload: { period, currency } });
}
