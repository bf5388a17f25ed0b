import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Consumer, startConsumer } from '../../../src/db/consumer.ts';
import type { Database, Transaction } from '../../../src/db/database.ts';
import { appendEvent, type EventLog, startEventLog } from '../../../src/db/event-log.ts';
import { openTestDatabase, silentLog } from '../../support/database.ts';

describe('consumer', () => {
  let database: Database;
  let eventLog: EventLog;
  let name = '';
  const log = silentLog();
  beforeAll(async () => {
    database = await openTestDatabase();
    await database.query('CREATE TABLE effect (n bigint GENERATED ALWAYS AS IDENTITY, consumer text, device text)');
    eventLog = await startEventLog({ database, log });
  });
  afterAll(async () => {
    await eventLog.close();
    await database.close();
  });
  beforeEach(({ task }) => {
    name = task.name;
  });

  async function append(...devices: string[]): Promise<void> {
    await database.transaction(async (tx) => {
      for (const device of devices) {
        appendEvent(tx, { type: 'device.changed', at: '2026-01-01T00:00:00Z', payload: { device } });
      }
    });
  }

  type Extra = (device: string) => Promise<void> | void;
  const start = (extra: Extra = () => {}, retryParkedMs = 60_000): Promise<Consumer> =>
    startConsumer({
      retryParkedMs,
      database,
      eventLog,
      name,
      types: ['device.changed'],
      log,
      async handle(tx: Transaction, event) {
        const { device } = event.payload;
        if (!device.startsWith(name)) return;
        await tx.query('INSERT INTO effect (consumer, device) VALUES ($1, $2)', [name, device]);
        await extra(device);
      },
    });

  const effects = async (): Promise<string[]> => {
    const text = 'SELECT device FROM effect WHERE consumer = $1 ORDER BY n';
    return (await database.query<{ device: string }>(text, [name])).rows.map(({ device }) => device.slice(name.length));
  };

  it('handles each event once, in order, over restarts', async () => {
    await append(`${name}1`, `${name}2`);
    const first = await start();
    await append(`${name}3`);
    await first.idle();
    await first.close();
    await append(`${name}4`);
    const second = await start();
    await second.idle();
    await second.close();
    expect(await effects()).toEqual(['1', '2', '3', '4']);
  });

  it('has each effect once though handling fails half way', async () => {
    let failuresLeft = 3;
    const consumer = await start((device) => {
      if (device.endsWith('2') && failuresLeft-- > 0) throw new Error('crashed half way');
    });
    await append(`${name}1`, `${name}2`, `${name}3`);
    await consumer.idle();
    await consumer.close();
    expect(failuresLeft).toBe(-1);
    expect(await effects()).toEqual(['1', '2', '3']);
  });

  it('parks an event that cannot be handled, with its error, and goes on', async () => {
    const consumer = await start((device) => {
      if (device.endsWith('2')) throw new Error('never works');
    });
    await append(`${name}1`, `${name}2`, `${name}3`);
    await consumer.idle();
    await consumer.close();
    expect(await effects()).toEqual(['1', '3']);
    const { rows } = await database.query<{ error: string }>('SELECT error FROM consumer_failure WHERE consumer = $1', [
      name,
    ]);
    expect(rows.map(({ error }) => error.split('\n')[0])).toEqual(['Error: never works']);
  });

  it('tries a parked event again, and takes it off the list when it works', async () => {
    let isMended = false;
    const broken = (device: string): void => {
      if (device.endsWith('2') && !isMended) throw new Error('no rate yet');
    };
    const consumer = await start(broken, 20);
    await append(`${name}1`, `${name}2`, `${name}3`);
    await consumer.idle();
    expect(await effects()).toEqual(['1', '3']);
    isMended = true;
    await expect.poll(effects).toEqual(['1', '3', '2']);
    await consumer.close();
    expect((await database.query('SELECT FROM consumer_failure WHERE consumer = $1', [name])).rowCount).toBe(0);
  });

  it('tries what was parked before a restart', async () => {
    const first = await start((device) => {
      if (device.endsWith('2')) throw new Error('no rate yet');
    });
    await append(`${name}1`, `${name}2`);
    await first.idle();
    await first.close();
    const second = await start();
    await expect.poll(effects).toEqual(['1', '2']);
    await second.close();
  });

  it('waits for the database as long as it is away, without parking', async () => {
    let away = 6;
    const consumer = await start(() => {
      if (away-- > 0) throw Object.assign(new Error('gone'), { code: '57P01' });
    });
    await append(`${name}1`);
    await consumer.idle();
    await consumer.close();
    expect(await effects()).toEqual(['1']);
    expect((await database.query('SELECT FROM consumer_failure WHERE consumer = $1', [name])).rowCount).toBe(0);
  });

  it('shares its cursor with another process of the same name', async () => {
    const pair = await Promise.all([start(), start()]);
    for (let n = 0; n < 20; n += 1) await append(`${name}${n}`);
    for (const consumer of pair) await consumer.idle();
    for (const consumer of pair) await consumer.close();
    expect(await effects()).toEqual(Array.from({ length: 20 }, (_, n) => `${n}`));
  });
});
