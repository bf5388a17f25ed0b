// Moves a job through its states: checks the step, writes it with who, when and why, and tells of it; completing a job
// also tells the other rooms what was found and what it cost the customer in downtime.
import type { TransitionBody } from '../contracts/http/work-orders.ts';
import { Problem } from '../contracts/problems.ts';
import { type Clock, type EpochMs, isoOf } from '../contracts/time.ts';
import { TRANSITIONS, type WorkOrderState } from '../contracts/work-order-states.ts';
import type { Database, Transaction } from '../db/database.ts';
import { appendEvent } from '../db/event-log.ts';
import { downtimeOf, refusalOfTransition } from './core/transitions.ts';
import { changeJob, dimensionsOf, instantOf, type JobCommand, type JobRow } from './job.ts';
import { lockEngineer } from './master-data.ts';

async function sinceOf(tx: Transaction, job: JobRow): Promise<EpochMs> {
  const { rows } = await tx.query<{ at: Date }>(
    'SELECT at FROM work_order_transition WHERE work_order_id = $1 ORDER BY id DESC LIMIT 1',
    [job.id],
  );
  return (rows[0]?.at ?? job.opened_at).getTime();
}

/** Writes a step that was checked; also used where the system itself takes it. */
export async function writeTransition(
  tx: Transaction,
  job: { id: number; device: string; from: WorkOrderState },
  step: { to: WorkOrderState; at: EpochMs; actor: string; reason: string | null },
): Promise<void> {
  const { to, at, actor, reason } = step;
  await tx.query(
    `INSERT INTO work_order_transition (work_order_id, from_state, to_state, at, actor, reason)
     VALUES ($1, $2, $3, $4, $5, $6)`,
    [job.id, job.from, to, new Date(at), actor, reason],
  );
  await tx.query('UPDATE work_order SET state = $2 WHERE id = $1', [job.id, to]);
  appendEvent(tx, {
    type: 'work-order.transitioned',
    at: isoOf(at),
    payload: { workOrderId: job.id, device: job.device, from: job.from, to, actor },
  });
}

function refuse(job: JobRow, body: TransitionBody, at: EpochMs, since: EpochMs, now: EpochMs): void {
  const refusal = refusalOfTransition({
    kind: job.kind,
    from: job.state,
    to: body.to,
    at,
    since,
    now,
    hasFinding: job.has_finding,
    hasWaitingReason: body.waiting !== undefined,
  });
  if (refusal) throw new Problem(refusal.code, refusal.detail, { state: job.state, allowed: TRANSITIONS[job.state] });
}

async function complete(tx: Transaction, job: JobRow, body: TransitionBody, at: EpochMs, clock: Clock): Promise<void> {
  const restoredAt = body.restoredAt === undefined ? at : instantOf(body.restoredAt, clock, 'The restoration');
  const downtimeMinutes = downtimeOf(body.downtimeMinutes, job.failed_at?.getTime() ?? null, restoredAt);
  await tx.query('UPDATE work_order SET completed_at = $2, restored_at = $3, downtime_minutes = $4 WHERE id = $1', [
    job.id,
    new Date(at),
    new Date(restoredAt),
    downtimeMinutes,
  ]);
  appendEvent(tx, {
    type: 'work-order.completed',
    at: isoOf(at),
    payload: {
      job: dimensionsOf(job),
      alertId: job.alert_id === null ? null : Number(job.alert_id),
      // What the job was opened for; the finding says whether that was there.
      failureMode: job.failure_mode ?? job.finding_failure_mode,
      confirmed: job.finding_confirmed,
      downtimeMinutes,
      completedAt: isoOf(at),
    },
  });
}

export async function transitionJob(
  database: Database,
  clock: Clock,
  command: JobCommand,
  body: TransitionBody,
): Promise<void> {
  const now = clock.now();
  const at = body.at === undefined ? now : Date.parse(body.at);
  if (Number.isNaN(at)) throw new Problem('validation-failed', `at: "${body.at}" is not an ISO 8601 time`);
  await changeJob(database, command, async (tx, job) => {
    // A step without a time of its own happens no earlier than the one before it.
    const since = await sinceOf(tx, job);
    const effectiveAt = body.at === undefined ? Math.max(at, since) : at;
    refuse(job, body, effectiveAt, since, now);
    if (body.engineer !== undefined) await lockEngineer(tx, body.engineer);
    await tx.query(
      `UPDATE work_order SET waiting_reason = $2, engineer_code = coalesce($3, engineer_code),
         planned_at = coalesce($4::timestamptz, planned_at), closed_at = coalesce($5::timestamptz, closed_at) WHERE id = $1`,
      [
        job.id,
        body.to === 'waiting' ? body.waiting : null,
        body.engineer ?? null,
        body.plannedAt ?? null,
        body.to === 'closed' ? new Date(effectiveAt) : null,
      ],
    );
    const step = { to: body.to, at: effectiveAt, actor: command.actor, reason: body.reason ?? null };
    await writeTransition(tx, { id: Number(job.id), device: job.device, from: job.state }, step);
    if (body.to === 'completed') await complete(tx, job, body, effectiveAt, clock);
  });
}
