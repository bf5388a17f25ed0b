// Failures a fleet has had, as finished corrective jobs with a confirmed finding, each announced by an event of the device some
// days before, among events that announce nothing.
import { createRandom } from '../../src/simulators/random.ts';
import type { TestDatabase } from './database.ts';
import { DAY, HOUR, START } from './predictor-signals.ts';

export interface FailureSeed {
  days: number;
  /** Mean days between failures of a device. */
  everyDays: number;
  component: string;
  failureMode: string;
}

const JOB = `
  INSERT INTO work_order (kind, service_type, state, priority, device_id, component, failure_mode, title_en, title_zh, opened_at,
    opened_by, failed_at, restored_at, completed_at, finding_failure_mode, finding_confirmed, finding_note, product_line, product,
    customer, region, station)
  SELECT 'corrective', 'on-site', 'closed', 'major', d.id, $2, $3, 'Repair', '维修', $4, 'test', $4, $5, $5, $3, true, '', 'cooling',
    d.product_code, d.customer_code, 'east', d.station_code FROM device d WHERE d.code = $1 RETURNING id`;
const KNOWN = `
  INSERT INTO known_failure (work_order_id, device_id, product_code, component, failure_mode, failed_at)
  SELECT $1, w.device_id, w.product, $2, $3, w.failed_at FROM work_order w WHERE w.id = $1`;
const EVENT = `
  INSERT INTO device_event (device_id, at, code, severity, received_at) SELECT id, $2, $3, 'warning', $2 FROM device WHERE code = $1
  ON CONFLICT DO NOTHING`;

/** Returns how many failures there were. */
export async function seedFailures(
  db: TestDatabase,
  devices: readonly string[],
  { days, everyDays, component, failureMode }: FailureSeed,
): Promise<number> {
  await db.query(`UPDATE device SET installed_on = $1`, [new Date(START)]);
  let failures = 0;
  for (const device of devices) {
    const random = createRandom('known failures', device);
    const at = (day: number): Date => new Date(START + Math.round(day * DAY));
    for (let day = random.between(1, 4); day < days; day += random.between(3, 9)) {
      await db.query(EVENT, [device, at(day), 'E-NOTHING']);
    }
    for (let day = random.between(0.5, 1.5) * everyDays; day < days; day += random.between(0.5, 1.5) * everyDays) {
      await db.query(EVENT, [device, at(day - random.between(0.2, 1.5)), 'E-GRIND']);
      const values = [device, component, failureMode, at(day), new Date(at(day).getTime() + 6 * HOUR)];
      const { rows } = await db.query<{ id: bigint }>(JOB, values);
      await db.query(KNOWN, [rows[0]?.id, component, failureMode]);
      failures += 1;
    }
  }
  return failures;
}
