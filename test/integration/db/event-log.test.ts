import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../../src/db/database.ts';
import { appendEvent, startEventLog } from '../../../src/db/event-log.ts';
import { openTestDatabase, silentLog } from '../../support/database.ts';

describe('event log', () => {
  let database: Database;
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());

  it('hands out what was committed', async () => {
    const eventLog = await startEventLog({ database, log: silentLog() });
    const seen: number[] = [];
    eventLog.subscribe((events) => seen.push(...events.map((e) => e.position)));
    await database.transaction(async (tx) => {
      appendEvent(tx, { type: 'device.registered', at: '2026-01-01T00:00:00Z', payload: { device: 'a' } });
    });
    await expect.poll(() => seen).toEqual([1]);
    await eventLog.close();
  });
});
