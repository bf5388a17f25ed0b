// The live channel with real sockets: a snapshot and then every change, exactly what was missed after a break, nothing
// outside one's cut of the house, and an end when the session ends.
import { io, type Socket } from 'socket.io-client';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Scope } from '../../../src/contracts/access.ts';
import type {
  Change,
  ClientToServer,
  LiveTopic,
  ServerToClient,
  SubscribeAnswer,
} from '../../../src/contracts/live.ts';
import { appendEvent } from '../../../src/db/event-log.ts';
import { alertOf, type House, startHouse } from '../../support/api.ts';
import { postByTwo } from '../../support/two-people.ts';

/** What the rules room writes into the log. */
const changeRule = (ruleId: number): Promise<void> =>
  house.database.transaction(async (tx) =>
    appendEvent(tx, {
      type: 'rule.changed',
      at: new Date().toISOString(),
      payload: { ruleId, change: 'activated', actor: 'x' },
    }),
  );

interface Client {
  socket: Socket<ServerToClient, ClientToServer>;
  changes: Change[];
  subscribe(topic: string, since?: number): Promise<SubscribeAnswer>;
}

const EAST: Scope = { regions: ['east'], customers: null };
const SESSION_CHECK_MS = 200;

let house: House;
let admin: string;
const clients: Client[] = [];

beforeAll(async () => {
  house = await startHouse({ sessionCheckMs: SESSION_CHECK_MS });
  admin = (await house.signIn('administrator')).accessToken;
});
afterAll(() => house.close());
beforeEach(() => settled());
afterEach(() => {
  for (const { socket } of clients.splice(0)) socket.close();
});

function connect(token: string): Client {
  const socket: Client['socket'] = io(`${house.url}/live`, { auth: { token }, forceNew: true, reconnection: false });
  const changes: Change[] = [];
  socket.on('change', (change) => changes.push(change));
  const client: Client = {
    socket,
    changes,
    subscribe: (topic, since) =>
      new Promise((resolve) =>
        socket.emit('subscribe', { topic: topic as LiveTopic, ...(since === undefined ? {} : { since }) }, resolve),
      ),
  };
  clients.push(client);
  return client;
}

async function until(condition: () => boolean, limitMs = 5000): Promise<void> {
  const end = Date.now() + limitMs;
  while (!condition()) {
    if (Date.now() > end) throw new Error('it did not come to pass in time');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Until the tail has handed out what was written, and the feed has had its turn. */
async function settled(): Promise<void> {
  const { rows } = await house.database.query<{ position: bigint | null }>(
    'SELECT max(position) AS position FROM event',
  );
  await until(() => house.eventLog.position() >= Number(rows[0]?.position ?? 0));
  await new Promise((resolve) => setTimeout(resolve, 250));
}

const presence = (device: string, state: 'online' | 'offline'): Promise<void> =>
  house.registry.devices.presence.set(device, state, Date.now());
const rename = (device: string, serial: string) => house.registry.devices.patch(device, { serial });

const snapshotOf = (answer: SubscribeAnswer): Record<string, { id: unknown }[]> => {
  if (!('snapshot' in answer)) throw new Error(`no snapshot: ${JSON.stringify(answer).slice(0, 200)}`);
  return answer.snapshot as unknown as Record<string, { id: unknown }[]>;
};
const idsOf = (records: readonly { id: unknown }[] | undefined): unknown[] =>
  (records ?? []).map(({ id }) => id).sort();
const serialOf = (change: Change | undefined): unknown =>
  change?.type === 'device.changed' ? change.data.serial : undefined;

describe('a connection', () => {
  test('takes a valid token only', async () => {
    for (const token of ['', 'made-up']) {
      const { socket } = connect(token);
      const error = await new Promise<Error>((resolve) => socket.on('connect_error', resolve));
      expect(error.message).toBe('not-signed-in');
    }
  });

  test('to any other namespace is refused', async () => {
    const socket = io(house.url, { auth: { token: admin }, forceNew: true, reconnection: false });
    const error = await new Promise<Error>((resolve) => socket.on('connect_error', resolve));
    socket.close();
    expect(error.message).toBe('not-found');
  });

  test('ends when the session is revoked, and when the person sees less', async () => {
    const leaving = await house.signIn('planner');
    const moved = await house.signIn('planner');
    const sockets = [connect(leaving.accessToken).socket, connect(moved.accessToken).socket];
    const reasons: string[] = [];
    for (const socket of sockets) {
      await new Promise<void>((resolve) => socket.on('connect', () => resolve()));
      socket.on('disconnect', (reason) => reasons.push(reason));
    }
    await house.registry.sessions.logout(leaving.accessToken);
    await house.registry.users.patch(moved.userId, { regions: ['west'] });
    await until(() => reasons.length === 2, SESSION_CHECK_MS * 10);
    expect(reasons).toEqual(['io server disconnect', 'io server disconnect']);
  });

  test('may ask only for topics there are and its role may watch', async () => {
    const controller = connect((await house.signIn('controller')).accessToken);
    for (const topic of ['nothing', 'device:', 'device:../x', '', 'fleet ']) {
      expect(await controller.subscribe(topic)).toEqual({ error: expect.stringContaining('validation-failed') });
    }
    expect(await controller.subscribe('fleet', -1)).toEqual({ error: expect.stringContaining('since') });
    expect(await controller.subscribe('alerts')).toEqual({ error: expect.stringContaining('not-permitted') });
    expect(await controller.subscribe('costs')).toMatchObject({ snapshot: { period: expect.any(String) } });
    const planner = connect((await house.signIn('planner')).accessToken);
    expect(await planner.subscribe('costs')).toEqual({ error: expect.stringContaining('not-permitted') });
  });

  test('holds a bounded number of subscriptions', async () => {
    const client = connect(admin);
    for (let n = 0; n < 50; n += 1)
      await house.registry.devices.create({ id: `N-${n}`, product: 'pump-1', customer: 'C-1', station: 'S-1' });
    for (let n = 0; n < 50; n += 1) expect(await client.subscribe(`device:N-${n}`)).toHaveProperty('snapshot');
    expect(await client.subscribe('fleet')).toEqual({ error: expect.stringContaining('too-many-requests') });
    client.socket.emit('unsubscribe', 'device:N-0');
    expect(await client.subscribe('fleet')).toHaveProperty('snapshot');
  });
});

describe('a subscription', () => {
  test('gives the present and then each change, positions strictly growing', async () => {
    const client = connect(admin);
    const answer = await client.subscribe('fleet');
    expect(idsOf(snapshotOf(answer).devices)).toEqual(expect.arrayContaining(['P-EAST', 'P-WEST']));
    await presence('P-EAST', 'online');
    await until(() => client.changes.length === 1);
    await rename('P-WEST', 'W-1');
    await until(() => client.changes.length === 2);
    expect(client.changes[0]).toMatchObject({
      topic: 'fleet',
      type: 'device.changed',
      data: { id: 'P-EAST', presence: 'online' },
    });
    expect(serialOf(client.changes[1])).toBe('W-1');
    const positions = [(answer as { position: number }).position, ...client.changes.map(({ position }) => position)];
    expect(positions).toEqual([...new Set(positions)].sort((a, b) => a - b));
  });

  test('under a burst sends each record a bounded number of times, the last one last', async () => {
    const client = connect(admin);
    await client.subscribe('fleet');
    for (let n = 0; n < 60; n += 1) await rename('P-EAST', `burst-${n}`);
    await until(() => serialOf(client.changes.at(-1)) === 'burst-59');
    expect(client.changes.length).toBeLessThan(60);
  });

  test('loses nothing between its snapshot and the changes, however they fall', async () => {
    let isWriting = true;
    const writing = (async () => {
      for (let n = 0; isWriting; n += 1) await rename('P-EAST', `race-${n}`);
    })();
    const seen: unknown[] = [];
    for (let round = 0; round < 10; round += 1) {
      const client = connect(admin);
      const devices = snapshotOf(await client.subscribe('fleet')).devices as unknown as {
        id: string;
        serial: string;
      }[];
      seen.push({ client, serial: devices.find(({ id }) => id === 'P-EAST')?.serial });
    }
    isWriting = false;
    await writing;
    const { serial } = await house.registry.devices.one('P-EAST', { regions: null, customers: null });
    for (const { client, serial: first } of seen as { client: Client; serial: string }[]) {
      await until(() => (client.changes.length === 0 ? first : serialOf(client.changes.at(-1))) === serial);
    }
  });

  test('to costs tells of money to those who see the whole house, of motion to the others', async () => {
    await house.costing.allocation.createPool({ code: 'depot', name: { en: 'Depot', zh: '仓库' } });
    const whole = connect((await house.signIn('controller')).accessToken);
    const cut = connect((await house.signIn('controller', EAST)).accessToken);
    await Promise.all([whole.subscribe('costs'), cut.subscribe('costs')]);
    await postByTwo(
      house.costing,
      {
        pool: 'depot',
        element: 'overhead',
        amount: { amount: '12.34', currency: 'CNY' },
        occurredOn: '2026-06-02',
        note: 'rent',
      },
      'depot-1',
    );
    await until(() => whole.changes.length > 0 && cut.changes.length > 0);
    expect(whole.changes[0]).toMatchObject({
      type: 'costs.changed',
      data: { period: '2026-06', amountMinor: '1234', currency: 'CNY' },
    });
    expect(cut.changes[0]).toMatchObject({ data: { period: '2026-06', amountMinor: null } });
  });
});

describe('a client that was away', () => {
  test('gets exactly what it missed', async () => {
    const before = connect(admin);
    const answer = await before.subscribe('fleet');
    await rename('P-EAST', 'seen');
    await until(() => before.changes.length === 1);
    const since = before.changes[0]?.position as number;
    expect(since).toBeGreaterThan((answer as { position: number }).position);
    before.socket.close();

    await presence('P-EAST', 'offline');
    await rename('P-WEST', 'missed-1');
    await rename('P-WEST', 'missed-2');
    await settled();

    const after = connect(admin);
    const resumed = await after.subscribe('fleet', since);
    if (!('missed' in resumed)) throw new Error('expected what was missed');
    expect(resumed.missed.map((change) => [change.type, (change.data as { id: string }).id])).toEqual([
      ['device.changed', 'P-EAST'],
      ['device.changed', 'P-WEST'],
    ]);
    expect(serialOf(resumed.missed[1])).toBe('missed-2');
    expect(resumed.missed.every(({ position, topic }) => position > since && topic === 'fleet')).toBe(true);
    await rename('P-WEST', 'later');
    await until(() => after.changes.length === 1);
    expect(after.changes[0]?.position).toBeGreaterThan(resumed.position);
    const again = connect(admin);
    expect(await again.subscribe('fleet', after.changes[0]?.position)).toMatchObject({ missed: [] });
  });

  test('too long, or with a position of another database, gets a snapshot', async () => {
    const client = connect(admin);
    const { position } = (await client.subscribe('fleet')) as { position: number };
    expect(await client.subscribe('fleet', position + 1_000_000)).toHaveProperty('snapshot');
    await house.database.transaction(async (tx) => {
      for (let n = 0; n < 1001; n += 1) {
        appendEvent(tx, {
          type: 'device.presence-changed',
          at: new Date().toISOString(),
          payload: { device: 'P-EAST', presence: 'online' },
        });
      }
    });
    await settled();
    expect(await client.subscribe('fleet', position)).toHaveProperty('snapshot');
  });

  test('gets a snapshot when names that views show were edited', async () => {
    const client = connect(admin);
    const { position } = (await client.subscribe('fleet')) as { position: number };
    const ended = new Promise<string>((resolve) => client.socket.on('disconnect', resolve));
    await house.registry.customers.patch('C-2', { name: { en: 'Renamed', zh: '改名' } });
    // Dropped by the transport, so that a client comes back by itself.
    expect(await ended).toMatch(/transport (close|error)/);
    const back = snapshotOf(await connect(admin).subscribe('fleet', position)).devices as unknown as {
      id: string;
      customer: { name: { en: string } };
    }[];
    expect(back.find(({ id }) => id === 'P-WEST')?.customer.name.en).toBe('Renamed');
  });
});

describe('a cut view', () => {
  test('holds nothing of other regions: snapshot, changes, missed, devices', async () => {
    const { accessToken } = await house.signIn('manager', EAST);
    const client = connect(accessToken);
    const answer = await client.subscribe('fleet');
    expect(idsOf(snapshotOf(answer).devices)).not.toContain('P-WEST');
    expect(await client.subscribe('device:P-WEST')).toEqual({ error: expect.stringContaining('not-found') });
    await client.subscribe('alerts');
    house.alerts.set(1, alertOf(1, 'P-EAST', 'east', 'C-1'));
    house.alerts.set(2, alertOf(2, 'P-WEST', 'west', 'C-2'));
    await house.database.transaction(async (tx) => {
      for (const [alertId, device] of [
        [2, 'P-WEST'],
        [1, 'P-EAST'],
      ] as const) {
        appendEvent(tx, {
          type: 'alert.raised',
          at: new Date().toISOString(),
          payload: { alertId, device, severity: 'major' },
        });
      }
    });
    await until(() => client.changes.some(({ topic }) => topic === 'alerts'));
    await settled();
    expect(client.changes.map((change) => [change.topic, (change.data as { id: unknown }).id])).toEqual(
      expect.arrayContaining([
        ['alerts', 1],
        ['fleet', 'P-EAST'],
      ]),
    );
    expect(JSON.stringify(client.changes)).not.toContain('P-WEST');
    const { position } = answer as { position: number };
    const resumed = await connect(accessToken).subscribe('fleet', position);
    expect(JSON.stringify(resumed)).toContain('P-EAST');
    expect(JSON.stringify(resumed)).not.toContain('P-WEST');
  });

  test('starts over when a device moves in or out of it', async () => {
    const { accessToken } = await house.signIn('manager', EAST);
    const client = connect(accessToken);
    const { position } = (await client.subscribe('fleet')) as { position: number };
    const unaffected = connect(admin);
    await unaffected.subscribe('fleet');
    const ended = new Promise<string>((resolve) => client.socket.on('disconnect', resolve));
    await house.registry.devices.patch('P-EAST', { customer: 'C-2', station: 'S-2', site: null, contract: null });
    await ended;
    const back = await connect(accessToken).subscribe('fleet', position);
    expect(idsOf(snapshotOf(back).devices)).not.toContain('P-EAST');
    await until(() => unaffected.changes.length === 1);
    expect(unaffected.socket.connected).toBe(true);
    await house.registry.devices.patch('P-EAST', { customer: 'C-1', station: 'S-1' });
  });
});

describe('readings of a watched device', () => {
  const readings = (device: string, values: readonly (readonly [number, number])[]) =>
    house.publish({
      receivedAtMs: Date.now(),
      readings: values.map(([measuredAtMs, value]) => ({
        deviceId: device,
        metric: 'motor_current',
        measuredAtMs,
        value,
        quality: 0,
      })),
    });

  test('come thinned to the newest, at most twice a second, and only of that device', async () => {
    const client = connect(admin);
    expect(snapshotOf(await client.subscribe('device:P-EAST')).device).toMatchObject({ id: 'P-EAST' });
    const startMs = Date.now();
    for (let n = 0; Date.now() - startMs < 1500; n += 1) {
      readings('P-EAST', [[startMs + n, n]]);
      readings('P-WEST', [[startMs + n, n]]);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await until(() => client.changes.length >= 2);
    expect(client.changes.length).toBeLessThanOrEqual(4);
    for (const change of client.changes) {
      if (change.type !== 'readings') continue;
      expect(change.topic).toBe('device:P-EAST');
      expect(change.data).toHaveLength(1);
    }
  });

  test('that arrive late are no news', async () => {
    const client = connect(admin);
    await client.subscribe('device:P-EAST');
    readings('P-EAST', [[2_000, 5]]);
    await until(() => client.changes.length === 1);
    readings('P-EAST', [[1_000, 4]]);
    readings('P-EAST', [[3_000, 6]]);
    await until(() => client.changes.length === 2);
    readings('P-EAST', [[2_500, 9]]);
    await new Promise((resolve) => setTimeout(resolve, 700));
    const values = client.changes.flatMap((change) =>
      change.type === 'readings' ? change.data.map(({ value }) => value) : [],
    );
    expect(values).toEqual([5, 6]);
  });

  test('go only to those who may read telemetry', async () => {
    const controller = connect((await house.signIn('controller')).accessToken);
    const watcher = connect(admin);
    await Promise.all([controller.subscribe('device:P-EAST'), watcher.subscribe('device:P-EAST')]);
    readings('P-EAST', [[9_000, 1]]);
    await until(() => watcher.changes.length === 1);
    await rename('P-EAST', 'for both');
    await until(() => controller.changes.length === 1);
    expect(controller.changes.map(({ type }) => type)).toEqual(['device.changed']);
  });
});

test('a rule that somebody changed is told to who may read rules, and what was missed as well', async () => {
  const client = connect(admin);
  const answer = await client.subscribe('rules');
  expect(answer).toMatchObject({ snapshot: {} });
  await changeRule(7);
  await until(() => client.changes.length === 1);
  expect(client.changes[0]).toMatchObject({ topic: 'rules', type: 'rule.changed', data: { id: 7 } });
  const since = client.changes[0]?.position ?? 0;
  await changeRule(8);
  await settled();
  expect(await connect(admin).subscribe('rules', since)).toMatchObject({ missed: [{ data: { id: 8 } }] });
  const field = (await house.signIn('field-engineer')).accessToken;
  const refused = await connect(field).subscribe('rules');
  expect(refused).toMatchObject({ error: expect.stringContaining('not-permitted') });
});
