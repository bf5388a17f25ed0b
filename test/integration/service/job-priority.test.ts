// A predictive job is at least as urgent as its alert has become, until somebody is on the way; never less.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Service, startService } from '../../../src/service/service.ts';
import { silentLog } from '../../support/database.ts';
import { type NotificationWorld, openNotificationWorld } from '../../support/notification-world.ts';

let world: NotificationWorld;
let service: Service;
beforeAll(async () => {
  world = await openNotificationWorld();
  const { database, eventLog, time } = world;
  service = await startService({ database, eventLog, clock: { now: () => time.now }, log: silentLog() });
});
afterAll(async () => {
  await service.close();
  await world.close();
});

async function jobFor(alertId: number, state: string, priority: string): Promise<number> {
  const { rows } = await world.database.query<{ id: bigint }>(
    `INSERT INTO work_order (kind, service_type, state, priority, device_id, component, failure_mode, title_en, title_zh, opened_at,
       opened_by, alert_id, product_line, product, customer, region, station)
     SELECT 'predictive', 'on-site', $2, $3, a.device_id, 'head', 'wear', 'x', 'x', a.raised_at, 'test', a.id, 'cooling',
       d.product_code, 'renji', 'east', 'sh'
     FROM alert a JOIN device d ON d.id = a.device_id WHERE a.id = $1 RETURNING id`,
    [alertId, state, priority],
  );
  return Number(rows[0]?.id);
}

test.each([
  ['approved', 'minor', 'critical'],
  ['approved', 'critical', 'critical'],
  ['dispatched', 'minor', 'minor'],
])('%s with priority %s becomes %s when its alert becomes critical', async (state, before, after) => {
  const alertId = await world.raise({ device: await world.addDevice(), severity: 'minor' });
  const id = await jobFor(alertId, state, before);
  await world.change(alertId, "severity = 'critical'", { type: 'alert.enriched' });
  await service.idle();
  const { rows } = await world.database.query('SELECT priority FROM work_order WHERE id = $1', [id]);
  expect(rows).toEqual([{ priority: after }]);
  // The other way nothing is lowered.
  await world.change(alertId, "severity = 'warning'", { type: 'alert.enriched' });
  await service.idle();
  expect((await world.database.query('SELECT priority FROM work_order WHERE id = $1', [id])).rows).toEqual(rows);
});
