// The directory shows every change: at once in the process that made it, soon in another one.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../../src/db/database.ts';
import { type EventLog, startEventLog } from '../../../src/db/event-log.ts';
import { createDirectory } from '../../../src/registry/directory.ts';
import type { Registry } from '../../../src/registry/registry.ts';
import { openTestDatabase, silentLog, type TestDatabase } from '../../support/database.ts';
import { newDevice, PUMP, seedMasterData, startTestRegistry, testClock } from '../../support/registry.ts';

describe('directory', () => {
  let database: TestDatabase;
  let eventLog: EventLog;
  let registry: Registry;
  /** Stands for another process: it hears of changes from the event log only. */
  let other: Registry;

  beforeAll(async () => {
    database = await openTestDatabase();
    eventLog = await startEventLog({ database, log: silentLog() });
    registry = await startTestRegistry(database, testClock());
    other = await startTestRegistry(database, testClock(), { eventLog });
    await seedMasterData(registry);
    await registry.devices.create(newDevice('d-1'));
    await registry.directory.load('d-1');
    await other.directory.load('d-1');
  });
  afterAll(async () => {
    await registry.close();
    await other.close();
    await eventLog.close();
    await database.close();
  });

  it('knows product, dimensions and contract terms', () => {
    const entry = registry.directory.find('d-1');
    expect(entry).toMatchObject({
      code: 'd-1',
      lifecycle: 'in-service',
      product: PUMP,
      dimensions: { device: 'd-1', productLine: 'infusion', customer: 'C-1', region: 'east', station: 'S-1' },
      contract: { code: 'K-1', penaltyPerHourMinor: 80_000n, currency: 'CNY', restorationHours: 24 },
    });
    expect(entry?.metrics.get('motor_current')?.unit).toBe('mA');
  });

  it('does not know a device that is not there', async () => {
    expect(registry.directory.find('d-9')).toBeNull();
    expect(await registry.directory.load('d-9')).toBeNull();
    await registry.devices.create(newDevice('d-9'));
    expect(await registry.directory.load('d-9')).not.toBeNull();
  });

  it('reads many at once with one object for a product', async () => {
    const codes = Array.from({ length: 30 }, (_, index) => `m-${index}`);
    for (const code of codes) await registry.devices.create(newDevice(code));
    const entries = await Promise.all(codes.map((code) => registry.directory.load(code)));
    expect(new Set(entries.map((entry) => entry?.product)).size).toBe(1);
  });

  it('reads again what was being read while it changed', async () => {
    let release = (): void => {};
    const held = new Promise<void>((resolve) => void (release = resolve));
    let isRead = (): void => {};
    const read = new Promise<void>((resolve) => void (isRead = resolve));
    const slow: Database = {
      ...database,
      async prepared<R>(name: string, text: string, values: readonly unknown[]) {
        const result = await database.prepared<R>(name, text, values);
        isRead();
        await held;
        return result;
      },
    };
    const directory = createDirectory({ database: slow, eventLog: undefined, log: silentLog() });
    const loading = directory.load('m-0');
    await read;
    await registry.devices.patch('m-0', { station: 'S-2' });
    const refreshing = directory.refresh('device', 'm-0');
    release();
    await Promise.all([loading, refreshing]);
    expect(directory.find('m-0')?.dimensions.station).toBe('S-2');
    directory.close();
  });

  const edits: readonly [string, () => Promise<unknown>, (found: Registry) => unknown, unknown][] = [
    [
      'device',
      () => registry.devices.patch('d-1', { station: 'S-2' }),
      (r) => r.directory.find('d-1')?.dimensions.region,
      'west',
    ],
    [
      'customer',
      () => registry.customers.patch('C-1', { group: 'G-1' }),
      (r) => r.directory.find('d-1')?.dimensions.customerGroup,
      'G-1',
    ],
    [
      'contract',
      () => registry.contracts.patch('K-1', { restorationHours: 12 }),
      (r) => r.directory.find('d-1')?.contract?.restorationHours,
      12,
    ],
    [
      'station',
      () => registry.stations.patch('S-2', { region: 'east' }),
      (r) => r.directory.find('d-1')?.dimensions.region,
      'east',
    ],
    [
      'product',
      () => registry.products.patch('pump-1', { kind: 'syringe-pump' }),
      (r) => r.directory.find('d-1')?.product.kind,
      'syringe-pump',
    ],
    [
      'lifecycle',
      () => registry.devices.patch('d-1', { lifecycle: 'out-of-service' }),
      (r) => r.directory.find('d-1')?.lifecycle,
      'out-of-service',
    ],
  ];
  it.each(edits)('shows an edited %s here at once and elsewhere soon', async (_, edit, look, expected) => {
    await edit();
    expect(look(registry)).toBe(expected);
    await expect.poll(() => look(other), { timeout: 5_000 }).toBe(expected);
  });
});
