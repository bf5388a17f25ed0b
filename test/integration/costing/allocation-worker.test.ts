// What keeps provisional allocation up to date: a month whose run fails waits by itself, is tried again, and holds up no other.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startAllocationWorker } from '../../../src/costing/allocation-worker.ts';
import { activateCycle, createCycle } from '../../../src/costing/cycles.ts';
import { postFacts } from '../../../src/costing/facts.ts';
import { createPool } from '../../../src/costing/pools.ts';
import type { Database, Transaction } from '../../../src/db/database.ts';
import { openTestDatabase, silentLog, type TestDatabase } from '../../support/database.ts';
import { foundServiceWorld } from '../../support/service-world.ts';

const AT = '2026-06-01T00:00:00.000Z';
const LIMITS = { onBookFull: () => {}, onPeriodForgotten: () => {} };

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
  await foundServiceWorld(database);
  await createPool(database, { code: 'depot', name: { en: 'Depot', zh: '仓库' } });
  const segments = [{ pool: 'depot', driver: 'installed-devices' as const }];
  const cycle = { code: 'shared', version: 1, effectiveFrom: '2026-01', method: 'direct' as const, segments };
  await createCycle(database, cycle, 'writer', AT);
  await activateCycle(database, { code: 'shared', version: 1, actor: 'second', note: null, at: AT });
});
afterAll(() => database.close());

async function post(period: string, key: string): Promise<void> {
  const fact = {
    amountMinor: 10_001n,
    currency: 'CNY',
    element: 'overhead' as const,
    quantityMilli: 1000n,
    unit: '1',
    occurredOn: `${period}-03`,
    source: { type: 'manual', id: key },
    idempotencyKey: key,
    dimensions: {},
    workOrderId: null,
    pool: 'depot',
    reversalOf: null,
    actor: 'test',
    note: null,
  };
  await database.transaction((tx) => postFacts(tx, AT, [fact]));
}

async function placed(period: string): Promise<bigint> {
  const { rows } = await database.query<{ sum: bigint | null }>(
    `SELECT sum(amount_minor)::bigint AS sum FROM cost_line WHERE period = $1 AND pool = 'depot'`,
    [period],
  );
  return rows[0]?.sum ?? 0n;
}

/** The same database, with which the runs of one month fail as long as it is told to. */
function failingIn(month: string) {
  const state = { isFailing: true, failures: 0 };
  const transaction: Database['transaction'] = (work) =>
    database.transaction((tx) => {
      const prepared: Transaction['prepared'] = (name, text, values) => {
        if (state.isFailing && values?.[0] === month) {
          state.failures += 1;
          throw new RangeError('more than can be shared out');
        }
        return tx.prepared(name, text, values);
      };
      return work({ ...tx, prepared });
    });
  return { state, database: { ...database, transaction } };
}

describe('a month whose run fails', () => {
  it('holds up neither older months nor newer facts, and is placed once it can be', async () => {
    await post('2026-02', 'older');
    await post('2026-05', 'failing');
    const { state, database: failing } = failingIn('2026-05');
    const worker = startAllocationWorker({
      database: failing,
      clock: { now: () => Date.parse(AT) },
      log: silentLog(),
      limits: LIMITS,
    });
    try {
      worker.markAll();
      await expect.poll(() => placed('2026-02'), { timeout: 20_000 }).toBe(10_001n);
      await expect.poll(() => state.failures, { timeout: 20_000 }).toBeGreaterThan(1);
      await post('2026-03', 'newer');
      worker.mark('2026-03');
      worker.mark('2026-05');
      await expect.poll(() => placed('2026-03'), { timeout: 20_000 }).toBe(10_001n);
      expect(await placed('2026-05')).toBe(0n);

      const isDone = worker.idle().then(() => true);
      expect(await Promise.race([isDone, sleep(300, false)])).toBe(false);
      state.isFailing = false;
      expect(await isDone).toBe(true);
      expect(await placed('2026-05')).toBe(10_001n);
    } finally {
      await worker.close();
    }
  });
});
