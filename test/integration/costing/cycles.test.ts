import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EVERYTHING } from '../../../src/contracts/access.ts';
import type { NewAllocationCycle } from '../../../src/contracts/http/allocation.ts';
import { readDriver } from '../../../src/costing/drivers.ts';
import { type ServiceWorld, startServiceWorld } from '../../support/service-world.ts';
import { postByTwo } from '../../support/two-people.ts';

const PERIOD = '2026-06';
const DIRECT: NewAllocationCycle = {
  code: 'overhead',
  version: 1,
  effectiveFrom: '2026-06',
  method: 'direct',
  segments: [
    { pool: 'platform', driver: 'installed-devices' },
    { pool: 'depot', driver: 'contract-revenue', filter: { region: ['east'] } },
  ],
};

/** The next version, in which the pools serve each other. */
const SERVING: NewAllocationCycle = {
  ...DIRECT,
  version: 2,
  effectiveFrom: '2026-07',
  method: 'reciprocal',
  segments: [
    { pool: 'platform', driver: 'installed-devices', services: [{ pool: 'depot', share: 0.5 }] },
    { pool: 'depot', driver: 'contract-revenue', services: [{ pool: 'platform', share: 0.2 }] },
  ],
};

let world: ServiceWorld;
beforeAll(async () => {
  world = await startServiceWorld();
  const { allocation } = world.costing;
  for (const code of ['platform', 'depot']) {
    await allocation.createPool({ code, name: { en: code, zh: code } });
    await postByTwo(
      world.costing,
      {
        pool: code,
        element: 'overhead',
        amount: { amount: '1000.01', currency: 'CNY' },
        occurredOn: '2026-06-02',
        note: 'June',
      },
      `june-${code}`,
    );
  }
});
afterAll(() => world.close());

const summary = () => world.costing.reads.summary({ by: 'customer', period: PERIOD, currency: 'CNY' }, EVERYTHING);
const count = async (table: string): Promise<unknown> =>
  (await world.database.query(`SELECT count(*)::integer AS n FROM ${table}`)).rows[0]?.n;

describe('a cycle version', () => {
  it('counts for nothing until a second person has put it in force', async () => {
    const { allocation } = world.costing;
    expect(await allocation.createCycle(DIRECT, 'anna')).toMatchObject({ author: 'anna', activatedBy: null });
    await world.costing.idle();
    expect((await summary()).unallocated.amount).toBe('2000.02');
    await expect(allocation.activateCycle(DIRECT, 'anna', null)).rejects.toThrow(/a second person/);
    const byHand = world.database.query(
      `INSERT INTO allocation_activation (cycle, cycle_version, actor, at) VALUES ('overhead', 1, 'anna', now())`,
    );
    await expect(byHand).rejects.toThrow(/its author cannot put it in force/);
    expect(await allocation.activateCycle(DIRECT, 'ben', 'checked')).toMatchObject({ activatedBy: 'ben' });
    await world.costing.idle();
    const { rows, unallocated } = await summary();
    expect(unallocated.amount).toBe('0.00');
    expect(rows.map(({ keys, allocated }) => [keys.customer, allocated.amount])).toEqual([
      ['renji', '1500.02'],
      ['xiehe', '500.00'],
    ]);
    await expect(world.database.query('UPDATE allocation_cycle SET version = 9')).rejects.toThrow(/append-only/);
  });

  it('shows all its problems at once, each with what to do, and is not put in force with them', async () => {
    const { allocation } = world.costing;
    const wrong: NewAllocationCycle = {
      code: 'other',
      version: 1,
      effectiveFrom: '2026-05',
      method: 'reciprocal',
      segments: [
        { pool: 'platform', services: [{ pool: 'depot', share: 1 }] },
        {
          pool: 'depot',
          driver: 'visits',
          services: [
            { pool: 'platform', share: 0.6 },
            { pool: 'platform', share: 0.4 },
          ],
        },
      ],
    };
    await expect(
      allocation.createCycle({ ...wrong, segments: [{ pool: 'nowhere', driver: 'visits' }] }, 'anna'),
    ).rejects.toThrow(/no cost pool nowhere/);
    await allocation.createCycle(wrong, 'anna');
    const { problems } = await allocation.validateCycle(wrong, PERIOD);
    expect(problems.map(({ code, blocking }) => [code, blocking])).toEqual([
      ['service-not-clear', true],
      ['loop-without-exit', true],
      ['overlapping-validity', true],
      ['month-under-way', false],
      ['zero-driver', false],
    ]);
    expect(problems[1]?.detail.en).toMatch(/depot -> platform -> depot/);
    await expect(allocation.activateCycle(wrong, 'ben', null)).rejects.toThrow(/depot -> platform -> depot/);
  });

  it('is tried on a period without writing totals, against what is in force', async () => {
    const { allocation } = world.costing;
    await allocation.createCycle(SERVING, 'anna');
    const before = await summary();
    const written = [await count('allocation_run'), await count('allocation_result'), await count('event')];
    const trial = await allocation.simulate('overhead', { period: PERIOD, by: 'customer' });
    expect(trial).toMatchObject({ version: 2, period: PERIOD, problems: [] });
    const sum = (of: 'before' | 'after') => trial.rows.reduce((total, row) => total + Number(row[of].amount) * 100, 0);
    expect([Math.round(sum('before')), Math.round(sum('after'))]).toEqual([200_002, 200_002]);
    expect(trial.rows.find(({ key }) => key === 'xiehe')?.difference.amount).toMatch(/^\d/);
    expect([await count('allocation_run'), await count('allocation_result'), await count('event')]).toEqual(written);
    expect(await summary()).toEqual(before);
  });

  it('is tried before it is written as it would be after, and what could not be written is not tried', async () => {
    const { allocation } = world.costing;
    const next = { ...SERVING, version: 3 };
    const written = [await count('allocation_cycle'), await count('allocation_result'), await count('event')];
    const asked = { period: PERIOD, by: 'customer' } as const;
    const trial = await allocation.simulateDraft(next, asked);
    const saved = await allocation.simulate('overhead', { ...asked, version: 2 });
    expect(trial).toEqual({ ...saved, version: 3 });
    const other = await allocation.simulateDraft({ ...next, method: 'direct' }, asked);
    expect(other.rows).not.toEqual(trial.rows);
    const { problems } = await allocation.simulateDraft({ ...next, code: 'another', effectiveFrom: PERIOD }, asked);
    expect(problems.map(({ code }) => code)).toContain('overlapping-validity');
    await expect(
      allocation.simulateDraft({ ...next, segments: [{ pool: 'nowhere', driver: 'visits' }] }, asked),
    ).rejects.toThrow(/no cost pool nowhere/);
    await expect(allocation.simulateDraft({ ...next, effectiveTo: '2026-06' }, asked)).rejects.toThrow(
      /end in 2026-06, before/,
    );
    expect([await count('allocation_cycle'), await count('allocation_result'), await count('event')]).toEqual(written);
  });

  it('is withdrawn as a draft, stays on record, and is never put in force or tried unasked after', async () => {
    const { allocation } = world.costing;
    await allocation.createCycle({ ...DIRECT, version: 3, effectiveFrom: '2026-08' }, 'anna');
    const draft = { code: 'overhead', version: 3 };
    expect(await allocation.withdrawCycle(draft, 'carl', 'a slip')).toMatchObject({
      author: 'anna',
      withdrawnBy: 'carl',
      activatedBy: null,
    });
    const { rows } = await world.database.query(
      `SELECT type, payload FROM event WHERE type LIKE 'allocation.cycle%' ORDER BY position DESC LIMIT 1`,
    );
    expect(rows[0]).toEqual({
      type: 'allocation.cycle-withdrawn',
      payload: { cycle: 'overhead', version: 3, actor: 'carl' },
    });
    await expect(allocation.activateCycle(draft, 'ben', null)).rejects.toThrow(/withdrawn by carl; write the next/);
    await expect(allocation.withdrawCycle(draft, 'anna', null)).rejects.toThrow(/withdrawn by carl/);
    await expect(allocation.createCycle({ ...DIRECT, version: 3 }, 'anna')).rejects.toThrow(/post the next version/);
    expect(await allocation.simulate('overhead', { period: PERIOD })).toMatchObject({ version: 2 });
    await expect(allocation.withdrawCycle(DIRECT, 'carl', null)).rejects.toThrow(/in force already/);
  });

  it('is decided once, whoever writes to the database, and of two at once one comes first', async () => {
    const { allocation } = world.costing;
    const decide = (table: string, version: number) =>
      world.database.query(
        `INSERT INTO ${table} (cycle, cycle_version, actor, at) VALUES ('overhead', $1, 'ben', now())`,
        [version],
      );
    await expect(decide('allocation_activation', 3)).rejects.toThrow(/was withdrawn/);
    await expect(decide('allocation_withdrawal', 1)).rejects.toThrow(/is in force/);
    await expect(world.database.query('DELETE FROM allocation_withdrawal')).rejects.toThrow(/append-only/);
    for (const version of [4, 5, 6]) {
      await allocation.createCycle({ ...DIRECT, version, effectiveFrom: '2026-09', effectiveTo: '2026-09' }, 'anna');
      const draft = { code: 'overhead', version };
      const both = await Promise.allSettled([
        allocation.withdrawCycle(draft, 'carl', null),
        allocation.activateCycle(draft, 'ben', null),
      ]);
      expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
      const decided = (await allocation.cycles()).find((cycle) => cycle.version === version);
      expect([decided?.withdrawnBy, decided?.activatedBy].filter((by) => by !== null)).toHaveLength(1);
    }
  });

  it('is compared with the other methods: who would carry more, who less', async () => {
    const methods = await world.costing.allocation.compareMethods({ period: PERIOD, by: 'customer' });
    expect(methods.inForce).toBe('direct');
    expect(methods.refused.map(({ method }) => method)).toEqual(['activity-based']);
    for (const method of ['direct', 'step-down', 'reciprocal']) {
      const total = methods.rows.reduce((sum, row) => sum + Math.round(Number(row.amounts[method]?.amount) * 100), 0);
      expect([method, total]).toEqual([method, 200_002]);
      const moved = methods.rows.reduce(
        (sum, row) => sum + Math.round(Number(row.differences[method]?.amount) * 100),
        0,
      );
      expect([method, moved]).toEqual([method, 0]);
    }
  });
});

describe('drivers from telemetry', () => {
  it('follow counters over resets, and tell of devices that told nothing', async () => {
    const { database } = world;
    await database.query(
      `UPDATE product SET definition = jsonb_set(definition, '{metrics}', '[{"code": "scan_count"}, {"code": "mode"}]')`,
    );
    await database.query(`INSERT INTO metric (code) VALUES ('scan_count'), ('mode') ON CONFLICT DO NOTHING`);
    await database.query(
      `INSERT INTO metric_state (metric_id, code, label) SELECT id, s.code, s.label FROM metric,
         (VALUES (0, 'idle'), (1, 'scan')) AS s (code, label) WHERE metric.code = 'mode'`,
    );
    const read = (metric: string, at: string, value: number) =>
      database.query(
        `INSERT INTO reading (device_id, metric_id, measured_at, value, received_at)
         SELECT d.id, m.id, $2, $3, $2 FROM device d, metric m WHERE d.code = 'MRI-1' AND m.code = $1`,
        [metric, at, value],
      );
    // 40 before the month; 100 on the second; reset to 0 on the third, up to 30; 35 at the end: 60 + 30 + 5.
    for (const [at, value] of [
      ['2026-05-30T08:00:00Z', 40],
      ['2026-06-02T08:00:00Z', 100],
      ['2026-06-03T08:00:00Z', 0],
      ['2026-06-03T18:00:00Z', 30],
      ['2026-06-20T08:00:00Z', 35],
    ] as const)
      await read('scan_count', at, value);
    const scans = await readDriver(database, { driver: 'scan-count', period: PERIOD, currency: '' });
    expect([...scans.quantitiesMilli]).toEqual([95_000]);
    expect(scans.unknownDevices).toEqual(['MRI-2']);
    // Five minutes of scanning, idle, and a last scan that holds for ten minutes at most.
    for (const [at, state] of [
      ['2026-06-02T08:00:00Z', 1],
      ['2026-06-02T08:05:00Z', 0],
      ['2026-06-02T09:00:00Z', 1],
    ] as const)
      await read('mode', at, state);
    const hours = await readDriver(database, { driver: 'scan-hours', period: PERIOD, currency: '' });
    expect([...hours.quantitiesMilli]).toEqual([250]);
  });
});
