// Looks for events of devices as they are stored, by whichever process took them in, so that a model is asked soon after one and
// not only when the next reading comes.
import type { BaseLogger } from 'pino';
import type { Database } from '../../db/database.ts';

export interface EventWatch {
  close(): void;
}

/** Devices told of at once; further ones at the next look. */
const DEVICES_LIMIT = 1_000;

export async function watchEvents(options: {
  database: Database;
  everyMs: number;
  log: BaseLogger;
  /** Of products that some model speaks of. */
  onEvents: (device: string) => void;
  speaksOf: (product: string) => boolean;
}): Promise<EventWatch> {
  const { database, everyMs, log, onEvents, speaksOf } = options;
  const { rows } = await database.query<{ id: bigint | null }>('SELECT max(id) AS id FROM device_event');
  let seen = rows[0]?.id ?? 0n;
  let isLooking = false;

  async function look(): Promise<void> {
    const found = await database.prepared<{ code: string; product: string; last: bigint }>(
      'horizon-new-events',
      `SELECT d.code, d.product_code AS product, max(e.id) AS last FROM device_event e JOIN device d ON d.id = e.device_id WHERE e.id > $1
       GROUP BY d.code, d.product_code ORDER BY last LIMIT ${DEVICES_LIMIT}`,
      [seen],
    );
    for (const { code, product, last } of found.rows) {
      seen = last;
      if (speaksOf(product)) onEvents(code);
    }
  }

  const timer = setInterval(() => {
    if (isLooking) return;
    isLooking = true;
    look()
      .catch((error: unknown) => log.warn({ error }, 'new events of devices could not be looked for'))
      .finally(() => (isLooking = false));
  }, everyMs);
  return { close: () => clearInterval(timer) };
}
