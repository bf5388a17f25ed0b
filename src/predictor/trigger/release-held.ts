// Lets jobs that were held back go when their station has room again: the most valuable first, as long as there is room in the
// week. What they warned of may be over by then; such a proposal is withdrawn with that reason.
import { type EpochMs, isoOf } from '../../contracts/time.ts';
import type { Severity } from '../../contracts/work-order-states.ts';
import type { Transaction } from '../../db/database.ts';
import { appendEvent } from '../../db/event-log.ts';
import { fillRoom, type Waiting } from '../core/trigger/decide.ts';
import { WEEK_MS, weekOf } from '../core/trigger/week.ts';

const CAP_LOCK = 0x63_61_70;
const SYSTEM = 'system';

/** Whoever counts a station's room waits for who counts it now. */
export async function lockCap(tx: Transaction, station: string): Promise<void> {
  await tx.query('SELECT pg_advisory_xact_lock($1, hashtext($2))', [CAP_LOCK, station]);
}

async function roomOf(tx: Transaction, station: string, atMs: EpochMs): Promise<number | null> {
  const week = weekOf(atMs);
  const { rows } = await tx.query<{ room: number }>(
    `SELECT c.jobs_per_week - (SELECT count(*) FROM job_proposal p WHERE p.station_code = c.station_code
       AND p.state = 'opened' AND p.decided_at >= $2 AND p.decided_at < $3)::integer AS room
     FROM job_cap c WHERE c.station_code = $1`,
    [station, new Date(week), new Date(week + WEEK_MS)],
  );
  return rows[0]?.room ?? null;
}

interface Held {
  id: bigint;
  prognosis_id: bigint;
  alert_id: bigint;
  device: string;
  component: string;
  failure_mode: string;
  probability: number;
  severity: Severity;
  value_minor: bigint | null;
  made_at: Date;
  is_over: boolean;
}

const HELD = `
  SELECT p.id, p.prognosis_id, p.alert_id, d.code AS device, p.component, p.failure_mode, p.probability, p.severity,
         p.value_minor, p.made_at, (a.cleared_at IS NOT NULL OR a.state IN ('resolved', 'closed')) AS is_over
  FROM job_proposal p JOIN device d ON d.id = p.device_id JOIN alert a ON a.id = p.alert_id
  WHERE p.station_code = $1 AND p.state = 'held' ORDER BY p.id FOR UPDATE OF p`;

/** Under the station's lock; returns how many jobs were set going. */
export async function releaseHeld(tx: Transaction, station: string, atMs: EpochMs): Promise<number> {
  const { rows } = await tx.query<Held>(HELD, [station]);
  if (rows.length === 0) return 0;
  for (const row of rows.filter(({ is_over }) => is_over)) await withdraw(tx, row, atMs);
  const current = rows.filter(({ is_over }) => !is_over);
  const byId = new Map(current.map((row) => [Number(row.id), row]));
  const waiting = current.map(
    ({ id, value_minor, made_at }): Waiting => ({
      id: Number(id),
      valueMinor: value_minor ?? 0n,
      madeAtMs: made_at.getTime(),
    }),
  );
  const going = fillRoom(waiting, await roomOf(tx, station, atMs));
  for (const { id } of going) await open(tx, byId.get(id) as Held, atMs);
  return going.length;
}

async function withdraw(tx: Transaction, row: Held, atMs: EpochMs): Promise<void> {
  await tx.query(
    `UPDATE job_proposal SET state = 'withdrawn', decided_at = $2, decided_by = $3, note = $4 WHERE id = $1`,
    [row.id, new Date(atMs), SYSTEM, 'the alert was over before there was room'],
  );
  tellProposal(tx, row, atMs);
}

async function open(tx: Transaction, row: Held, atMs: EpochMs): Promise<void> {
  // An open job of a released proposal is begun in the week of its release, but never before it was asked for.
  const at = Math.max(atMs, row.made_at.getTime());
  await tx.query(
    `UPDATE job_proposal SET state = 'opened', why = 'worth-it', decided_at = $2, decided_by = $3 WHERE id = $1`,
    [row.id, new Date(at), SYSTEM],
  );
  tellTriggered(tx, row, { atMs: at, actor: SYSTEM });
  tellProposal(tx, row, at);
}

interface Triggering {
  prognosis_id: bigint;
  alert_id: bigint;
  device: string;
  component: string;
  failure_mode: string;
  probability: number;
  severity: Severity;
}

/** The service room opens the job: one per device, component and failure mode. */
export function tellTriggered(
  tx: Transaction,
  row: Triggering,
  { atMs, actor }: { atMs: EpochMs; actor: string },
): void {
  appendEvent(tx, {
    type: 'prognosis.triggered',
    at: isoOf(atMs),
    payload: {
      prognosisId: Number(row.prognosis_id),
      alertId: Number(row.alert_id),
      device: row.device,
      component: row.component,
      failureMode: row.failure_mode,
      probability: row.probability,
      severity: row.severity,
      actor,
    },
  });
}

export function tellProposal(
  tx: Transaction,
  row: { id: bigint; alert_id: bigint; device: string },
  atMs: EpochMs,
): void {
  const payload = { proposalId: Number(row.id), alertId: Number(row.alert_id), device: row.device };
  appendEvent(tx, { type: 'proposal.changed', at: isoOf(atMs), payload });
}
