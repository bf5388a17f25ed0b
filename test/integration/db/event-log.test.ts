import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LoggedEvent } from '../../../src/contracts/events.ts';
import type { Database } from '../../../src/db/database.ts';
import { appendEvent, lastPosition, readEvents, startEventLog } from '../../../src/db/event-log.ts';
import { openTestDatabase, silentLog } from '../../support/database.ts';

const AT = '2026-01-01T00:00:00.000Z';

describe('event log', () => {
  let database: Database;
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());

  const append = (device: string): Promise<void> =>
    database.transaction(async (tx) => appendEvent(tx, { type: 'device.changed', at: AT, payload: { device } }));

  it('hands out what was committed, at once, with its payload and both times', async () => {
    const eventLog = await startEventLog({ database, log: silentLog(), pollMs: 60_000 });
    const seen: LoggedEvent[] = [];
    eventLog.subscribe((events) => seen.push(...events));
    await database.transaction(async (tx) => {
      appendEvent(tx, { type: 'device.registered', at: AT, payload: { device: 'a "quoted" {1,2}' } });
      appendEvent(tx, { type: 'device.changed', at: AT, payload: { device: '磁共振\\' } });
    });
    const failed = database.transaction(async (tx) => {
      appendEvent(tx, { type: 'device.registered', at: AT, payload: { device: 'never' } });
      throw new Error('no');
    });
    await expect(failed).rejects.toThrow('no');
    await append('c');
    await expect.poll(() => seen.length).toBe(3);
    expect(seen.map(({ type, at, payload }) => ({ type, at, payload }))).toEqual([
      { type: 'device.registered', at: AT, payload: { device: 'a "quoted" {1,2}' } },
      { type: 'device.changed', at: AT, payload: { device: '磁共振\\' } },
      { type: 'device.changed', at: AT, payload: { device: 'c' } },
    ]);
    expect(Date.parse(seen[0]?.recordedAt ?? '')).toBeGreaterThan(Date.parse(AT));
    expect(await readEvents(database, 0, 10, ['device.registered'])).toHaveLength(1);
    await eventLog.close();
  });

  it('misses no event and keeps their order while many write at once', async () => {
    const start = await lastPosition(database);
    const eventLog = await startEventLog({ database, log: silentLog(), pollMs: 1, batchLimit: 7 });
    const seen: LoggedEvent[] = [];
    eventLog.subscribe((events) => seen.push(...events));
    const writers = Array.from({ length: 8 }, async (_, writer) => {
      for (let n = 0; n < 40; n += 1) {
        await database.transaction(async (tx) => {
          appendEvent(tx, { type: 'device.changed', at: AT, payload: { device: `${writer}/${n}` } });
          // A commit that lingers after the position was taken would let a later position overtake it.
          tx.atCommit(linger, (writer * 7 + n) % 5);
        });
      }
    });
    await Promise.all(writers);
    await expect.poll(() => seen.length).toBe(320);
    expect(seen.map((event) => event.position)).toEqual(
      (await readEvents(database, start, 1000)).map((e) => e.position),
    );
    const devices = seen.map((event) => (event.payload as { device: string }).device);
    for (let writer = 0; writer < 8; writer += 1) {
      const own = devices.filter((device) => device.startsWith(`${writer}/`));
      expect(own).toEqual(Array.from({ length: 40 }, (_, n) => `${writer}/${n}`));
    }
    await eventLog.close();
  });

  it('cannot be changed', async () => {
    await expect(database.query("UPDATE event SET type = 'x'")).rejects.toThrow('append-only');
    await expect(database.query('DELETE FROM event')).rejects.toThrow('append-only');
  });
});

const linger = async (_tx: unknown, [ms]: readonly number[]): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, ms));
