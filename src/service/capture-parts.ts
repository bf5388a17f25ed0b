// Parts issued to a job and returned from it. The cost is frozen when a part is issued; a return gives back exactly that.
import type { NewPartUse } from '../contracts/http/work-orders.ts';
import { Problem } from '../contracts/problems.ts';
import { type Clock, isoOf } from '../contracts/time.ts';
import type { Database, Transaction } from '../db/database.ts';
import { appendEvent } from '../db/event-log.ts';
import { type Issued, outstanding, type PartUse, returnsFor } from './core/part-balance.ts';
import { changeJob, dimensionsOf, instantOf, type JobCommand, type JobRow, requireActuals } from './job.ts';
import { partOf, type PartTerms } from './master-data.ts';

interface Entry {
  part: string;
  serial: string | null;
  lot: string | null;
  at: string;
  actor: string;
}

function requireTraceable(part: string, terms: PartTerms, { quantity, serial, lot }: NewPartUse): void {
  if (quantity === 0) throw new Problem('validation-failed', 'quantity: issue with more than 0, return with less');
  if (terms.controlledBy === 'serial') {
    if (!serial) throw new Problem('refused', `Part ${part} is serial-controlled; give its serial number`);
    if (Math.abs(quantity) !== 1) throw new Problem('refused', `Part ${part} has serial numbers; enter one at a time`);
  }
  if (terms.controlledBy === 'lot' && !lot)
    throw new Problem('refused', `Part ${part} is lot-controlled; give its lot`);
}

async function usesOf(tx: Transaction, job: JobRow, part: string): Promise<PartUse[]> {
  const { rows } = await tx.query<{
    quantity: number;
    serial: string | null;
    lot: string | null;
    unit_cost_minor: bigint;
    currency: string;
  }>(
    'SELECT quantity, serial, lot, unit_cost_minor, currency FROM part_use WHERE work_order_id = $1 AND part_code = $2 ORDER BY id',
    [job.id, part],
  );
  return rows.map(({ unit_cost_minor: unitCostMinor, ...use }) => ({ ...use, unitCostMinor }));
}

function returnsOf(uses: readonly PartUse[], entry: Entry, quantity: number): Issued[] {
  const issued = outstanding(uses, entry.serial, entry.lot);
  const returns = returnsFor(issued, quantity);
  if (returns) return returns.map((issue) => ({ ...issue, quantity: -issue.quantity }));
  const out = issued.reduce((sum, issue) => sum + issue.quantity, 0);
  throw new Problem(
    'refused',
    `Only ${out} of part ${entry.part} (same serial and lot) are out on this job; ${quantity} cannot return`,
  );
}

async function write(tx: Transaction, job: JobRow, entry: Entry, issue: Issued): Promise<void> {
  const { part, serial, lot, at, actor } = entry;
  const { quantity, unitCostMinor, currency } = issue;
  const { rows } = await tx.query<{ id: bigint }>(
    `INSERT INTO part_use (work_order_id, part_code, quantity, serial, lot, unit_cost_minor, currency, at, actor)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id`,
    [job.id, part, quantity, serial, lot, unitCostMinor, currency, at, actor],
  );
  appendEvent(tx, {
    type: 'work-order.part-recorded',
    at,
    payload: {
      job: dimensionsOf(job),
      partUseId: Number(rows[0]?.id),
      part,
      quantity,
      unitCostMinor: unitCostMinor.toString(),
      currency,
      at,
    },
  });
}

/** Quantity above zero issues, below returns; a return may span issues of different cost and is then several entries. */
export async function recordPart(
  database: Database,
  clock: Clock,
  command: JobCommand,
  body: NewPartUse,
): Promise<void> {
  const at = isoOf(instantOf(body.at, clock, 'The issue'));
  const { part, quantity } = body;
  const entry: Entry = { part, serial: body.serial ?? null, lot: body.lot ?? null, at, actor: command.actor };
  await changeJob(database, command, async (tx, job) => {
    requireActuals(job);
    const terms = await partOf(tx, part);
    requireTraceable(part, terms, body);
    const uses = await usesOf(tx, job, part);
    if (quantity > 0 && terms.controlledBy === 'serial' && outstanding(uses, entry.serial, entry.lot).length > 0) {
      throw new Problem('refused', `Serial ${entry.serial} of part ${part} is on this job already`);
    }
    const { unitCostMinor, currency } = terms;
    const lines = quantity > 0 ? [{ unitCostMinor, currency, quantity }] : returnsOf(uses, entry, -quantity);
    for (const line of lines) await write(tx, job, entry, line);
  });
}
