// The notifications room on a test database with people, devices and alerts that tests raise by hand, as the predictor would: a
// row and its event in one transaction.
import { Registry } from 'prom-client';
import type { Severity } from '../../src/contracts/work-order-states.ts';
import { isoOf } from '../../src/contracts/time.ts';
import { startEventLog } from '../../src/db/event-log.ts';
import { appendEvent } from '../../src/db/event-log.ts';
import {
  type Notifications,
  type NotificationsOptions,
  startNotifications,
} from '../../src/notifications/notifications.ts';
import { openTestDatabase, silentLog } from './database.ts';
import { COOLER } from './predictor-signals.ts';
import { seededBytes } from './registry.ts';

const SEEDS = [
  "INSERT INTO region VALUES ('east', 'East', '华东'), ('west', 'West', '华西')",
  "INSERT INTO station VALUES ('sh', 'east', 'Shanghai', '上海', 31.2, 121.5), ('cd', 'west', 'Chengdu', '成都', 30.6, 104.1)",
  "INSERT INTO customer VALUES ('renji', 'Renji', '仁济医院', NULL, '3A', 'east'), ('huaxi', 'Huaxi', '华西医院', NULL, '3A', 'west')",
  "INSERT INTO site VALUES ('renji-1', 'renji', 'Renji East', '仁济东院', NULL, NULL), ('huaxi-1', 'huaxi', 'Huaxi Main', '华西本部', NULL, NULL)",
  "INSERT INTO product_line VALUES ('cooling', 'Cooling', '冷却')",
];

export const SECRETS_KEY = 'a key of the tests, of no use to anybody';
/** 10:00 in Shanghai. */
export const MORNING = Date.parse('2026-03-02T02:00:00Z');

export async function openNotificationWorld() {
  const database = await openTestDatabase();
  for (const seed of SEEDS) await database.query(seed);
  await database.query(
    `INSERT INTO product (code, line_code, name_en, name_zh, kind, definition)
     VALUES ($1, 'cooling', 'Cooler', '冷却机', 'cooler', $2)`,
    [COOLER.code, JSON.stringify(COOLER)],
  );
  const eventLog = await startEventLog({ database, log: silentLog(), pollMs: 50 });
  const time = { now: MORNING };
  let devices = 0;

  async function addDevice(place: 'east' | 'west' = 'east'): Promise<string> {
    const code = `N-${++devices}`;
    const [customer, site, station] = place === 'east' ? ['renji', 'renji-1', 'sh'] : ['huaxi', 'huaxi-1', 'cd'];
    await database.query(
      'INSERT INTO device (code, product_code, customer_code, site_code, station_code) VALUES ($1, $2, $3, $4, $5)',
      [code, COOLER.code, customer, site, station],
    );
    return code;
  }

  async function addPerson(email: string, role: string, regions: string[] | null = null): Promise<number> {
    const { rows } = await database.query<{ id: number }>(
      `INSERT INTO user_account (email, name, password_hash, role, regions) VALUES ($1, $1, '-', $2, $3) RETURNING id`,
      [email, role, regions],
    );
    return rows[0]?.id as number;
  }

  interface Raise {
    device: string;
    severity?: Severity;
    cause?: string;
    lastSeenMs?: number;
  }

  async function raise({ device, severity = 'major', cause = 'head/wear', lastSeenMs = time.now }: Raise) {
    return database.transaction(async (tx) => {
      const [component, mode] = cause.split('/');
      const { rows } = await tx.query<{ id: bigint }>(
        `INSERT INTO alert (device_id, cause, component, failure_mode, severity, raised_at, last_seen_at, reason, contributors,
           window_from, window_to)
         SELECT id, $2, $3, $4, $5, $6, $6, $7, '[]', $6, $6 FROM device WHERE code = $1 RETURNING id`,
        [
          device,
          cause,
          component ?? null,
          mode ?? null,
          severity,
          new Date(lastSeenMs),
          JSON.stringify({ en: 'Head temperature high.', zh: '冷头温度偏高。' }),
        ],
      );
      const alertId = Number(rows[0]?.id);
      appendEvent(tx, { type: 'alert.raised', at: isoOf(lastSeenMs), payload: { alertId, device, severity } });
      return alertId;
    });
  }

  async function change(
    alertId: number,
    sets: string,
    told?: { type: 'alert.changed' | 'alert.enriched'; change?: string; actor?: string },
  ) {
    await database.transaction(async (tx) => {
      const { rows } = await tx.query<{ code: string }>(
        `UPDATE alert a SET ${sets} FROM device d WHERE d.id = a.device_id AND a.id = $1 RETURNING d.code`,
        [alertId],
      );
      const device = rows[0]?.code as string;
      if (told?.type === 'alert.enriched') {
        appendEvent(tx, { type: 'alert.enriched', at: isoOf(time.now), payload: { alertId, device } });
      } else if (told !== undefined) {
        const payload = { alertId, device, change: told.change as string, actor: told.actor ?? 'system' };
        appendEvent(tx, { type: 'alert.changed', at: isoOf(time.now), payload });
      }
    });
  }

  return {
    database,
    eventLog,
    time,
    addDevice,
    addPerson,
    raise,
    change,
    start: (options: Partial<NotificationsOptions> = {}): Promise<Notifications> =>
      startNotifications({
        database,
        eventLog,
        clock: { now: () => time.now },
        random: seededBytes(`notifications ${Math.random()}`),
        log: silentLog(),
        metrics: new Registry(),
        smtp: null,
        publicUrl: 'https://stethos.example.test',
        allowsPrivateWebhooks: true,
        secretsKey: () => SECRETS_KEY,
        limits: { pollMs: 20, ...options.limits },
        ...options,
      }),
    async close() {
      await eventLog.close();
      await database.close();
    },
  };
}
export type NotificationWorld = Awaited<ReturnType<typeof openNotificationWorld>>;
