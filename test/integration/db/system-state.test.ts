// What the database room says about itself: a consumer is behind by what it handles, not by what passes it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startConsumer } from '../../../src/db/consumer.ts';
import { appendEvent, type EventLog, startEventLog } from '../../../src/db/event-log.ts';
import { systemState } from '../../../src/db/system-state.ts';
import { openTestDatabase, silentLog, type TestDatabase } from '../../support/database.ts';

const NAME = 'reader';

describe('the state of the database room', () => {
  let database: TestDatabase;
  let eventLog: EventLog;
  const log = silentLog();
  beforeAll(async () => {
    database = await openTestDatabase();
    eventLog = await startEventLog({ database, log });
  });
  afterAll(async () => {
    await eventLog.close();
    await database.close();
  });

  const lag = async (): Promise<number | undefined> =>
    (await systemState(database, [])).consumers.find(({ name }) => name === NAME)?.lag;
  const append = (...devices: string[]): Promise<void> =>
    database.transaction(async (tx) => {
      for (const device of devices) {
        appendEvent(tx, { type: 'device.changed', at: '2026-01-01T00:00:00Z', payload: { device } });
      }
    });
  const start = (types: readonly ['device.changed'] | readonly ['prognosis.triggered']) =>
    startConsumer({ database, eventLog, name: NAME, types, log, handle: async () => {} });

  it('counts the events that wait for a consumer, and none of the others', async () => {
    const first = await start(['device.changed']);
    await append('a');
    await first.idle();
    expect(await lag()).toBe(0);
    await first.close();
    await append('b', 'c');
    expect(await lag()).toBe(2);

    // The same cursor, now for a type that nothing was written of.
    const other = await start(['prognosis.triggered']);
    await other.close();
    expect(await lag()).toBe(0);
  });

  it('says in both languages what survives what', async () => {
    const { promise } = (await systemState(database, [])).database;
    expect(promise.en).toContain('committed');
    expect(promise.zh).toContain('已提交');
  });
});
