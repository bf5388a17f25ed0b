// A small after-sales organisation in a test database: one station with two engineers, two devices under contract, parts
// and rates. Written with SQL, as the registry would have left it.
import { pino } from 'pino';
import type { JobDimensions } from '../../src/contracts/costs.ts';
import type { Product } from '../../src/contracts/product.ts';
import type { EpochMs } from '../../src/contracts/time.ts';
import { startCosting } from '../../src/costing/costing.ts';
import type { Database } from '../../src/db/database.ts';
import { startEventLog } from '../../src/db/event-log.ts';
import { startService } from '../../src/service/service.ts';
import { survivalAt } from '../../src/predictor/survival/survival-reads.ts';
import { openTestDatabase } from './database.ts';

export const NOW = Date.parse('2026-06-15T12:00:00Z');

/** A corrective job on the MRI of this organisation, as its events and facts have it. */
export const MRI_JOB: JobDimensions = {
  workOrderId: 1,
  device: 'MRI-1',
  component: 'cold-head',
  productLine: 'imaging',
  product: 'mri-15',
  customer: 'renji',
  customerGroup: 'sjtu',
  contract: 'c-renji',
  contractType: 'uptime',
  serviceType: 'on-site',
  maintenanceKind: 'corrective',
  region: 'east',
  station: 'sh',
};

const MRI: Product = {
  code: 'mri-15',
  name: { en: 'MRI 1.5 T', zh: '1.5T 磁共振' },
  line: 'imaging',
  lineName: { en: 'Imaging', zh: '影像' },
  kind: 'mri',
  metrics: [],
  components: [
    {
      code: 'cold-head',
      name: { en: 'Cold head', zh: '冷头' },
      criticality: 1,
      failureModes: [
        {
          code: 'displacer-wear',
          name: { en: 'Displacer wear', zh: '排出器磨损' },
          signs: [],
          remedy: { en: 'replace the cold head', zh: '更换冷头' },
          part: 'P-COLDHEAD',
          labourHours: 10,
          people: 2,
          remote: false,
          horizonHours: 1000,
          unplannedFactor: 2,
          unplannedDowntimeHours: 24,
        },
      ],
    },
  ],
};

const MASTER_DATA = `
  INSERT INTO region VALUES ('east', 'East', '华东'), ('north', 'North', '华北');
  INSERT INTO station VALUES ('sh', 'east', 'Shanghai', '上海', 31.23, 121.47), ('bj', 'north', 'Beijing', '北京', 39.9, 116.4);
  INSERT INTO customer VALUES ('renji', 'Renji', '仁济医院', 'sjtu', '3A', 'east'), ('xiehe', 'Xiehe', '协和医院', NULL, '3A', 'north');
  INSERT INTO contract VALUES
    ('c-renji', 'renji', 'uptime', '2026-01-01', '2026-12-31', 50000000, 'CNY', 4, 8, 0.98, 100000),
    ('c-xiehe', 'xiehe', 'full-service', '2026-01-01', '2026-12-31', 40000000, 'CNY', NULL, NULL, NULL, 0);
  INSERT INTO engineer VALUES
    ('li', 'Li', '李工', 'sh', '{ct}', 25000, 'CNY'), ('wang', 'Wang', '王工', 'sh', '{mri}', 30000, 'CNY'),
    ('zhao', 'Zhao', '赵工', 'bj', '{mri}', 28000, 'CNY');
  INSERT INTO part VALUES ('P-COLDHEAD', 'Cold head', '冷头', 18000000, 'CNY', 'serial'), ('P-SCREW', 'Screw', '螺丝', 333, 'CNY', 'none'),
    ('P-GAS', 'Helium', '氦气', 90001, 'CNY', 'lot');
  INSERT INTO product_line VALUES ('imaging', 'Imaging', '影像');
  INSERT INTO rate (kind, engineer_code, amount_minor, currency, effective_from, author, decision, decided_by, decided_at)
  SELECT kind, engineer, amount, 'CNY', since::timestamptz, 'founder', 'approved', 'second', now() FROM (VALUES
    ('labour-hour', 'wang', 32000, '2026-01-01'), ('labour-hour', 'wang', 36000, '2026-06-01'),
    ('travel-km', NULL, 180, '2026-01-01'), ('travel-hour', NULL, 12000, '2026-01-01')) r (kind, engineer, amount, since);
`;

export async function foundServiceWorld(db: Database): Promise<void> {
  for (const statement of MASTER_DATA.split(';\n')) if (statement.trim() !== '') await db.query(statement);
  await db.query(
    `INSERT INTO product (code, line_code, name_en, name_zh, kind, definition) VALUES ('mri-15', 'imaging', 'MRI 1.5 T', '1.5T 磁共振', 'mri', $1)`,
    [JSON.stringify(MRI)],
  );
  await db.query(
    `INSERT INTO device (code, product_code, customer_code, contract_code, station_code, installed_on) VALUES
       ('MRI-1', 'mri-15', 'renji', 'c-renji', 'sh', '2025-01-01'), ('MRI-2', 'mri-15', 'xiehe', 'c-xiehe', 'bj', '2026-06-10')`,
  );
}

/** Service and costing on one database and event log, with a clock the test sets. */
export async function startServiceWorld() {
  const log = pino({ level: process.env.TEST_LOG ?? 'silent' });
  const database = await openTestDatabase();
  await foundServiceWorld(database);
  const time: { now: EpochMs } = { now: NOW };
  const clock = { now: () => time.now };
  const eventLog = await startEventLog({ database, log });
  const service = await startService({ database, eventLog, clock, log });
  const costing = await startCosting({
    database,
    eventLog,
    clock,
    log,
    currency: 'CNY',
    survivalAt: survivalAt(database),
  });
  return {
    database,
    eventLog,
    clock,
    log,
    time,
    service,
    costing,
    async close() {
      await service.close();
      await costing.close();
      await eventLog.close();
      await database.close();
    },
  };
}
export type ServiceWorld = Awaited<ReturnType<typeof startServiceWorld>>;
