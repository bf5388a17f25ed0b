import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EVERYTHING } from '../../../src/contracts/access.ts';
import type { LoggedEvent } from '../../../src/contracts/events.ts';
import { startCosting } from '../../../src/costing/costing.ts';
import { costJobEvent, type JobEvent } from '../../../src/costing/job-facts.ts';
import { appendEvent } from '../../../src/db/event-log.ts';
import { survivalAt } from '../../../src/predictor/survival/survival-reads.ts';
import { putInForce } from '../../support/cycles.ts';
import { MRI_JOB, type ServiceWorld, startServiceWorld } from '../../support/service-world.ts';
import { postByTwo } from '../../support/two-people.ts';

const at = '2026-05-31T23:30:00.000Z';
const event = (type: JobEvent, payload: object): LoggedEvent<JobEvent> =>
  ({
    type,
    at,
    payload: { job: MRI_JOB, ...payload },
    position: 0,
    recordedAt: at,
  }) as unknown as LoggedEvent<JobEvent>;

/** One event of every kind a job is costed by. */
const EVENTS: readonly LoggedEvent<JobEvent>[] = [
  event('work-order.labour-recorded', {
    labourId: 1,
    engineer: 'wang',
    hoursMilli: 1333,
    from: at,
    to: '2026-06-01T00:50:00.000Z',
    category: 'repair',
  }),
  event('work-order.travel-recorded', {
    travelId: 1,
    engineer: 'li',
    hoursMilli: 333,
    distanceM: 5000,
    fareMinor: '150',
    currency: 'EUR',
    at,
  }),
  event('work-order.part-recorded', {
    partUseId: 1,
    part: 'P-GAS',
    quantity: 2,
    unitCostMinor: '90001',
    currency: 'CNY',
    at,
  }),
  event('work-order.part-recorded', {
    partUseId: 2,
    part: 'P-GAS',
    quantity: -1,
    unitCostMinor: '90001',
    currency: 'CNY',
    at,
  }),
  event('work-order.charge-recorded', {
    chargeId: 1,
    element: 'freight',
    amountMinor: '777',
    currency: 'CNY',
    at,
    note: '',
  }),
  event('work-order.completed', {
    alertId: null,
    failureMode: null,
    confirmed: true,
    downtimeMinutes: 1000,
    completedAt: at,
  }),
];

let world: ServiceWorld;
beforeAll(async () => {
  world = await startServiceWorld();
});
afterAll(() => world.close());

class Undo extends Error {}

/** The facts these events leave in empty books; nothing of it stays. */
async function factsAfter(events: readonly LoggedEvent<JobEvent>[]): Promise<unknown[]> {
  let facts: unknown[] = [];
  const work = world.database.transaction(async (tx) => {
    for (const each of events) await costJobEvent(tx, each);
    const { rows } = await tx.query(
      `SELECT idempotency_key, amount_minor, currency, element, quantity_milli, unit, period, engineer FROM cost_fact ORDER BY 1`,
    );
    facts = rows;
    throw new Undo();
  });
  await expect(work).rejects.toThrow(Undo);
  return facts;
}

describe('costing the event log', () => {
  it('any order, any repetition: the same facts', async () => {
    const once = await factsAfter(EVENTS);
    expect(once).toHaveLength(9);
    const shuffled = fc
      .shuffledSubarray([...EVENTS], { minLength: EVENTS.length })
      .chain((all) => fc.array(fc.constantFrom(...EVENTS), { maxLength: 6 }).map((more) => [...all, ...more]));
    await fc.assert(
      fc.asyncProperty(shuffled, async (events) => {
        expect(await factsAfter(events)).toEqual(once);
      }),
      { numRuns: 20 },
    );
  });

  it('takes the rates in force while the span went on and the penalty of the contract', async () => {
    const facts = (await factsAfter(EVENTS)) as { idempotency_key: string; amount_minor: bigint; currency: string }[];
    const amounts = Object.fromEntries(facts.map((f) => [f.idempotency_key, `${f.amount_minor} ${f.currency}`]));
    expect(amounts).toEqual({
      // 30 min x 320.00, May's rate, and 50 min x 360.00, June's
      'labour:1': '16000 CNY',
      'labour:1:2026-06-01T00:00:00.000Z': '30000 CNY',
      'travel:1:time': '4000 CNY',
      'travel:1:distance': '900 CNY',
      'travel:1:fare': '150 EUR',
      'part:1': '180002 CNY',
      'part:2': '-90001 CNY',
      'charge:1': '777 CNY',
      // 1000 - 480 min x 1,000.00 an hour
      'downtime:1': '866667 CNY',
    });
  });

  it('an event that cannot be costed is parked with what to do, and the rest goes on', async () => {
    const [, travel, part] = EVENTS as [
      LoggedEvent<JobEvent>,
      LoggedEvent<'work-order.travel-recorded'>,
      LoggedEvent<JobEvent>,
    ];
    // The world's rates begin with 2026.
    const early = { ...travel, payload: { ...travel.payload, at: '2025-12-31T23:59:59Z' } };
    await world.database.transaction(async (tx) => {
      appendEvent(tx, early);
      appendEvent(tx, part);
    });
    await world.costing.idle();
    const { rows } = await world.database.query<{ consumer: string; error: string }>('SELECT * FROM consumer_failure');
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ consumer: 'costing', error: expect.stringMatching(/no travel-km rate.*add one/) });
    expect((await world.costing.reads.facts({}, EVERYTHING)).items.map((fact) => fact.source.type)).toEqual(['part']);
  });

  it('after a kill between a fact and its allocation, the next start spreads it', async () => {
    const { costing, database } = world;
    await costing.allocation.createPool({ code: 'depot', name: { en: 'Depot', zh: '库房' } });
    await putInForce(costing.allocation, {
      code: 'c',
      version: 1,
      effectiveFrom: '2026-01',
      method: 'direct',
      segments: [{ pool: 'depot', driver: 'parts-value' }],
    });
    await costing.idle();
    await costing.close();
    const amount = { amount: '99.99', currency: 'CNY' };
    await postByTwo(
      costing,
      { pool: 'depot', element: 'overhead', amount, occurredOn: '2026-05-05', note: 'rent' },
      'k',
    );
    const query = { by: 'work-order', period: '2026-05' };
    expect((await costing.reads.summary(query, EVERYTHING)).unallocated).toEqual(amount);
    const { eventLog, clock, log } = world;
    const restarted = await startCosting({
      database,
      eventLog,
      clock,
      log,
      currency: 'CNY',
      survivalAt: survivalAt(database),
    });
    await restarted.idle();
    const after = await restarted.reads.summary(query, EVERYTHING);
    expect(after).toMatchObject({ allocated: amount, unallocated: { amount: '0.00' } });
    expect(after.rows.find((row) => row.keys['work-order'] === '1')?.allocated).toEqual(amount);
    await restarted.close();
  });
});
