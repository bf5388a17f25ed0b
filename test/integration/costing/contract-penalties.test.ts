// Penalties as they are posted: in whatever order failures are completed, the facts of a contract add up to what the law of penalties
// says of all of them, under caps, uptime targets and amendments; and a penalty that was taken back makes room again.
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { LoggedEvent } from '../../../src/contracts/events.ts';
import { EVERYTHING } from '../../../src/contracts/access.ts';
import { readContracts } from '../../../src/costing/contracts/contract-rows.ts';
import { dayNumberOf } from '../../../src/costing/core/contract/days.ts';
import { penaltyOwed } from '../../../src/costing/core/contract/penalty.ts';
import { costJobEvent } from '../../../src/costing/job-facts.ts';
import type { Transaction } from '../../../src/db/database.ts';
import { MRI_JOB, type ServiceWorld, startServiceWorld } from '../../support/service-world.ts';

interface Failure {
  id: number;
  day: string;
  minutes: number;
}

let world: ServiceWorld;
beforeAll(async () => {
  world = await startServiceWorld();
});
afterAll(() => world.close());

const completed = ({ id, day, minutes }: Failure): LoggedEvent<'work-order.completed'> => {
  const completedAt = new Date(Date.parse(`${day}T12:00:00Z`) + minutes * 60_000).toISOString();
  const payload = {
    job: { ...MRI_JOB, workOrderId: id },
    alertId: null,
    failureMode: null,
    confirmed: true,
    downtimeMinutes: minutes,
    completedAt,
  };
  return { type: 'work-order.completed', at: completedAt, payload, position: 0 } as LoggedEvent<'work-order.completed'>;
};

class Undo extends Error {}
/** In the books as they are; nothing of it stays. */
async function tried<T>(what: (tx: Transaction) => Promise<T>): Promise<T> {
  let found: T | undefined;
  const work = world.database.transaction(async (tx) => {
    found = await what(tx);
    throw new Undo();
  });
  await expect(work).rejects.toThrow(Undo);
  return found as T;
}

interface Agreed {
  restoration: number | null;
  uptime: number | null;
  cap: bigint | null;
}
const agree = (tx: Transaction, { restoration, uptime, cap }: Agreed) =>
  tx.query(
    `UPDATE contract SET restoration_hours = $1, uptime_target = $2, penalty_cap_minor = $3 WHERE code = 'c-renji'`,
    [restoration, uptime, cap],
  );

interface PenaltyRow {
  id: bigint;
  key: string;
  amount: bigint;
}
async function penaltiesAfter(tx: Transaction, failures: readonly Failure[]): Promise<PenaltyRow[]> {
  for (const failure of failures) await costJobEvent(tx, completed(failure));
  const { rows } = await tx.query<PenaltyRow>(
    `SELECT id, idempotency_key AS key, amount_minor AS amount FROM cost_fact WHERE element = 'downtime-penalty' ORDER BY id`,
  );
  return rows;
}
const sum = (rows: readonly PenaltyRow[]): bigint => rows.reduce((total, { amount }) => total + amount, 0n);

const CAPPED: Agreed = { restoration: 8, uptime: null, cap: 50_000n };

it('are those the law owes for all failures, in every order and however often each is told', async () => {
  const failures = fc
    .array(fc.record({ days: fc.integer({ min: -5, max: 164 }), minutes: fc.integer({ min: 0, max: 9_000 }) }), {
      maxLength: 6,
    })
    .map((told) =>
      told.map(({ days, minutes }, index): Failure => {
        const day = new Date(Date.UTC(2026, 0, 1 + days)).toISOString().slice(0, 10);
        return { id: 1000 + index, day, minutes };
      }),
    );
  const agreed = fc.record({
    restoration: fc.option(fc.integer({ min: 0, max: 24 })),
    uptime: fc.option(fc.constantFrom(0.97, 0.99, 1)),
    cap: fc.option(fc.bigInt({ min: 0n, max: 20_000_000n })),
  });
  await fc.assert(
    fc.asyncProperty(failures, agreed, async (all, terms) => {
      await tried(async (tx) => {
        await agree(tx, terms);
        const [contract] = await readContracts(tx, EVERYTHING, { code: 'c-renji' });
        if (contract === undefined) throw new Error('there is no c-renji');
        const downtimes = all.map(({ day, minutes }) => ({ day: dayNumberOf(day), minutes }));
        const owed = penaltyOwed(contract, downtimes, contract.devices).amountMinor;
        const posted = await penaltiesAfter(
          tx,
          [...all].reverse().flatMap((one) => [one, one]),
        );
        expect(sum(posted)).toBe(owed);
        expect(posted.every(({ amount }) => amount > 0n)).toBe(true);
      });
    }),
    { numRuns: 40 },
  );
});

it('end at the cap of the contract year', async () => {
  // 58 h down, 8 of them agreed, at 1,000.00 an hour: 500.00 is all that a year owes.
  const first = { id: 1, day: '2026-03-01', minutes: 58 * 60 };
  const second = { id: 2, day: '2026-03-20', minutes: 58 * 60 };
  const posted = await tried(async (tx) => {
    await agree(tx, CAPPED);
    return penaltiesAfter(tx, [first, second]);
  });
  expect(posted.map(({ key, amount }) => [key, amount])).toEqual([['downtime:1', 50_000n]]);
});

it('are owed for the hours beyond an uptime target', async () => {
  // 2 % of 365 days of one device are 175.2 h: the second failure ends 4.8 h beyond.
  const posted = await tried(async (tx) => {
    await agree(tx, { restoration: null, uptime: 0.98, cap: null });
    return penaltiesAfter(tx, [
      { id: 1, day: '2026-02-01', minutes: 100 * 60 },
      { id: 2, day: '2026-04-01', minutes: 80 * 60 },
    ]);
  });
  expect(posted.map(({ key, amount }) => [key, amount])).toEqual([['downtime:2', 480_000n]]);
});

it('are owed for a failure on the first and the last day, and for none before or after', async () => {
  const owed = await tried(async (tx) => {
    await agree(tx, { restoration: null, uptime: null, cap: null });
    await tx.query(`UPDATE contract SET starts_on = '2026-02-01', ends_on = '2026-05-31' WHERE code = 'c-renji'`);
    const days = ['2026-01-31', '2026-02-01', '2026-05-31', '2026-06-01'];
    return penaltiesAfter(
      tx,
      days.map((day, index) => ({ id: index, day, minutes: 60 })),
    );
  });
  expect(owed.map(({ key }) => key)).toEqual(['downtime:1', 'downtime:2']);
});

it('that were taken back leave their room under the cap to others', async () => {
  const posted = await tried(async (tx) => {
    await agree(tx, CAPPED);
    const [wrong] = await penaltiesAfter(tx, [{ id: 1, day: '2026-03-01', minutes: 58 * 60 }]);
    await tx.query(
      `INSERT INTO cost_fact (amount_minor, currency, element, quantity_milli, unit, occurred_on, period, source_type, source_id,
         idempotency_key, reversal_of, actor, work_order_id)
       SELECT -amount_minor, currency, element, -quantity_milli, unit, occurred_on, period, 'reversal', id::text, 'reversal:' || id,
         id, 'x', work_order_id FROM cost_fact WHERE id = $1`,
      [wrong?.id],
    );
    return penaltiesAfter(tx, [{ id: 2, day: '2026-03-20', minutes: 58 * 60 }]);
  });
  expect(posted.map(({ amount }) => amount)).toEqual([50_000n, -50_000n, 50_000n]);
});
