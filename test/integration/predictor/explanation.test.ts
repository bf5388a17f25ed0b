// The explanation of an alert on real rows: cases like it with their outcome, what speaks against it, the data it stands on, and
// how often such alerts were right.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EVERYTHING } from '../../../src/contracts/access.ts';
import type { Contributor } from '../../../src/contracts/http/devices.ts';
import { DAY_MS, isoOf } from '../../../src/contracts/time.ts';
import { createAlertReads } from '../../../src/predictor/alerts.ts';
import type { DataQuality } from '../../../src/predictor/ports.ts';
import { type NotificationWorld, openNotificationWorld } from '../../support/notification-world.ts';

let world: NotificationWorld;
beforeAll(async () => {
  world = await openNotificationWorld();
});
afterAll(() => world.close());

const spoke = (metric: string, sigma: number): Contributor => ({
  metric,
  name: { en: metric, zh: metric },
  unit: 'K',
  direction: sigma > 0 ? 'up' : 'down',
  value: 5,
  expected: 4,
  sigma,
  since: isoOf(world.time.now - DAY_MS),
});

async function alertWith(contributors: Contributor[], outcome?: 'true-positive' | 'false-positive'): Promise<number> {
  const id = await world.raise({ device: await world.addDevice() });
  await world.database.query('UPDATE alert SET contributors = $2 WHERE id = $1', [id, JSON.stringify(contributors)]);
  world.time.now += 60_000;
  if (outcome === undefined) return id;
  await world.database.query(
    `INSERT INTO prediction_episode (device_id, product_code, component, failure_mode, model, model_version, alert_id, raised_at,
       last_at, horizon_hours, minimum_lead_hours, probability, peak_probability, outcome, basis, lead_hours)
     SELECT a.device_id, d.product_code, 'head', 'wear', 'm', '1', a.id, a.raised_at, a.raised_at, 100, 1, 0.5, 0.5, $2, 'finding', 30
     FROM alert a JOIN device d ON d.id = a.device_id WHERE a.id = $1`,
    [id, outcome],
  );
  return id;
}

test('names the nearest cases with their outcome, and counts how such alerts turned out', async () => {
  const near = await alertWith([spoke('head_temperature', 8), spoke('pressure', 5)], 'true-positive');
  const far = await alertWith([spoke('noise', 7)], 'false-positive');
  const opposite = await alertWith([spoke('head_temperature', -8), spoke('pressure', -5)], 'true-positive');
  const half = await alertWith([spoke('head_temperature', 8)], 'true-positive');
  for (let n = 0; n < 3; n++) await alertWith([spoke('other', 3)], 'true-positive');
  const id = await alertWith([spoke('head_temperature', 8), spoke('pressure', 6)]);
  const detail = await createAlertReads(world.database).one(id, EVERYTHING);
  expect(detail?.similar.map(({ alertId }) => alertId).slice(0, 2)).toEqual([near, half]);
  expect(detail?.similar[0]).toMatchObject({
    outcome: 'true-positive',
    leadHours: 30,
    likeness: expect.closeTo(0.98, 1),
  });
  expect(detail?.similar.map(({ alertId }) => alertId)).not.toContain(opposite);
  expect(far).toBeGreaterThan(0);
  expect(detail?.explanation.calibration).toMatchObject({ of: 'failure-mode', n: 7, right: 6 });
  expect(detail?.explanation.statements).toHaveLength(2);
  // Somebody who may see the west only has no cases of the east to learn from.
  expect(await createAlertReads(world.database).one(id, { regions: ['west'], customers: null })).toBeNull();
});

test('tells of a recent repair of the component, a visit that found nothing, and whom to send', async () => {
  const id = await alertWith([spoke('head_temperature', 8)]);
  await world.database.query(
    `INSERT INTO engineer (code, name_en, name_zh, station_code, skills, hourly_rate_minor, currency)
     VALUES ('E-1', 'Wang', '王工', 'sh', '{cooler}', 20000, 'CNY')`,
  );
  const job = async (daysAgo: number, isConfirmed: boolean): Promise<number> => {
    const { rows } = await world.database.query<{ id: bigint }>(
      `INSERT INTO work_order (kind, service_type, state, priority, device_id, component, title_en, title_zh, opened_at, opened_by,
         completed_at, finding_confirmed, product_line, product, customer, region, station)
       SELECT 'corrective', 'on-site', 'completed', 'major', a.device_id, 'head', 'x', 'x', a.raised_at, 'test',
         a.raised_at - make_interval(days => $2), $3, 'cooling', d.product_code, 'renji', 'east', 'sh'
       FROM alert a JOIN device d ON d.id = a.device_id WHERE a.id = $1 RETURNING id`,
      [id, daysAgo, isConfirmed],
    );
    return Number(rows[0]?.id);
  };
  const [recent, refuted] = [await job(10, true), await job(20, false)];
  await job(100, true);
  const detail = await createAlertReads(world.database).one(id, EVERYTHING);
  expect(detail?.explanation.counter.map(({ kind, workOrderId }) => [kind, workOrderId])).toEqual([
    ['recent-repair', recent],
    ['refuted-before', refuted],
  ]);
  expect(detail?.nextStep?.engineer).toEqual({ code: 'E-1', name: { en: 'Wang', zh: '王工' } });
});

test('says how good the data of its window was, what concerns it first', async () => {
  const id = await alertWith([spoke('head_temperature', 8)]);
  const asked: number[] = [];
  const event = { id: 1, device: 'x', product: null, customer: null, region: 'east', n: 1, evidence: {} };
  const quality: DataQuality = async (_device, fromMs, toMs) => {
    asked.push(toMs - fromMs);
    const at = { openedAt: isoOf(fromMs), lastSeenAt: isoOf(toMs), closedAt: null };
    const named = (code: string) => ({ code, name: { en: code, zh: code } });
    const events = [
      { ...event, ...at, kind: 'gap', metric: named('noise') },
      { ...event, ...at, kind: 'stuck', metric: named('head_temperature') },
    ];
    return { completeness: 0.93, events: events as never };
  };
  const detail = await createAlertReads(world.database, quality).one(id, EVERYTHING);
  expect(asked).toEqual([DAY_MS]);
  expect(detail?.explanation.quality).toMatchObject({
    completeness: 0.93,
    events: [
      { kind: 'stuck', isRelevant: true },
      { kind: 'gap', isRelevant: false },
    ],
  });
});
