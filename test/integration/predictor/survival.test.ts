import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ProductSurvival } from '../../../src/contracts/http/survival.ts';
import { knownJobsOf } from '../../../src/predictor/horizon/device-history.ts';
import { livesOfProduct } from '../../../src/predictor/survival/survival-fits.ts';
import { createAgeingReads } from '../../../src/predictor/survival/ageing.ts';
import { createSurvivalReads } from '../../../src/predictor/survival/survival-reads.ts';
import { liveThrough } from '../../support/horizon-world.ts';
import { COOLER, DAY, START } from '../../support/predictor-signals.ts';
import { openPredictorWorld, type PredictorWorld } from '../../support/predictor-world.ts';

const DEVICES = Array.from({ length: 20 }, (_, index) => `C-${index + 1}`);

let world: PredictorWorld;
let failures: number;
let told: ProductSurvival;
const clock = { now: () => START };
beforeAll(async () => {
  world = await openPredictorWorld(DEVICES);
  failures = await liveThrough(world.database, DEVICES);
  await world.database.query(
    `UPDATE device SET firmware = CASE WHEN id % 2 = 0 THEN '1.0' ELSE '2.0' END, lot = 'L-7'`,
  );
  told = await createSurvivalReads(world.database, clock).survival(COOLER.code);
});
afterAll(() => world.close());

const headOf = () => told.components.find(({ component }) => component === 'head') as ProductSurvival['components'][0];

describe('how long components live', () => {
  test('every life is counted once: failures, and what is still in', () => {
    const [whole, ...parts] = headOf().cohorts;
    expect(whole).toMatchObject({ kind: 'product', code: '', failures, censored: DEVICES.length });
    const ofFirmware = parts.filter(({ kind }) => kind === 'firmware');
    expect(ofFirmware.map(({ code }) => code).sort()).toEqual(['1.0', '2.0']);
    expect(ofFirmware.reduce((sum, cohort) => sum + cohort.failures + cohort.censored, 0)).toBe(
      failures + DEVICES.length,
    );
    // Parts put in later are of no known lot.
    expect(parts.find(({ kind }) => kind === 'lot')).toMatchObject({ code: 'L-7', failures: DEVICES.length });
  });

  test('the fit is one of wearing parts, and its curve goes through what was seen', () => {
    const { cohorts, fitted, seen } = headOf();
    expect(cohorts[0]?.fit?.shape.low).toBeGreaterThan(1.2);
    const half = seen.find(({ alive }) => alive <= 0.5)?.hours ?? 0;
    expect(Math.abs((cohorts[0]?.fit?.medianHours ?? 0) / half - 1)).toBeLessThan(0.2);
    expect(fitted[0]).toMatchObject({ hours: 0, alive: 1 });
    for (const { low, alive, high } of [...fitted, ...seen]) {
      expect(low).toBeLessThanOrEqual(alive);
      expect(high).toBeGreaterThanOrEqual(alive);
    }
  });

  test('the typical age of today comes first, with failures a year and the life left', () => {
    const { atAges, watched } = headOf();
    expect(atAges[0]?.hours).toBe(watched.typicalAgeHours);
    expect(atAges).toHaveLength(4);
    const [, young, , old] = atAges;
    expect(old?.hazardPerYear.value).toBeGreaterThan(young?.hazardPerYear.value as number);
    expect(old?.meanLeftHours.high).toBeLessThan(young?.meanLeftHours.high as number);
    expect(watched.atMostPerYear).toBeNull();
  });

  test('a component nobody has seen fail has no fit, and says so', () => {
    const pump = told.components.find(({ component }) => component === 'pump');
    expect(pump?.cohorts[0]).toMatchObject({ failures: 0, censored: DEVICES.length, fit: null });
    expect(pump?.fitted).toEqual([]);
    expect(pump?.atAges).toEqual([]);
    expect(pump?.watched.atMostPerYear).toBeCloseTo(2.9957 / (pump?.watched.years as number), 4);
  });

  test('an unknown product is not found', async () => {
    await expect(createSurvivalReads(world.database, clock).survival('nothing')).rejects.toThrow('There is no product');
  });
});

describe('the chance to fail by age alone', () => {
  const question = { product: COOLER.code, component: 'head', horizonHours: 1_000 };

  test('grows with the age of the component, and starts anew with a confirmed repair', async () => {
    const { rows } = await world.database.query<{ device_id: number; days: number }>(
      `SELECT device_id, extract(epoch FROM $1::timestamptz - max(completed_at))::float8 / 86400 AS days FROM work_order
       GROUP BY device_id ORDER BY days`,
      [new Date(START)],
    );
    const ageing = createAgeingReads(world.database, clock);
    const [young, old] = [rows[0], rows.at(-1)];
    const asked = async (device: number) => (await ageing({ ...question, device }))?.value ?? Number.NaN;
    expect(old?.days).toBeGreaterThan((young?.days ?? 0) + 30);
    expect(await asked(old?.device_id as number)).toBeGreaterThan(2 * (await asked(young?.device_id as number)));
  });

  test('starts anew with a change that a person confirmed, not with one that only the device tells', async () => {
    const { rows } = await world.database.query<{ device: number }>(
      'SELECT device_id AS device FROM work_order GROUP BY device_id ORDER BY max(completed_at), device_id LIMIT 1',
    );
    const device = rows[0]?.device as number;
    const at = START - 5 * DAY;
    const chance = async () => (await createAgeingReads(world.database, clock)({ ...question, device }))?.value ?? NaN;
    const livesOf = async () =>
      (await livesOfProduct(world.database, COOLER.code, START)).filter(({ component }) => component === 'head').length;
    const [before, lives] = [await chance(), await livesOf()];
    await world.database.query(
      `INSERT INTO component_swap (device_id, component, at, previous_serial, serial, learned)
       VALUES ($1, 'head', $2, 'H-1', 'H-2', '{"series": [], "quiet": []}')`,
      [device, new Date(at)],
    );
    expect([await chance(), await livesOf()]).toEqual([before, lives]);
    await world.database.query(`UPDATE component_swap SET decision = 'confirmed', decided_by = 'ma', decided_at = $1`, [
      new Date(START - DAY),
    ]);
    expect(await chance()).toBeLessThan(before / 2);
    expect(await livesOf()).toBe(lives + 1);
    const known = await knownJobsOf(world.database, device, START);
    expect(known.at(-1)?.happenings).toEqual([{ atMs: at, kind: 'replaced', component: 'head' }]);
    expect(await knownJobsOf(world.database, device, START - 2 * DAY)).toHaveLength(known.length - 1);
  });

  test('is unknown where nothing is known to fail, or nobody knows the age', async () => {
    const ageing = createAgeingReads(world.database, clock);
    expect(await ageing({ ...question, component: 'pump', device: 1 })).toBeNull();
    await world.database.query(
      `INSERT INTO device (code, product_code, customer_code, station_code) VALUES ('NEW', $1, 'renji', 'sh')`,
      [COOLER.code],
    );
    const { rows } = await world.database.query<{ id: number }>(`SELECT id FROM device WHERE code = 'NEW'`);
    expect(await ageing({ ...question, device: rows[0]?.id as number })).toBeNull();
    await world.database.query('UPDATE device SET installed_on = $1 WHERE code = $2', [new Date(START - DAY), 'NEW']);
    const known = await ageing({ ...question, device: rows[0]?.id as number });
    expect(known?.low).toBeLessThanOrEqual(known?.value as number);
    expect(known?.high).toBeGreaterThanOrEqual(known?.value as number);
  });
});
