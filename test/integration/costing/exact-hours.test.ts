// Time as it was captured drives what is shared out, to the millisecond: hours are rounded where they are shown and nowhere else.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EVERYTHING } from '../../../src/contracts/access.ts';
import { minorOf } from '../../../src/contracts/money.ts';
import { HOUR_MS, isoOf, periodOf } from '../../../src/contracts/time.ts';
import { verifyBooks } from '../../../src/costing/books.ts';
import { shareOut } from '../../../src/costing/core/largest-remainder.ts';
import { COSTING_CONSUMER } from '../../../src/costing/costing.ts';
import { postFacts } from '../../../src/costing/facts.ts';
import { JOB_EVENTS } from '../../../src/costing/job-facts.ts';
import { closeByTwo } from '../../support/close-period.ts';
import { putInForce } from '../../support/cycles.ts';
import { type ServiceWorld, startServiceWorld } from '../../support/service-world.ts';
import { addByTwo, postByTwo, reverseByTwo } from '../../support/two-people.ts';

const ACTOR = 'controller';
const MINUTE_MS = 60_000;
const cny = (amount: string) => ({ amount, currency: 'CNY' });

let world: ServiceWorld;
beforeAll(async () => {
  world = await startServiceWorld();
  const { allocation } = world.costing;
  await allocation.createPool({ code: 'training', name: { en: 'Training', zh: '培训' } });
  await allocation.createPool({ code: 'hotline', name: { en: 'Hotline', zh: '热线' } });
  await putInForce(allocation, {
    code: 'hours',
    version: 1,
    effectiveFrom: '2022-01',
    method: 'direct',
    segments: [
      { pool: 'training', driver: 'work-order-hours' },
      { pool: 'hotline', driver: 'remote-minutes' },
    ],
  });
});
afterAll(() => world.close());

/** A job at work from `opened` on. */
async function atWork(opened: string) {
  const { commands } = world.service;
  const { id } = await commands.open({ device: 'MRI-1', kind: 'inspection', at: opened }, ACTOR);
  const job = { workOrderId: id, actor: ACTOR };
  for (const to of ['approved', 'on-site'] as const) await commands.transition(job, { to, at: opened });
  const worked = (from: string, ms: number, category: 'repair' | 'remote' = 'repair') =>
    commands.recordLabour(job, { engineer: 'wang', from, to: isoOf(Date.parse(from) + ms), category });
  return { id, worked };
}
const post = (pool: string, amount: string, month: string) =>
  postByTwo(
    world.costing,
    { pool, element: 'overhead', amount: cny(amount), occurredOn: `${month}-02`, note: month },
    `${pool} ${month}`,
  );
async function allocated(month: string): Promise<Map<number, string>> {
  await world.costing.idle();
  const { rows } = await world.costing.reads.summary(
    { by: 'work-order', period: month, filter: 'pool:training|hotline' },
    EVERYTHING,
  );
  return new Map(rows.map((row) => [Number(row.keys['work-order']), row.allocated.amount]));
}
const booksBreak = async () => (await verifyBooks(world.database, COSTING_CONSUMER, JOB_EVENTS)).firstBreak;

describe('drivers of captured time', () => {
  it('any spans share a pool out as their milliseconds say', async () => {
    const spans = fc.array(fc.integer({ min: 1, max: 7 * HOUR_MS }), { minLength: 2, maxLength: 4 });
    let month = 0;
    await fc.assert(
      fc.asyncProperty(spans, async (lengths) => {
        month += 1;
        const code = periodOf(Date.UTC(2022, month));
        const jobs: number[] = [];
        for (const [index, ms] of lengths.entries()) {
          const from = `${code}-${String(index + 3).padStart(2, '0')}T08:00:00.000Z`;
          const job = await atWork(from);
          await job.worked(from, ms);
          jobs.push(job.id);
        }
        await post('training', '100000.00', code);
        const amounts = await allocated(code);
        const shares = shareOut(10_000_000, Float64Array.from(lengths)) as Float64Array;
        expect(jobs.map((id) => Number(minorOf(cny(amounts.get(id) ?? '0.00'))))).toEqual([...shares]);
      }),
      { numRuns: 8, seed: 4 },
    );
    expect(await booksBreak()).toBeNull();
  });

  it('jobs of 20 and 40 minutes share 100,000.00 as one and two thirds, hours by hand beside them', async () => {
    const short = await atWork('2025-09-03T08:00:00Z');
    await short.worked('2025-09-03T08:00:00Z', 20 * MINUTE_MS);
    const long = await atWork('2025-09-04T08:00:00Z');
    await long.worked('2025-09-04T08:00:00Z', 40 * MINUTE_MS);
    await post('training', '100000.00', '2025-09');
    expect(await allocated('2025-09')).toEqual(
      new Map([
        [short.id, '33333.33'],
        [long.id, '66666.67'],
      ]),
    );
    // Of an hour that nobody captured thousandths are known, on the same scale.
    await world.database.transaction((tx) =>
      postFacts(tx, '2025-09-05T00:00:00.000Z', [
        {
          amountMinor: 100n,
          currency: 'CNY',
          element: 'labour',
          quantityMilli: 500n,
          unit: 'h',
          occurredOn: '2025-09-05',
          source: { type: 'labour', id: 'by hand' },
          idempotencyKey: 'labour by hand',
          dimensions: {},
          workOrderId: short.id,
          pool: null,
          reversalOf: null,
          actor: ACTOR,
          note: null,
        },
      ]),
    );
    // 50 and 40 minutes of 90.
    expect(await allocated('2025-09')).toEqual(
      new Map([
        [short.id, '55555.56'],
        [long.id, '44444.44'],
      ]),
    );
    const [hours] = await world.costing.allocation.drivers({ period: '2025-09', driver: 'work-order-hours' });
    expect([hours?.unit, hours?.total]).toEqual(['h', 1.5]);
  });

  it('ten minutes on the telephone are ten minutes', async () => {
    const job = await atWork('2025-10-03T08:00:00Z');
    await job.worked('2025-10-03T08:00:00Z', 10 * MINUTE_MS, 'remote');
    await world.costing.idle();
    const [minutes] = await world.costing.allocation.drivers({ period: '2025-10', driver: 'remote-minutes' });
    expect([minutes?.unit, minutes?.total]).toEqual(['min', 10]);
  });
});

describe('a span over a change of rate and the end of a month', () => {
  it('costs each part at its own rate in its own month; taken back part by part, and captured once', async () => {
    const rate = (amount: string, effectiveFrom: string) =>
      addByTwo(world.costing.rates, { kind: 'labour-hour', engineer: 'zhao', amount: cny(amount), effectiveFrom });
    await rate('100.00', '2026-01-01T00:00:00Z');
    await rate('200.00', '2026-04-01T00:00:00Z');
    const { commands } = world.service;
    const { id } = await commands.open({ device: 'MRI-2', kind: 'inspection', at: '2026-03-31T20:00:00Z' }, ACTOR);
    const job = { workOrderId: id, actor: ACTOR };
    for (const to of ['approved', 'on-site'] as const)
      await commands.transition(job, { to, at: '2026-03-31T21:00:00Z' });
    const span = { from: '2026-03-31T22:00:00Z', to: '2026-04-01T04:00:00Z', category: 'repair' } as const;
    await commands.recordLabour(job, { engineer: 'zhao', ...span });
    await world.costing.idle();
    const facts = async () =>
      (await world.costing.reads.facts({ filter: `work-order:${id}` }, EVERYTHING)).items.map((fact) => ({
        id: fact.id,
        said: `${fact.period} ${fact.occurredOn} ${fact.quantity} h ${fact.amount.amount}`,
      }));
    const parts = await facts();
    expect(parts.map(({ said }) => said)).toEqual(['2026-04 2026-04-01 4 h 800.00', '2026-03 2026-03-31 2 h 200.00']);
    const cost = async () => (await world.service.reads.one(id, EVERYTHING))?.workOrder.cost;
    expect(await cost()).toEqual([cny('1000.00')]);
    expect(await booksBreak()).toBeNull();
    await reverseByTwo(world.costing, parts[0]?.id ?? 0, 'wrong night');
    expect(await cost()).toEqual([cny('200.00')]);
    const moved = await world.costing.allocation.drivers({ period: '2026-04', driver: 'work-order-hours' });
    expect(moved[0]?.total).toBe(0);
    await closeByTwo(world.costing.periods, '2026-03');
    expect(await booksBreak()).toBeNull();
  });
});
