// What is captured on a job besides parts: labour, travel, charges and the finding. Each entry is one append-only row
// with its event, in one transaction.
import type { Finding, NewCharge, NewLabour, NewTravel } from '../contracts/http/work-orders.ts';
import { type Money, minorOf } from '../contracts/money.ts';
import { Problem } from '../contracts/problems.ts';
import { type Clock, HOUR_MS, isoOf } from '../contracts/time.ts';
import type { Database, Transaction } from '../db/database.ts';
import { appendEvent } from '../db/event-log.ts';
import { changeJob, dimensionsOf, instantOf, type JobCommand, type JobRow, requireActuals } from './job.ts';
import { deviceOf, lockEngineer } from './master-data.ts';

/** Longer than any shift: a span like this has a wrong date in it. */
const LONGEST_SPAN_MS = 24 * HOUR_MS;

const milliHours = (spanMs: number): number => Math.round((spanMs * 1000) / HOUR_MS);

function minorAmount(money: Money, what: string): bigint {
  const minor = minorOf(money);
  if (minor === null) {
    throw new Problem('validation-failed', `${what}: ${money.amount} has more decimals than ${money.currency} has`);
  }
  return minor;
}

async function refuseOverlap(tx: Transaction, engineer: string, from: Date, to: Date): Promise<void> {
  const { rows } = await tx.query<{ work_order_id: bigint; from_at: Date; to_at: Date }>(
    `SELECT work_order_id, from_at, to_at FROM labour_span
     WHERE engineer_code = $1 AND from_at < $3 AND to_at > $2 ORDER BY from_at LIMIT 1`,
    [engineer, from, to],
  );
  const other = rows[0];
  if (!other) return;
  const span = `${other.from_at.toISOString()} to ${other.to_at.toISOString()}`;
  throw new Problem(
    'refused',
    `${engineer} worked on work order ${other.work_order_id} from ${span}; spans may not overlap`,
    {
      workOrderId: Number(other.work_order_id),
    },
  );
}

export async function recordLabour(
  database: Database,
  clock: Clock,
  command: JobCommand,
  body: NewLabour,
): Promise<void> {
  const from = new Date(instantOf(body.from, clock, 'The start'));
  const to = new Date(instantOf(body.to, clock, 'The end'));
  const spanMs = to.getTime() - from.getTime();
  if (spanMs <= 0) throw new Problem('validation-failed', 'A labour span ends after it begins');
  if (spanMs > LONGEST_SPAN_MS)
    throw new Problem('refused', 'A labour span of more than 24 hours; enter one per shift');
  await changeJob(database, command, async (tx, job) => {
    requireActuals(job);
    await lockEngineer(tx, body.engineer);
    await refuseOverlap(tx, body.engineer, from, to);
    const { rows } = await tx.query<{ id: bigint }>(
      `INSERT INTO labour_span (work_order_id, engineer_code, from_at, to_at, category, actor)
       VALUES ($1, $2, $3, $4, $5, $6) RETURNING id`,
      [job.id, body.engineer, from, to, body.category, command.actor],
    );
    appendEvent(tx, {
      type: 'work-order.labour-recorded',
      at: to.toISOString(),
      payload: {
        job: dimensionsOf(job),
        labourId: Number(rows[0]?.id),
        engineer: body.engineer,
        hoursMilli: milliHours(spanMs),
        from: from.toISOString(),
        to: to.toISOString(),
        category: body.category,
      },
    });
  });
}

export async function recordTravel(
  database: Database,
  clock: Clock,
  command: JobCommand,
  body: NewTravel,
): Promise<void> {
  const at = new Date(instantOf(body.at, clock, 'The trip'));
  const distanceM = Math.round(body.distanceKm * 1000);
  const fareMinor = body.fare ? minorAmount(body.fare, 'fare') : 0n;
  if (fareMinor < 0n) throw new Problem('validation-failed', 'A fare is not negative');
  await changeJob(database, command, async (tx, job) => {
    requireActuals(job);
    const terms = await lockEngineer(tx, body.engineer);
    const currency = body.fare?.currency ?? terms.currency;
    const { rows } = await tx.query<{ id: bigint }>(
      `INSERT INTO travel_leg (work_order_id, engineer_code, at, minutes, distance_m, fare_minor, currency, actor)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id`,
      [job.id, body.engineer, at, body.minutes, distanceM, fareMinor, currency, command.actor],
    );
    appendEvent(tx, {
      type: 'work-order.travel-recorded',
      at: at.toISOString(),
      payload: {
        job: dimensionsOf(job),
        travelId: Number(rows[0]?.id),
        engineer: body.engineer,
        hoursMilli: milliHours(body.minutes * 60_000),
        distanceM,
        fareMinor: fareMinor.toString(),
        currency,
        at: at.toISOString(),
      },
    });
  });
}

/** A negative amount takes back what was charged too much. */
export async function recordCharge(
  database: Database,
  clock: Clock,
  command: JobCommand,
  body: NewCharge,
): Promise<void> {
  const at = isoOf(instantOf(body.at, clock, 'The charge'));
  const amountMinor = minorAmount(body.amount, 'amount');
  const { currency } = body.amount;
  const note = body.note ?? '';
  await changeJob(database, command, async (tx, job) => {
    requireActuals(job);
    const { rows } = await tx.query<{ id: bigint }>(
      `INSERT INTO job_charge (work_order_id, element, amount_minor, currency, at, note, actor)
       VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id`,
      [job.id, body.element, amountMinor, currency, at, note, command.actor],
    );
    appendEvent(tx, {
      type: 'work-order.charge-recorded',
      at,
      payload: {
        job: dimensionsOf(job),
        chargeId: Number(rows[0]?.id),
        element: body.element,
        amountMinor: amountMinor.toString(),
        currency,
        at,
        note,
      },
    });
  });
}

function requireWorkInHand(job: JobRow): void {
  if (job.state === 'on-site' || job.state === 'waiting') return;
  const detail = `A finding is recorded while the job is on-site or waiting; this one is ${job.state}`;
  throw new Problem('transition-refused', detail, { state: job.state });
}

/** What is found need not be what was looked for, but it is a failure mode the product's catalogue knows. */
async function refuseUnknownMode(tx: Transaction, code: string, failureMode: string): Promise<void> {
  const { definition } = await deviceOf(tx, code);
  const known = definition.components.flatMap(({ failureModes }) => failureModes.map((mode) => mode.code));
  if (known.includes(failureMode)) return;
  const detail = `finding.failureMode: product ${definition.code} knows no failure mode ${failureMode}; it has ${known.join(', ')}`;
  throw new Problem('refused', detail);
}

/** May be recorded again until the job is completed; from then on other rooms have learnt from it. */
export async function recordFinding(
  database: Database,
  clock: Clock,
  command: JobCommand,
  body: Finding,
): Promise<void> {
  await changeJob(database, command, async (tx, job) => {
    requireWorkInHand(job);
    if (body.failureMode !== null) await refuseUnknownMode(tx, job.device, body.failureMode);
    // The note is never null once a finding is there: that is how an empty-handed finding differs from none.
    await tx.query(
      `UPDATE work_order SET finding_failure_mode = $2, finding_cause = $3, finding_remedy = $4, finding_confirmed = $5,
         finding_note = $6 WHERE id = $1`,
      [job.id, body.failureMode, body.cause, body.remedy, body.confirmed, body.note ?? ''],
    );
    appendEvent(tx, {
      type: 'work-order.changed',
      at: isoOf(clock.now()),
      payload: { workOrderId: Number(job.id), device: job.device, change: 'finding' },
    });
  });
}
