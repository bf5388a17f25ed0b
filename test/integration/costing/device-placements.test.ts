// A month is shared out by where devices were in it, whatever became of them since.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EVERYTHING } from '../../../src/contracts/access.ts';
import type { Driver } from '../../../src/contracts/http/allocation.ts';
import type { DevicePatch } from '../../../src/contracts/http/devices.ts';
import { boundsOf, DAY_MS, dayOf, HOUR_MS } from '../../../src/contracts/time.ts';
import { readDriver } from '../../../src/costing/drivers.ts';
import type { Registry } from '../../../src/registry/registry.ts';
import { closeByTwo } from '../../support/close-period.ts';
import { putInForce } from '../../support/cycles.ts';
import { startTestRegistry } from '../../support/registry.ts';
import { type ServiceWorld, startServiceWorld } from '../../support/service-world.ts';
import { postByTwo } from '../../support/two-people.ts';

const MONTHS = ['2026-01', '2026-02', '2026-03', '2026-04'];
const FIRST_DAY = Date.parse('2026-01-15T09:00:00Z');

let world: ServiceWorld;
let registry: Registry;
beforeAll(async () => {
  world = await startServiceWorld();
  registry = await startTestRegistry(world.database, world.clock);
  await world.database.query(`INSERT INTO contract (code, customer_code, type, starts_on, ends_on, price_minor, currency)
    VALUES ('c-second', 'renji', 'labour-only', '2026-01-01', '2026-12-31', 1, 'CNY')`);
});
afterAll(async () => {
  await registry.close();
  await world.close();
});

const PLACES = {
  first: { customer: 'renji', contract: 'c-renji', station: 'sh' },
  second: { customer: 'renji', contract: 'c-second', station: 'sh' },
  north: { customer: 'xiehe', contract: 'c-xiehe', station: 'bj' },
  none: { customer: 'xiehe', contract: null, station: 'bj' },
} as const satisfies Record<string, DevicePatch>;

/** Who moved the driver in a month: device, customer, contract, region and quantity. */
async function moved(driver: Driver, period: string, device: string): Promise<string[]> {
  const { receiverIds, quantitiesMilli } = await readDriver(world.database, { driver, period, currency: '' });
  const { rows } = await world.database.query<{ id: number; said: string }>(
    `SELECT id, concat_ws(' ', customer, coalesce(contract, 'none'), region) AS said FROM cost_receiver
     WHERE id = ANY ($1) AND device = $2`,
    [[...receiverIds], device],
  );
  return rows.map(({ id, said }) => `${said} ${(quantitiesMilli[receiverIds.indexOf(id)] as number) / 1000}`).sort();
}
const saidOf = ({ customer, contract, station }: (typeof PLACES)[keyof typeof PLACES]): string =>
  `${customer} ${contract ?? 'none'} ${station === 'sh' ? 'east' : 'north'}`;

async function register(id: string, atMs = FIRST_DAY): Promise<void> {
  world.time.now = atMs;
  await registry.devices.create({
    id,
    product: 'mri-15',
    ...PLACES.first,
    installedOn: dayOf(atMs),
    lifecycle: 'in-service',
  });
}

describe('installed devices of a month', () => {
  it('are those in service on its last day, where they were then, after any changes', async () => {
    const change = fc.record({
      afterHours: fc.oneof(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 60 * 24 })),
      place: fc.constantFrom(...Object.values(PLACES)),
      lifecycle: fc.constantFrom('in-service' as const, 'in-service' as const, 'out-of-service' as const),
    });
    let n = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(change, { maxLength: 5 }), async (changes) => {
        n += 1;
        const id = `P-${n}`;
        await register(id);
        const days: { day: string; said: string; isIn: boolean }[] = [
          { day: dayOf(FIRST_DAY), said: saidOf(PLACES.first), isIn: true },
        ];
        for (const { afterHours, place, lifecycle } of changes) {
          world.time.now += afterHours * HOUR_MS;
          await registry.devices.patch(id, { ...place, lifecycle });
          days.push({ day: dayOf(world.time.now), said: saidOf(place), isIn: lifecycle === 'in-service' });
        }
        for (const month of MONTHS) {
          const lastDay = dayOf(boundsOf(month).toMs - DAY_MS);
          const then = days.findLast(({ day }) => day <= lastDay);
          expect([month, await moved('installed-devices', month, id)]).toEqual([
            month,
            then?.isIn ? [`${then.said} 1`] : [],
          ]);
        }
      }),
      { numRuns: 12, seed: 3 },
    );
  });

  it('that moved or were taken down in November still carry October when it is closed', async () => {
    await register('M-1', Date.parse('2026-01-05T00:00:00Z'));
    await register('M-2', Date.parse('2026-01-05T00:00:00Z'));
    const { allocation } = world.costing;
    await allocation.createPool({ code: 'tools', name: { en: 'Tools', zh: '工具' } });
    await putInForce(allocation, {
      code: 'tools',
      version: 1,
      effectiveFrom: '2026-01',
      method: 'direct',
      segments: [{ pool: 'tools', driver: 'installed-devices', filter: { device: ['M-1', 'M-2'] } }],
    });
    const amount = { amount: '100.00', currency: 'CNY' };
    const posting = { pool: 'tools', element: 'overhead', amount, occurredOn: '2026-10-05', note: 'October' } as const;
    world.time.now = Date.parse('2026-10-06T08:00:00Z');
    await postByTwo(world.costing, posting, 'october');
    world.time.now = Date.parse('2026-11-22T08:00:00Z');
    await registry.devices.patch('M-1', PLACES.north);
    await registry.devices.patch('M-2', { lifecycle: 'decommissioned' });
    await world.costing.idle();
    await closeByTwo(world.costing.periods, '2026-10');
    const { rows } = await world.costing.reads.summary(
      { by: 'device,contract', period: '2026-10', filter: 'pool:tools' },
      EVERYTHING,
    );
    expect(rows.map(({ keys, allocated }) => [keys.device, keys.contract, allocated.amount]).sort()).toEqual([
      ['M-1', 'c-renji', '50.00'],
      ['M-2', 'c-renji', '50.00'],
    ]);
    expect(await moved('installed-devices', '2026-11', 'M-2')).toEqual([]);
  });

  it('count to what their station, customer, contract and product were, too', async () => {
    await register('S-1', Date.parse('2026-02-05T00:00:00Z'));
    world.time.now = Date.parse('2026-03-10T08:00:00Z');
    await registry.stations.patch('sh', { region: 'north' });
    await registry.customers.patch('renji', { group: 'other' });
    await registry.contracts.patch('c-renji', { type: 'full-service' });
    const stretches = async () =>
      (
        await world.database.query<{ said: string }>(
          `SELECT concat_ws(' ', to_on, region, customer_group, contract_type) AS said FROM device_stretch
           WHERE device = 'S-1' ORDER BY to_on`,
        )
      ).rows.map(({ said }) => said);
    expect(await stretches()).toEqual(['2026-03-10 east sjtu uptime', 'infinity north other full-service']);
    world.time.now = Date.parse('2026-04-01T08:00:00Z');
    await registry.stations.patch('sh', { region: 'east', name: { en: 'Shanghai', zh: '上海' } });
    await registry.stations.patch('sh', { name: { en: 'Pudong', zh: '浦东' } });
    expect(await stretches()).toHaveLength(3);
  });

  it('the database keeps what it knows', async () => {
    for (const statement of ['UPDATE device_placement SET region = region', 'DELETE FROM device_placement'])
      await expect(world.database.query(statement)).rejects.toThrow(/append-only/);
  });
});

describe('what a device moved in a month', () => {
  it('counts day by day to where it was: a counter, hours of scanning, alarms', async () => {
    await register('T-1', Date.parse('2026-05-05T00:00:00Z'));
    await world.database.query(`INSERT INTO metric (code) VALUES ('exposures'), ('mode') ON CONFLICT DO NOTHING`);
    await world.database.query(
      `INSERT INTO metric_state (metric_id, code, label) SELECT id, 1, 'scan' FROM metric WHERE code = 'mode'`,
    );
    const read = (metric: string, at: string, value: number) =>
      world.database.query(
        `INSERT INTO reading (device_id, metric_id, measured_at, value, received_at)
         SELECT d.id, m.id, $2, $3, $2 FROM device d, metric m WHERE d.code = 'T-1' AND m.code = $1`,
        [metric, at, value],
      );
    for (const [day, value] of [
      ['05', 0],
      ['10', 40],
      ['19', 100],
      ['21', 130],
      ['30', 135],
    ] as const)
      await read('exposures', `2026-05-${day}T08:00:00Z`, value);
    for (const day of ['10', '21']) await read('mode', `2026-05-${day}T08:00:00Z`, 1);
    for (const day of ['10', '11', '25'])
      await world.database.query(
        `INSERT INTO alert (device_id, cause, severity, raised_at, last_seen_at, reason, contributors, window_from, window_to)
         SELECT id, 'metric:' || $1, 'major', $1::timestamptz, $1::timestamptz, '{}', '[]', $1::timestamptz, $1::timestamptz
         FROM device WHERE code = 'T-1'`,
        [`2026-05-${day}T08:00:00Z`],
      );
    world.time.now = Date.parse('2026-05-20T12:00:00Z');
    await registry.devices.patch('T-1', PLACES.north);
    const [before, after] = [saidOf(PLACES.first), saidOf(PLACES.north)];
    expect(await moved('exposures', '2026-05', 'T-1')).toEqual([`${before} 100`, `${after} 35`]);
    expect(await moved('scan-hours', '2026-05', 'T-1')).toEqual([`${before} 0.167`, `${after} 0.167`]);
    expect(await moved('alarm-count', '2026-05', 'T-1')).toEqual([`${before} 2`, `${after} 1`]);
    world.time.now = Date.parse('2026-07-01T08:00:00Z');
    await registry.devices.patch('T-1', { lifecycle: 'decommissioned' });
    const volumes = async (volume: 'devices' | 'device-hours' | 'exposures', month: string) => {
      const under = async (contract: string) => {
        const filter = `device:T-1,contract:${contract}`;
        const query = { volume, by: 'contract', period: month, against: '2026-04', filter };
        return (await world.costing.reads.compare(query, EVERYTHING)).split?.after;
      };
      return [await under('c-renji'), await under('c-xiehe')].map((told) => told?.quantity ?? 0);
    };
    expect(await volumes('devices', '2026-05')).toEqual([0, 1]);
    expect(await volumes('devices', '2026-07')).toEqual([0, 0]);
    expect(await volumes('device-hours', '2026-06')).toEqual([0, 720]);
    expect(await volumes('exposures', '2026-05')).toEqual([100, 35]);
  });
});
