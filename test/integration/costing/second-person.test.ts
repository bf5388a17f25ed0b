// What takes two people: proposals move nothing before another person approved them, nobody approves their own, each is decided
// once, and the database holds all of it by itself. Requests to close or reopen a month can be taken back.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EVERYTHING } from '../../../src/contracts/access.ts';
import { closeByTwo, EVERY_REASON, reopenByTwo } from '../../support/close-period.ts';
import { type ServiceWorld, startServiceWorld } from '../../support/service-world.ts';
import { postByTwo } from '../../support/two-people.ts';

const PERIOD = '2026-03';
let world: ServiceWorld;
beforeAll(async () => {
  world = await startServiceWorld();
  await world.costing.allocation.createPool({ code: 'depot', name: { en: 'Depot', zh: '库房' } });
});
afterAll(() => world.close());

const posting = (amount: string, own: object = {}) => ({
  pool: 'depot',
  element: 'overhead' as const,
  amount: { amount, currency: 'CNY' },
  occurredOn: `${PERIOD}-02`,
  note: 'rent',
  ...own,
});
let keys = 0;
const propose = async (amount: string, author = 'anna') =>
  (await world.costing.postings.postShared(posting(amount), author, `key ${(keys += 1)}`)).id;
const total = async (period = PERIOD): Promise<string> =>
  (await world.costing.reads.summary({ by: '', period }, EVERYTHING)).total.amount;

describe('postings by hand', () => {
  it('whoever proposes, approves and withdraws in whatever order: what others approved is in the books, once, and nothing else', async () => {
    const people = fc.constantFrom('anna', 'ben', 'cao');
    const act = fc.record({ what: fc.constantFrom('propose', 'approve', 'withdraw'), who: people, pick: fc.nat(30) });
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 5, maxLength: 25 }), async (acts) => {
        const before = Number(await total());
        const open = new Map<number, { author: string; isWaiting: boolean }>();
        let approved = 0;
        for (const { what, who, pick } of acts) {
          if (what === 'propose') {
            open.set(await propose('1.00', who), { author: who, isWaiting: true });
            continue;
          }
          const [id, entry] = [...open][pick % Math.max(open.size, 1)] ?? [];
          if (id === undefined || entry === undefined) continue;
          const done = world.costing.postings[what as 'approve' | 'withdraw'](id, who);
          if (!entry.isWaiting) await expect(done).rejects.toThrow(/already/);
          else if (what === 'approve' && entry.author === who) await expect(done).rejects.toThrow(/a second person/);
          else {
            const { decision, fact } = await done;
            expect([decision, fact !== null]).toEqual(what === 'approve' ? ['approved', true] : ['withdrawn', false]);
            entry.isWaiting = false;
            if (what === 'approve') approved += 1;
          }
        }
        expect(Number(await total())).toBe(before + approved);
      }),
      { numRuns: 10, seed: 42 },
    );
  });

  it('are one under one key, and refused under a key that posted something else', async () => {
    const { postings } = world.costing;
    const first = await postings.postShared(posting('7.00'), 'anna', 'bill 7');
    expect(await postings.postShared(posting('7.00'), 'anna', 'bill 7')).toEqual(first);
    for (const other of [posting('7.01'), posting('7.00', { note: 'other' }), posting('7.00', { element: 'labour' })])
      await expect(postings.postShared(other, 'anna', 'bill 7')).rejects.toMatchObject({
        code: 'idempotency-mismatch',
        message: expect.stringMatching(/posted something else as posting \d+/),
      });
    await expect(postings.postShared(posting('7.001'), 'anna', 'x')).rejects.toThrow(/more decimals than CNY has/);
    await expect(postings.postShared(posting('7.00', { pool: 'none' }), 'anna', 'x')).rejects.toThrow(/no cost pool/);
  });

  it('take a fact back once: a second reversal is refused while one waits, and when it is there', async () => {
    const { postings } = world.costing;
    const fact = await postByTwo(world.costing, posting('5.00'), 'bill 5');
    const waits = await postings.reverse(fact.id, 'wrong', 'anna');
    expect(waits).toMatchObject({ reverses: fact.id, amount: { amount: '-5.00' }, fact: null });
    await expect(postings.reverse(fact.id, 'wrong', 'ben')).rejects.toThrow(/waits for a second person already/);
    await postings.withdraw(waits.id, 'anna');
    const before = Number(await total());
    const { id } = await postings.reverse(fact.id, 'wrong', 'ben');
    const { fact: reversal } = await postings.approve(id, 'anna');
    expect(await total()).toBe((before - 5).toFixed(2));
    await expect(postings.reverse(fact.id, 'again', 'anna')).rejects.toThrow(`by fact ${reversal}`);
    await expect(postings.reverse(reversal ?? 0, 'undo', 'anna')).rejects.toThrow(/itself a reversal/);
  });

  it('approved after their month was closed adjust the next one', async () => {
    const id = await propose('3.00');
    const waiting = (await world.costing.periods.one(PERIOD)).checklist.find(
      ({ item }) => item === 'proposals-waiting',
    );
    expect(waiting?.n).toBeGreaterThan(0);
    await closeByTwo(world.costing.periods, PERIOD);
    const closed = await total();
    const { fact } = await world.costing.postings.approve(id, 'ben');
    expect(await world.costing.reads.fact(fact ?? 0, EVERYTHING)).toMatchObject({
      period: '2026-04',
      adjustmentOf: PERIOD,
      note: `adjustment of ${PERIOD}: rent`,
    });
    expect([await total(), await total('2026-04')]).toEqual([closed, '3.00']);
    await reopenByTwo(world.costing.periods, PERIOD);
  });
});

describe('rates, exchange rates and merges', () => {
  const rate = (amount: string) => ({
    kind: 'travel-km' as const,
    engineer: null,
    amount: { amount, currency: 'CNY' },
    effectiveFrom: '2026-05-01T00:00:00.000Z',
  });

  it('that were withdrawn make room for the right one', async () => {
    const { rates } = world.costing;
    const wrong = await rates.create(rate('20.00'), 'anna');
    await expect(rates.create(rate('2.00'), 'ben')).rejects.toThrow(/already/);
    await rates.withdraw(wrong.id, 'ben');
    const right = await rates.create(rate('2.00'), 'anna');
    await expect(rates.approve(right.id, 'anna')).rejects.toThrow(/second person/);
    expect(await rates.approve(right.id, 'ben')).toMatchObject({ decision: 'approved', decidedBy: 'ben' });
    await expect(rates.approve(wrong.id, 'anna')).rejects.toThrow(/withdrawn by ben already/);
    await expect(rates.approve(2_000_000, 'anna')).rejects.toMatchObject({ code: 'not-found' });
  });

  it('look once more when they are approved: a month closed since, a loop, a newer decision', async () => {
    const { exchangeRates, mappings, periods } = world.costing;
    const exchange = (value: string, effectiveFrom: string) =>
      exchangeRates.create({ currency: 'EUR', against: 'CNY', rate: value, effectiveFrom }, 'anna');
    await exchangeRates.approve((await exchange('7.5', '2026-01-01')).id, 'ben');
    const late = await exchange('8', `${PERIOD}-15`);
    await closeByTwo(periods, PERIOD);
    await expect(exchangeRates.approve(late.id, 'ben')).rejects.toThrow(/2026-03 is closed and reported at another/);
    await reopenByTwo(periods, PERIOD);
    const merge = (from: string, to: string) =>
      mappings.create({ dimension: 'service-type', from, to, reason: 'one now' }, 'anna');
    const [there, back] = [await merge('bench', 'remote'), await merge('remote', 'bench')];
    await mappings.approve(there.id, 'ben');
    await expect(mappings.approve(back.id, 'ben')).rejects.toThrow(/remote counts as bench counts as remote/);
    const [older, newer] = [await merge('bench', 'subcontract'), await merge('bench', 'on-site')];
    await mappings.approve(newer.id, 'ben');
    await expect(mappings.approve(older.id, 'ben')).rejects.toThrow(/decided anew/);
    expect((await mappings.list()).filter(({ isInForce }) => isInForce).map(({ to }) => to)).toEqual(['on-site']);
  });
});

it('the database holds it by itself: no own approval, no change of what was proposed or decided', async () => {
  const { database, costing } = world;
  const id = await propose('9.00');
  const approve = (by: string) =>
    `UPDATE manual_posting SET decision = 'approved', decided_by = '${by}', decided_at = now() WHERE id = ${id}`;
  await expect(database.query(approve('anna'))).rejects.toThrow(/manual_posting_second_person/);
  await costing.postings.approve(id, 'ben');
  for (const statement of [
    approve('cao'),
    `UPDATE manual_posting SET decision = NULL, decided_by = NULL, decided_at = NULL WHERE id = ${id}`,
    'UPDATE manual_posting SET amount_minor = 1',
    'UPDATE rate SET amount_minor = 1',
    'UPDATE exchange_rate SET rate = 1',
    `UPDATE dimension_mapping SET to_code = 'x'`,
    'DELETE FROM rate',
    'TRUNCATE exchange_rate',
    'DELETE FROM manual_posting',
  ])
    await expect(database.query(statement)).rejects.toThrow(/append-only/);
  for (const table of ['rate', 'exchange_rate', 'dimension_mapping', 'manual_posting']) {
    const { rows } = await database.query<{ rule: string }>(
      `SELECT pg_get_constraintdef(oid) AS rule FROM pg_constraint WHERE conname = '${table}_second_person'`,
    );
    expect(rows[0]?.rule).toMatch(/decided_by <> author/);
  }
});

describe('a request to close or reopen a month', () => {
  it('can be taken back before it is approved: the month is what it was, and can be asked for again', async () => {
    const { periods } = world.costing;
    const close = () => periods.close(PERIOD, { reasons: EVERY_REASON }, 'anna');
    await close();
    expect(await periods.withdraw(PERIOD, 'cao')).toEqual({ period: PERIOD, state: 'open' });
    await expect(periods.approve(PERIOD, 'ben')).rejects.toThrow(/nobody asked/);
    await expect(periods.withdraw(PERIOD, 'anna')).rejects.toThrow(/nobody asked/);
    expect((await periods.one(PERIOD)).steps[0]).toMatchObject({ kind: 'close', withdrawnBy: 'cao', approvedBy: null });
    await close();
    await periods.approve(PERIOD, 'ben');
    await periods.reopen(PERIOD, { reason: 'a bill is missing' }, 'anna');
    expect(await periods.withdraw(PERIOD, 'anna')).toEqual({ period: PERIOD, state: 'closed' });
    expect((await periods.list()).find(({ period }) => period === PERIOD)?.state).toBe('closed');
    await expect(periods.approve(PERIOD, 'ben')).rejects.toThrow(/nobody asked/);
    const { rows } = await world.database.query<{ id: number }>('SELECT max(id) AS id FROM period_step');
    await expect(
      world.database.query(`INSERT INTO period_step_approval (step_id, actor, at) VALUES ($1, 'ben', now())`, [
        rows[0]?.id,
      ]),
    ).rejects.toThrow(/decided already/);
  });

  it('of two at once one asks and the other is led to approve it; who asks again takes the place of their own', async () => {
    const { periods } = world.costing;
    const reasons = { reasons: EVERY_REASON };
    const undecided = async () =>
      (await periods.one(PERIOD)).steps.filter((step) => step.approvedBy === null && step.withdrawnBy === null);
    for (const ask of [
      (actor: string) => periods.reopen(PERIOD, { reason: 'a bill is missing' }, actor),
      (actor: string) => periods.close(PERIOD, reasons, actor),
    ]) {
      const both = await Promise.allSettled([ask('anna'), ask('ben')]);
      expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      const refused = both.find((one) => one.status === 'rejected');
      expect(String(refused?.reason)).toMatch(/asked for this already; approve it or withdraw it/);
      const [first] = await undecided();
      await ask(first?.author ?? '');
      const [again, ...others] = await undecided();
      expect([again?.author, others]).toEqual([first?.author, []]);
      expect((await periods.one(PERIOD)).steps.find(({ id }) => id === first?.id)?.withdrawnBy).toBe(first?.author);
      await periods.approve(PERIOD, first?.author === 'anna' ? 'ben' : 'anna');
      expect(await undecided()).toEqual([]);
    }
  });
});
