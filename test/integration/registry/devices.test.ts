// Devices on a real database: registered, edited, listed within a scope, and what they report by themselves.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EVERYTHING } from '../../../src/contracts/access.ts';
import { statusOf } from '../../../src/contracts/health.ts';
import type { LoggedEvent } from '../../../src/contracts/events.ts';
import { lastPosition, readEvents } from '../../../src/db/event-log.ts';
import type { Registry } from '../../../src/registry/registry.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { newDevice, seedMasterData, startTestRegistry, testClock } from '../../support/registry.ts';

describe('devices', () => {
  let database: TestDatabase;
  let registry: Registry;
  const clock = testClock();

  beforeAll(async () => {
    database = await openTestDatabase();
    registry = await startTestRegistry(database, clock);
    await seedMasterData(registry);
  });
  afterAll(async () => {
    await registry.close();
    await database.close();
  });

  async function eventsOf(work: () => Promise<unknown>): Promise<Pick<LoggedEvent, 'type' | 'payload'>[]> {
    const before = await lastPosition(database);
    await work();
    const events = await readEvents(database, before, 1_000);
    return events.map(({ type, payload }) => ({ type, payload }));
  }

  const idOf = async (code: string): Promise<number> => {
    const { rows } = await database.query<{ id: number }>('SELECT id FROM device WHERE code = $1', [code]);
    return rows[0]!.id;
  };

  it('registers one, tells the log and shows it with its names', async () => {
    const events = await eventsOf(() => registry.devices.create(newDevice('d-1', { serial: 'SN-1' })));
    expect(events).toEqual([{ type: 'device.registered', payload: { device: 'd-1' } }]);
    expect(await registry.devices.one('d-1', EVERYTHING)).toMatchObject({
      id: 'd-1',
      product: { code: 'pump-1', name: { en: 'Pump' } },
      productLine: { code: 'infusion' },
      customer: { code: 'C-1', name: { en: 'Hospital C-1' } },
      site: { code: 'T-1' },
      region: { code: 'east' },
      contract: { code: 'K-1', type: 'full-service' },
      lifecycle: 'in-service',
      presence: 'unknown',
      lat: 31.1,
      health: null,
      status: 'unknown',
      worstComponent: null,
      openAlerts: 0,
      openWorkOrders: 0,
      revision: 1,
    });
  });

  it('refuses what does not fit and says what to do', async () => {
    const register = (changes: Parameters<typeof newDevice>[1]) => registry.devices.create(newDevice('d-odd', changes));
    await expect(registry.devices.create(newDevice('d-1'))).rejects.toMatchObject({
      code: 'already-exists',
      message: 'device d-1 exists already; codes are never reused',
    });
    await expect(register({ customer: 'C-9' })).rejects.toMatchObject({
      code: 'refused',
      message: 'customer C-9 does not exist; create it first',
    });
    await expect(register({ contract: 'K-9' })).rejects.toThrow('contract K-9 does not exist; create it first');
    await expect(register({ customer: 'C-2' })).rejects.toThrow('site T-1 is of customer C-1');
    await expect(register({ madeOn: '2026-02-30' })).rejects.toMatchObject({ code: 'validation-failed' });
    await expect(register({ serial: 'a\u0000b' })).rejects.toMatchObject({ code: 'validation-failed' });
    await expect(registry.devices.one('d-odd', EVERYTHING)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('edits only the revision that was read', async () => {
    await registry.devices.create(newDevice('d-2'));
    const edited = await registry.devices.patch('d-2', { site: null, serial: 'SN-2' }, 1);
    expect(edited).toMatchObject({ site: null, serial: 'SN-2', revision: 2 });
    await expect(registry.devices.patch('d-2', { serial: 'SN-3' }, 1)).rejects.toMatchObject({ code: 'out-of-date' });
    expect(await registry.devices.one('d-2', EVERYTHING)).toMatchObject({ serial: 'SN-2' });
  });

  it('keeps a decommissioned device out of service for good', async () => {
    await registry.devices.create(newDevice('d-3', { lifecycle: 'in-service' }));
    await registry.devices.patch('d-3', { lifecycle: 'decommissioned' });
    // Who holds its connection ends it.
    const revoked = await readEvents(database, 0, 1000, ['device.credentials-revoked']);
    expect(revoked.map(({ payload }) => payload.device)).toEqual(['d-3']);
    await expect(registry.devices.patch('d-3', { lifecycle: 'in-service' })).rejects.toMatchObject({
      code: 'transition-refused',
    });
  });

  it('tells presence when it changes, and only then', async () => {
    const at = clock.now();
    const { presence } = registry.devices;
    const events = await eventsOf(async () => {
      await Promise.all([
        presence.set('d-1', 'online', at),
        presence.set('d-1', 'online', at + 1),
        presence.set('d-2', 'online', at),
        presence.set('d-1', 'offline', at + 2),
        presence.set('nobody', 'online', at),
      ]);
      await presence.set('d-1', 'online', at + 1); // older than what is known
    });
    expect(events.map(({ payload }) => payload)).toEqual([
      { device: 'd-1', presence: 'online' },
      { device: 'd-2', presence: 'online' },
      { device: 'd-1', presence: 'offline' },
    ]);
    expect(await eventsOf(() => presence.setAllOffline())).toHaveLength(1);
    expect(await registry.devices.one('d-2', EVERYTHING)).toMatchObject({ presence: 'offline', status: 'offline' });
  });

  it('keeps what a device says of itself, and fills in only what nobody entered', async () => {
    const id = await idOf('d-1');
    const meta = { firmware: '2.1', attributes: { firmware: '2.1', serial: 'X', udi: 'U-1', components: ['a'] } };
    const say = () => database.transaction((tx) => registry.devices.applyMeta(tx, id, meta, clock.now()));
    expect(await eventsOf(say)).toEqual([{ type: 'device.changed', payload: { device: 'd-1' } }]);
    expect(await eventsOf(say)).toEqual([]);
    expect(await registry.devices.one('d-1', EVERYTHING)).toMatchObject({
      firmware: '2.1',
      serial: 'SN-1',
      udiDi: 'U-1',
      attributes: { components: ['a'] },
      revision: 2,
    });
  });

  it('tells another serial number of a component, and another product', async () => {
    const id = await idOf('d-1');
    const report = (serial: string) => {
      const attributes = { components: [{ component: 'drive', serial }] };
      return eventsOf(() =>
        database.transaction((tx) => registry.devices.applyMeta(tx, id, { firmware: null, attributes }, clock.now())),
      );
    };
    const changed = { type: 'device.changed', payload: { device: 'd-1' } };
    expect(await report('A')).toEqual([changed]);
    expect(await report('A')).toEqual([]);
    expect(await report('B')).toEqual([
      {
        type: 'device.component-changed',
        payload: { device: 'd-1', component: 'drive', previousSerial: 'A', serial: 'B' },
      },
      changed,
    ]);
    await database.query(
      `INSERT INTO product (code, line_code, name_en, name_zh, kind, definition)
       SELECT 'pump-9', line_code, name_en, name_zh, kind, definition FROM product WHERE code = 'pump-1'`,
    );
    const move = (product: string) => eventsOf(() => registry.devices.patch('d-1', { product }));
    expect(await move('pump-1')).toEqual([changed]);
    expect(await move('pump-9')).toEqual([
      changed,
      { type: 'device.product-changed', payload: { device: 'd-1', from: 'pump-1', to: 'pump-9' } },
    ]);
    await move('pump-1');
  });

  it('says the status of every health, with presence, as the contracts do', async () => {
    const id = await idOf('d-2');
    for (const health of [null, 0, 29, 30, 59, 60, 79, 80, 100]) {
      await database.query(
        `INSERT INTO device_health (device_id, component, at, health) VALUES ($1, '', now(), $2)
         ON CONFLICT (device_id, component) DO UPDATE SET health = excluded.health`,
        [id, health],
      );
      for (const presence of ['online', 'offline'] as const) {
        await registry.devices.presence.set('d-2', presence, clock.now() + 10);
        const { status } = await registry.devices.one('d-2', EVERYTHING);
        const plain = statusOf(health);
        const isOutranked = presence === 'offline' && plain !== 'degraded' && plain !== 'failing';
        expect(status).toBe(isOutranked ? 'offline' : plain);
        const { items } = await registry.devices.list({ status }, EVERYTHING);
        expect(items.map((device) => device.id)).toContain('d-2');
      }
    }
  });

  it('names the worst component', async () => {
    const id = await idOf('d-1');
    await database.query(
      `INSERT INTO device_health (device_id, component, at, health)
       VALUES ($1, '', now(), 40), ($1, 'drive', now(), 40), ($1, 'gone', now(), 90)`,
      [id],
    );
    expect(await registry.devices.one('d-1', EVERYTHING)).toMatchObject({
      status: 'degraded',
      worstComponent: { code: 'drive', name: { en: 'Drive' }, health: 40 },
    });
  });

  it('shows a person the devices of the scope and no others', async () => {
    await registry.devices.create(newDevice('d-west', { customer: 'C-2', station: 'S-2', site: null, contract: null }));
    const idsOf = async (scope: Parameters<Registry['devices']['list']>[1]) =>
      (await registry.devices.list({}, scope)).items.map((device) => device.id);
    expect(await idsOf({ regions: ['west'], customers: null })).toEqual(['d-west']);
    expect(await idsOf({ regions: null, customers: ['C-1'] })).toEqual(['d-1', 'd-2', 'd-3']);
    expect(await idsOf({ regions: ['west'], customers: ['C-1'] })).toEqual([]);
    await expect(registry.devices.one('d-west', { regions: ['east'], customers: null })).rejects.toMatchObject({
      code: 'not-found',
    });
  });

  it('finds by parts of a name, taken literally', async () => {
    const find = async (q: string) => (await registry.devices.list({ q }, EVERYTHING)).items.map(({ id }) => id);
    expect(await find('sn-2')).toEqual(['d-2']);
    expect(await find('hospital c-2')).toEqual(['d-west']);
    expect(await find('（中）')).toHaveLength(4);
    expect(await find('%')).toEqual([]);
  });

  it('tells the story of a device newest first, page by page', async () => {
    const id = await idOf('d-1');
    const at = (minute: number) => new Date(Date.UTC(2026, 4, 1, 0, minute));
    for (const minute of [1, 2, 2, 3]) {
      await database.query(
        `INSERT INTO device_event (device_id, at, code, severity, text, received_at)
         VALUES ($1, $2, 'E' || (SELECT count(*) FROM device_event), 'warning', 'pressure', $2)`,
        [id, at(minute)],
      );
    }
    await database.query(
      `INSERT INTO quarantine (device_code, topic, payload, reason, detail, received_at, payload_hash)
       VALUES ('d-1', 't', '', 'not-json', '', $1, '')`,
      [at(2)],
    );
    await database.query(
      `INSERT INTO alert (device_id, cause, severity, raised_at, last_seen_at, cleared_at, reason, contributors,
         window_from, window_to)
       VALUES ($1, 'metric:x', 'minor', $2, $2, $3, '{"en": "High", "zh": "偏高"}', '[]', $2, $2)`,
      [id, at(2), at(4)],
    );
    const whole = await registry.devices.timeline('d-1', { limit: 100 });
    const words = (entries: typeof whole) => entries.map(({ text }) => text.en);
    expect(words(whole)).toEqual([
      'Offline',
      'Firmware 2.1',
      'Online',
      'Cleared: High',
      'E3 pressure',
      'High',
      'E2 pressure',
      'E1 pressure',
      'A message was held in quarantine: not-json',
      'E0 pressure',
    ]);
    const ofItsOwn = await registry.devices.timeline('d-1', { kinds: ['firmware', 'presence'], limit: 100 });
    expect(words(ofItsOwn)).toEqual(['Offline', 'Firmware 2.1', 'Online']);
    // Page by page, though four things happened in one instant, none is left out and none comes twice.
    const paged: typeof whole = [];
    for (;;) {
      const before = paged.at(-1)?.at;
      const page = await registry.devices.timeline('d-1', { limit: 1, ...(before === undefined ? {} : { before }) });
      if (page.length === 0) break;
      paged.push(...page);
    }
    expect(paged).toEqual(whole);
  });
});
