// What a database server and its other users do to the service: sessions ended, replies lost, tables locked, writing
// forbidden. Needs a server of its own kind, not the embedded database.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Database } from '../../../src/db/database.ts';
import { openDatabase } from '../../../src/db/open.ts';
import { createRandom } from '../../../src/simulators/random.ts';
import { openTestDatabase, silentLog, type TestDatabase } from '../../support/database.ts';
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy.ts';
import { untilMore } from '../kill/killable.ts';
import { expectFeltAndHarmless, underFault } from './under-fault.ts';

const MOST_TIMES = 200;
const TIMES = 5;
const LANE_LIMIT_MS = 300;

describe.skipIf(process.env.TEST_DATABASE_URL === undefined)('a database server', () => {
  let truth: TestDatabase;
  let proxy: TcpProxy;
  /** What the service has: through a proxy, with little patience. */
  let database: Database;

  beforeEach(async () => {
    truth = await openTestDatabase();
    const url = new URL(truth.target.url ?? '');
    proxy = await startTcpProxy({ host: url.hostname, port: Number(url.port || 5432) });
    url.host = `127.0.0.1:${proxy.port}`;
    database = await openDatabase({ url: url.href, dataDir: '', log: silentLog(), laneLimitMs: LANE_LIMIT_MS });
  });
  afterEach(async () => {
    proxy.thaw();
    await database.close();
    proxy.close();
    await truth.close();
  });

  const endOthers = (): Promise<unknown> =>
    truth.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'`,
    );

  test('ends every session again and again', async () => {
    const random = createRandom('1', 'terminations');
    const judged = await underFault({
      database,
      truth,
      async fault({ fleet, instance }) {
        // A session may end between two batches, where nobody feels it: on until one was in the middle.
        const felt = (): Promise<number> => instance.counter('stethos_ingest_retries_total');
        for (let i = 0; i < TIMES || (i < MOST_TIMES && (await felt()) === 0); i++) {
          await endOthers();
          await untilMore(fleet.total, Math.round(random.between(10, 100)));
        }
      },
    });
    expectFeltAndHarmless(judged);
  });

  /** The server commits and its answer is lost, so the batch is sent again. */
  async function loseReplies(): Promise<void> {
    for (let i = 0; i < TIMES; i++) {
      proxy.swallowReplies();
      await sleep(100);
      proxy.cut();
      proxy.mend();
      await sleep(50);
    }
  }

  test('commits, and its replies are lost', async () => {
    expectFeltAndHarmless(await underFault({ database, truth, fault: loseReplies }));
  });

  test('control: without the key of readings a lost reply doubles them', async () => {
    await truth.query('DROP INDEX reading_key');
    const { lost, doubled } = await underFault({ database, truth, fault: loseReplies });
    expect(lost).toBe(0);
    expect(doubled).toBeGreaterThan(0);
  });

  test('has the table locked by somebody else', async () => {
    const judged = await underFault({
      database,
      truth,
      async fault() {
        await truth.transaction(async (tx) => {
          await tx.query('LOCK TABLE reading IN ACCESS EXCLUSIVE MODE');
          await sleep(4 * LANE_LIMIT_MS);
        });
      },
    });
    expectFeltAndHarmless(judged);
  });

  test('takes no writes for a while, as one that is being replaced', async () => {
    const { rows } = await truth.query<{ name: string }>('SELECT quote_ident(current_database()) AS name');
    const judged = await underFault({
      database,
      truth,
      async fault() {
        await truth.query(`ALTER DATABASE ${rows[0]?.name} SET default_transaction_read_only = on`);
        await endOthers();
        await sleep(500);
        // Sessions that were opened meanwhile stay as they are; only new ones may write.
        await truth.query(`SET default_transaction_read_only = off`);
        await truth.query(`ALTER DATABASE ${rows[0]?.name} RESET default_transaction_read_only`);
      },
    });
    expectFeltAndHarmless(judged);
  });
});
