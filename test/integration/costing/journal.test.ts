import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { COST_ELEMENTS } from '../../../src/contracts/costs.ts';
import { verifyBooks } from '../../../src/costing/books.ts';
import { COSTING_CONSUMER } from '../../../src/costing/costing.ts';
import { cubeBreak } from '../../../src/costing/cube-law.ts';
import { postFacts } from '../../../src/costing/facts.ts';
import { JOB_EVENTS } from '../../../src/costing/job-facts.ts';
import { claimExport } from '../../../src/costing/journal-export.ts';
import type { NewFact } from '../../../src/costing/new-fact.ts';
import { closeByTwo, reopenByTwo } from '../../support/close-period.ts';
import { putInForce } from '../../support/cycles.ts';
import { type ServiceWorld, startServiceWorld } from '../../support/service-world.ts';
import { reverseByTwo } from '../../support/two-people.ts';

let world: ServiceWorld;
beforeAll(async () => {
  world = await startServiceWorld();
  const { allocation } = world.costing;
  for (const code of ['depot', 'desk']) await allocation.createPool({ code, name: { en: code, zh: code } });
  await putInForce(allocation, {
    code: 'overhead',
    version: 1,
    effectiveFrom: '2025-01',
    method: 'reciprocal',
    segments: [
      { pool: 'depot', driver: 'installed-devices', services: [{ pool: 'desk', share: 0.2 }] },
      { pool: 'desk', driver: 'work-order-hours', services: [{ pool: 'depot', share: 0.1 }] },
    ],
  });
});
afterAll(() => world.close());

const MONTHS = ['2025-11', '2025-12', '2026-01', '2026-02'] as const;
let keys = 0;
const fact = (own: Partial<NewFact>): NewFact => ({
  amountMinor: 1_00n,
  currency: 'CNY',
  element: 'labour',
  quantityMilli: 1000n,
  unit: 'h',
  occurredOn: '2026-01-05',
  source: { type: 'test', id: '1' },
  idempotencyKey: `journal:${(keys += 1)}`,
  dimensions: { device: 'MRI-1', product: 'mri-15' },
  workOrderId: null,
  pool: null,
  reversalOf: null,
  actor: 'test',
  note: null,
  ...own,
});
const post = (...facts: NewFact[]) => world.database.transaction((tx) => postFacts(tx, '2026-01-05T00:00:00Z', facts));
const booksBreak = async () => (await verifyBooks(world.database, COSTING_CONSUMER, JOB_EVENTS)).firstBreak;
const one = async <T>(sql: string, values: unknown[] = []) => (await world.database.query<T>(sql, values)).rows[0] as T;
/** By currency; the journal of a house is a sum of nothings. */
const leftOver = async () =>
  (
    await world.database.query(
      'SELECT currency, sum(amount_minor) FROM journal_entry GROUP BY 1 HAVING sum(amount_minor) <> 0',
    )
  ).rows;

const act = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('post' as const),
      facts: fc.array(
        fc.record({
          amountMinor: fc.bigInt({ min: -1_000_00n, max: 9_000_00n }),
          currency: fc.constantFrom('CNY', 'EUR', 'JPY'),
          element: fc.constantFrom(...COST_ELEMENTS),
          month: fc.constantFrom(...MONTHS),
          pool: fc.constantFrom(null, 'depot', 'desk'),
        }),
        { minLength: 1, maxLength: 20 },
      ),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('reverse' as const), pick: fc.nat() }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('close' as const), month: fc.constantFrom(...MONTHS) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('reopen' as const), month: fc.constantFrom(...MONTHS) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('run' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('export' as const) }) },
);
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never;

async function perform(step: Act): Promise<void> {
  const { periods, journal } = world.costing;
  if (step.do === 'post') {
    await post(...step.facts.map(({ month, ...own }) => fact({ ...own, occurredOn: `${month}-11` })));
  } else if (step.do === 'reverse') {
    const { rows } = await world.database.query<{ id: bigint }>(
      `SELECT id FROM cost_fact f WHERE reversal_of IS NULL AND NOT EXISTS (SELECT FROM cost_fact r WHERE r.reversal_of = f.id) ORDER BY id`,
    );
    const row = rows[step.pick % Math.max(rows.length, 1)];
    if (row) await reverseByTwo(world.costing, Number(row.id), 'wrong');
  } else if (step.do === 'run') {
    await world.costing.idle();
  } else if (step.do === 'export') {
    await journal.claim({}, 'ledger').catch(() => {});
  } else {
    const { state } = await one<{ state: string | null }>('SELECT max(state) AS state FROM period WHERE code = $1', [
      step.month,
    ]);
    if (state === 'open' && step.do === 'close') await closeByTwo(periods, step.month);
    if (state === 'closed' && step.do === 'reopen') await reopenByTwo(periods, step.month);
  }
}

describe('the journal', () => {
  it('adds up to nothing, and is the facts and the runs, after any postings, reversals, closes and reopenings', {
    timeout: 120_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 3, maxLength: 12 }), async (steps) => {
        for (const step of steps) await perform(step);
        expect(await leftOver()).toEqual([]);
        await world.costing.idle();
        expect(await booksBreak()).toBeNull();
        expect(await cubeBreak(world.database)).toBeNull();
      }),
      { seed: 33, numRuns: 12, endOnFailure: true },
    );
    const seen = await one<Record<string, number>>(
      `SELECT count(*) FILTER (WHERE kind = 'facts')::integer AS facts, count(*) FILTER (WHERE kind = 'run')::integer AS runs,
              count(*) FILTER (WHERE kind = 'reversal')::integer AS reversals FROM journal`,
    );
    expect(Math.min(seen['facts'] ?? 0, seen['runs'] ?? 0, seen['reversals'] ?? 0)).toBeGreaterThan(0);
  });

  it('enters a fact once, on the accounts of its element, and its reversal on the same ones', async () => {
    const posted = await post(
      fact({ element: 'parts', amountMinor: 1_234n, idempotencyKey: 'once', occurredOn: '2026-05-03' }),
    );
    await post(fact({ element: 'parts', amountMinor: 1_234n, idempotencyKey: 'once', occurredOn: '2026-05-03' }));
    const id = posted[0]?.id as number;
    const reversal = await reverseByTwo(world.costing, id, 'wrong');
    const entriesOf = async (of: number) =>
      (await world.costing.journal.entries({ fact: of })).items.map(({ account, debit, credit, postedOn }) => [
        account.code,
        debit?.amount ?? null,
        credit?.amount ?? null,
        postedOn,
      ]);
    expect(await entriesOf(id)).toEqual([
      ['5020', '12.34', null, '2026-05-03'],
      ['1300', null, '12.34', '2026-05-03'],
    ]);
    expect(await entriesOf(reversal.id)).toEqual([
      ['5020', null, '12.34', '2026-05-03'],
      ['1300', '12.34', null, '2026-05-03'],
    ]);
  });

  it('takes another account from a month on once a second person approved it; entries that are there stay', async () => {
    const { journal } = world.costing;
    await journal.addAccount({ code: '5021', name: { en: 'Dear parts', zh: '贵重备件' }, kind: 'expense' });
    const mapping = { element: 'parts', role: 'direct', account: '5021', effectiveFrom: '2026-06' } as const;
    const draft = await journal.draftMapping(mapping, 'writer');
    await expect(journal.approveMapping(draft.id, 'writer')).rejects.toThrow(/second person/);
    await expect(
      world.database.query(`INSERT INTO account_mapping_approval VALUES ($1, 'writer', now())`, [draft.id]),
    ).rejects.toThrow(/second person/);
    const late = await journal.draftMapping({ ...mapping, effectiveFrom: '2026-05' }, 'writer');
    await expect(journal.approveMapping(late.id, 'second')).rejects.toThrow(/later month/);
    const [old] = await post(fact({ element: 'parts', occurredOn: '2026-05-03' }));
    await journal.approveMapping(draft.id, 'second');
    const [fresh] = await post(fact({ element: 'parts', occurredOn: '2026-06-03' }));
    const debited = async (id?: number) => (await journal.entries({ fact: id ?? 0 })).items[0]?.account.code;
    expect([await debited(old?.id), await debited(fresh?.id)]).toEqual(['5020', '5021']);
    await closeByTwo(world.costing.periods, '2026-05');
    const reversal = await reverseByTwo(world.costing, old?.id ?? 0, 'late');
    expect([reversal.period, await debited(reversal.id)]).toEqual(['2026-06', '5020']);
    expect(await booksBreak()).toBeNull();
  });

  it('is kept by the database: balanced, complete at once, never changed, nothing into a closed period', async () => {
    const { database } = world;
    const enter = (amounts: number[], into?: string) =>
      database.transaction(async (tx) => {
        const made =
          into ??
          (
            await tx.query<{ id: bigint }>(
              `INSERT INTO journal (kind, period) VALUES ('facts', '2026-06') RETURNING id`,
            )
          ).rows[0]?.id;
        for (const [line, amount] of amounts.entries())
          await tx.query(
            `INSERT INTO journal_entry (journal_id, line, role, account, element, amount_minor, currency, posted_on)
             VALUES ($1, $2, 'direct', '5010', 'labour', $3, 'CNY', '2026-06-01')`,
            [made, line + 900, amount],
          );
      });
    await expect(enter([5, -4])).rejects.toThrow(/does not balance: 1 CNY/);
    await expect(enter([])).rejects.toThrow(/no entries/);
    const { id } = await one<{ id: bigint }>('SELECT min(id) AS id FROM journal');
    await expect(enter([5, -5], String(id))).rejects.toThrow(/is complete/);
    for (const statement of [
      'UPDATE journal_entry SET amount_minor = 1',
      'DELETE FROM journal',
      'TRUNCATE journal_entry',
      'UPDATE journal_export SET entries = 0',
      'DELETE FROM period_step_approval',
    ])
      await expect(database.query(statement)).rejects.toThrow(/append-only/);
    await expect(
      database.query(
        `INSERT INTO cost_fact (amount_minor, currency, element, quantity_milli, unit, occurred_on, period, source_type, source_id, idempotency_key)
         VALUES (1, 'CNY', 'labour', 1, 'h', '2026-05-01', '2026-05', 'x', 'x', 'x')`,
      ),
    ).rejects.toThrow(/2026-05 is closed/);
    await expect(database.query(`UPDATE period SET state = 'open' WHERE code = '2026-05'`)).rejects.toThrow(
      /two people/,
    );
  });
});

describe('a batch for the general ledger', () => {
  const fileOf = async (batch: number, format: 'csv' | 'json') => {
    let text = '';
    for await (const part of (await world.costing.journal.file(batch, format)).lines) text += part;
    return text;
  };
  const drain = async (limit: number): Promise<number[]> => {
    const batches: number[] = [];
    for (;;) {
      const claim = { period: null, actor: 'ledger', at: '2026-06-15T00:00:00Z', limit };
      const batch = await claimExport(world.database, claim).catch(() => null);
      if (!batch) return batches;
      batches.push(batch.id);
    }
  };

  it('takes every entry once, however many batches there are, and tells the same bytes again', async () => {
    await post(...Array.from({ length: 30 }, () => fact({ occurredOn: '2026-06-02' })));
    await post(fact({ occurredOn: '2026-06-02', dimensions: {} }));
    await drain(40);
    const { items } = await world.costing.journal.exports({ limit: 500 });
    const texts: string[] = [];
    for (const { id, entries } of items) {
      const csv = await fileOf(id, 'csv');
      expect(await fileOf(id, 'csv')).toBe(csv);
      const lines = csv.trimEnd().split('\r\n').slice(1);
      expect(lines).toHaveLength(entries);
      expect(JSON.parse(await fileOf(id, 'json'))).toHaveLength(entries);
      texts.push(...lines.map((line) => line.split(',').slice(1, 3).join(':')));
    }
    const { n } = await one<{ n: number }>('SELECT count(*)::integer AS n FROM journal_entry');
    expect([texts.length, new Set(texts).size]).toEqual([n, n]);
    expect((await world.costing.journal.exports({})).waiting).toBe(0);
    expect(await booksBreak()).toBeNull();
  });

  it('loses nothing to a posting still under way or to a kill in between; what goes by the highest number does', async () => {
    const { database } = world;
    const naive = async (after: bigint) =>
      (await database.query<{ id: bigint }>('SELECT id FROM journal WHERE id > $1 ORDER BY id', [after])).rows.map(
        ({ id }) => id,
      );
    const { start } = await one<{ start: bigint }>('SELECT max(id) AS start FROM journal');
    const batches: number[] = [];
    const byNumber: bigint[] = [];
    if (process.env['TEST_DATABASE_URL'] !== undefined) {
      let commit = (): void => {};
      let isPosted = (): void => {};
      const posted = new Promise<void>((resolve) => (isPosted = resolve));
      const slow = database.transaction(async (tx) => {
        await postFacts(tx, '2026-06-05T00:00:00Z', [fact({ occurredOn: '2026-06-05' })]);
        isPosted();
        await new Promise<void>((resolve) => (commit = resolve));
      });
      await posted;
      await post(fact({ occurredOn: '2026-06-05' }));
      byNumber.push(...(await naive(start)));
      batches.push(...(await drain(40)));
      commit();
      await slow;
      byNumber.push(...(await naive(byNumber.at(-1) ?? start)));
    } else {
      await post(fact({ occurredOn: '2026-06-05' }));
    }
    await post(fact({ occurredOn: '2026-06-05' }));
    // Killed after it took them and before it could say so: nobody has them, and nothing says that somebody does.
    const killed = database.transaction(async (tx) => {
      const { rows } = await tx.query<{ id: bigint }>(
        `INSERT INTO journal_export (claimed_by, claimed_at, journals, entries) VALUES ('killed', now(), 1, 2) RETURNING id`,
      );
      await tx.query(
        'INSERT INTO journal_export_item SELECT max(id), $1 FROM journal WHERE id NOT IN (SELECT journal_id FROM journal_export_item)',
        [rows[0]?.id],
      );
      throw new Error('killed');
    });
    await expect(killed).rejects.toThrow('killed');
    batches.push(...(await drain(40)));
    const all = await naive(start);
    const taken = await database.query<{ id: bigint }>(
      'SELECT journal_id AS id FROM journal_export_item WHERE export_id = ANY ($1) ORDER BY 1',
      [batches],
    );
    expect(taken.rows.map(({ id }) => id)).toEqual(all);
    if (byNumber.length > 0) expect([...byNumber, all.at(-1)].length).toBeLessThan(all.length);
  });

  it('is never taken twice, not even at once', async () => {
    await post(...Array.from({ length: 5 }, () => fact({ occurredOn: '2026-06-07' })));
    const claim = () => claimExport(world.database, { period: '2026-06', actor: 'ledger', at: '2026-06-15T00:00:00Z' });
    const done = await Promise.allSettled([claim(), claim(), claim()]);
    expect(done.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});

it('verify names what was tampered with', async () => {
  const { database } = world;
  expect(await booksBreak()).toBeNull();
  const tamper = async (sql: string): Promise<void> => {
    await database.query('ALTER TABLE journal_entry DISABLE TRIGGER journal_entry_append_only');
    await database.query(sql);
    await database.query('ALTER TABLE journal_entry ENABLE TRIGGER journal_entry_append_only');
  };
  const pair = `(SELECT journal_id FROM journal_entry WHERE fact_id IS NOT NULL ORDER BY 1 LIMIT 1)`;
  await tamper(`UPDATE journal_entry SET amount_minor = amount_minor + 1 WHERE journal_id = ${pair} AND line = 1`);
  expect(await booksBreak()).toMatchObject({
    law: 'every journal balances in each currency',
    detail: expect.stringMatching(/journal \d+: 1 /),
  });
  await tamper(`UPDATE journal_entry SET amount_minor = amount_minor - 1 WHERE journal_id = ${pair} AND line = 2`);
  expect(await booksBreak()).toMatchObject({ law: 'every cost fact is in the journal as it is' });
});
