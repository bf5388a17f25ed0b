// Old notifications that reached their end are deleted, with what they told; those that were given up stay until resent.
import { Counter, type Registry } from 'prom-client';
import { DAY_MS, type Clock } from '../contracts/time.ts';
import type { MaintenanceJob } from '../db/maintenance.ts';
import { DEFAULT_NOTIFICATION_LIMITS } from './limits.ts';

const BATCH = 5_000;

export function notificationMaintenance(clock: Clock, metrics: Registry): MaintenanceJob[] {
  const trimmed = new Counter({
    name: 'stethos_notifications_trimmed_total',
    help: 'Notifications deleted because of their age',
    registers: [metrics],
  });
  return [
    {
      name: 'trim-notifications',
      schedule: '53 3 * * *',
      async run(database, signal) {
        const before = new Date(clock.now() - DEFAULT_NOTIFICATION_LIMITS.keepDays * DAY_MS);
        let deleted = 0;
        for (let more = true; more && !signal.aborted; ) {
          const gone = await database.transaction(async (tx) => {
            const { rows } = await tx.query<{ id: bigint }>(
              `SELECT id FROM notification WHERE state IN ('sent', 'suppressed') AND settled_at < $1 LIMIT ${BATCH}`,
              [before],
            );
            const ids = rows.map(({ id }) => id);
            await tx.query('DELETE FROM notification_alert WHERE notification_id = ANY ($1::bigint[])', [ids]);
            await tx.query('DELETE FROM notification WHERE id = ANY ($1::bigint[])', [ids]);
            return ids.length;
          });
          deleted += gone;
          more = gone === BATCH;
        }
        trimmed.inc(deleted);
        return `${deleted} notifications deleted`;
      },
    },
  ];
}
