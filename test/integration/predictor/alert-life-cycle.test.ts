// What people do with alerts, on real rows: each step kept with who, when and why, refusals that name what is possible, lists by
// any of their fields, and alerts that come back from the shelf by themselves.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EVERYTHING } from '../../../src/contracts/access.ts';
import { DAY_MS, HOUR_MS, isoOf } from '../../../src/contracts/time.ts';
import { type AlertCommands, createAlertCommands } from '../../../src/predictor/alert-commands.ts';
import { bringBack } from '../../../src/predictor/alert-shelf.ts';
import { type AlertReads, createAlertReads } from '../../../src/predictor/alerts.ts';
import { type NotificationWorld, openNotificationWorld } from '../../support/notification-world.ts';

let world: NotificationWorld;
let reads: AlertReads;
let commands: AlertCommands;
beforeAll(async () => {
  world = await openNotificationWorld();
  reads = createAlertReads(world.database);
  commands = createAlertCommands({ database: world.database, reads, clock: { now: () => world.time.now } });
});
afterAll(() => world.close());

const by = (id: number) => ({ id, actor: 'li@example.test' });
const historyOf = async (id: number) =>
  (await reads.one(id, EVERYTHING))?.history.map(({ change, note }) => [change, note]);

describe('an alert', () => {
  test('goes from open to closed, with what its cause was', async () => {
    const id = await world.raise({ device: await world.addDevice() });
    await commands.acknowledge(by(id));
    await commands.assign({ ...by(id), assignee: 'wang@example.test' });
    const resolved = await commands.resolve({ ...by(id), resolution: 'no-fault', note: 'seal was wet' });
    expect(resolved).toMatchObject({ state: 'resolved', resolution: 'no-fault', assignee: 'wang@example.test' });
    expect(await commands.close(by(id))).toMatchObject({ state: 'closed' });
    expect(await historyOf(id)).toEqual([
      ['acknowledge', null],
      ['assign', 'wang@example.test'],
      ['resolve', 'no-fault: seal was wet'],
      ['close', null],
    ]);
  });

  test('refuses what its state does not allow and names what it does', async () => {
    const id = await world.raise({ device: await world.addDevice() });
    await expect(commands.unshelve(by(id))).rejects.toMatchObject({
      code: 'transition-refused',
      extra: { state: 'open', allowed: ['acknowledge', 'assign', 'comment', 'shelve', 'resolve'] },
    });
    await commands.resolve(by(id));
    await expect(commands.acknowledge(by(id))).rejects.toMatchObject({ extra: { allowed: ['comment', 'close'] } });
    await commands.close(by(id));
    await expect(commands.resolve(by(id))).rejects.toMatchObject({
      message: 'resolve is not possible while the alert is closed; possible now: comment',
    });
    const cleared = await world.raise({ device: await world.addDevice() });
    await world.change(cleared, 'cleared_at = now()');
    expect(await commands.close(by(cleared))).toMatchObject({ state: 'closed' });
  });

  test('comes back from the shelf when its time is over, once, or when somebody takes it down', async () => {
    const id = await world.raise({ device: await world.addDevice() });
    const until = isoOf(world.time.now + DAY_MS);
    await commands.shelve({ ...by(id), until, note: 'next service' });
    expect((await reads.list({ shelved: true }, EVERYTHING)).items.map((alert) => alert.id)).toEqual([id]);
    world.time.now += DAY_MS - 1;
    expect(await bringBack(world.database, world.time.now)).toBe(0);
    world.time.now += 1;
    const both = await Promise.all([
      bringBack(world.database, world.time.now),
      bringBack(world.database, world.time.now),
    ]);
    expect(both.sort()).toEqual([0, 1]);
    await commands.shelve({ ...by(id), until: isoOf(world.time.now + HOUR_MS), note: 'again' });
    expect(await commands.unshelve(by(id))).toMatchObject({ shelvedUntil: null, state: 'open' });
    expect((await historyOf(id))?.map(([change]) => change)).toEqual(['shelve', 'returned', 'shelve', 'unshelve']);
    const { rows } = await world.database.query<{ change: string }>(
      "SELECT payload->>'change' AS change FROM event WHERE type = 'alert.changed' AND (payload->>'alertId')::int = $1 ORDER BY position",
      [id],
    );
    expect(rows.map(({ change }) => change)).toEqual(['shelve', 'returned', 'shelve', 'unshelve']);
  });
});

test('lists filter by each field and sort by each order, page by page without gaps', async () => {
  const west = await world.addDevice('west');
  for (const severity of ['minor', 'critical', 'warning', 'major'] as const) {
    await world.raise({ device: west, severity, cause: `head/wear-${severity}` });
    world.time.now += 1_000;
  }
  const ids = async (query: Parameters<AlertReads['list']>[0]) =>
    (await reads.list(query, EVERYTHING)).items.map(({ severity }) => severity);
  expect(await ids({ region: 'west', sort: '-severity' })).toEqual(['critical', 'major', 'minor', 'warning']);
  expect(await ids({ customer: 'huaxi', severity: 'major' })).toEqual(['major']);
  expect(await ids({ device: west, cause: 'head/wear-minor' })).toEqual(['minor']);
  expect(await ids({ region: 'west', component: 'head', product: 'nothing' })).toEqual([]);
  expect(await ids({ region: 'west', from: isoOf(world.time.now) })).toEqual([]);
  for (const sort of ['-raisedAt', '-lastSeenAt', '-severity', '-valueAtRisk'] as const) {
    const whole = (await reads.list({ sort }, EVERYTHING)).items.map(({ id }) => id);
    const paged: number[] = [];
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page: Awaited<ReturnType<AlertReads['list']>> = await reads.list(
        { sort, limit: 2, ...(cursor === undefined ? {} : { cursor }) },
        EVERYTHING,
      );
      paged.push(...page.items.map(({ id }) => id));
      cursor = page.next;
    }
    expect(paged).toEqual(whole);
  }
});
