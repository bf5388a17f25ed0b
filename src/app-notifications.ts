// The notifications room with what it needs of the configuration: the mail server, and the key that seals secrets, made at
// its first use where none was given.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Config } from './config.ts';
import type { Clock } from './contracts/time.ts';
import type { Database } from './db/database.ts';
import type { EventLog } from './db/event-log.ts';
import { type Notifications, startNotifications } from './notifications/notifications.ts';

const KEY_BYTES = 32;
const KEY_FILE = 'secrets.key';

/** Another process on the same folder may have made it just now: the one on disk counts. */
function keyFrom(dataDir: string, random: (bytes: number) => Buffer): string {
  const path = join(dataDir, KEY_FILE);
  if (!existsSync(path)) {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    try {
      writeFileSync(path, `${random(KEY_BYTES).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
  return readFileSync(path, 'utf8').trim();
}

export interface NotificationRooms {
  config: Config;
  database: Database;
  eventLog: EventLog;
  clock: Clock;
  random: (bytes: number) => Buffer;
  log: Logger;
  metrics: Registry;
  isSending: boolean;
}

export function openNotifications({ config, ...rooms }: NotificationRooms): Promise<Notifications> {
  const { smtpUrl, smtpFrom, publicUrl, secretsKey, privateWebhooks } = config.notifications;
  return startNotifications({
    ...rooms,
    smtp: smtpUrl === undefined || smtpFrom === undefined ? null : { url: smtpUrl, from: smtpFrom },
    publicUrl: publicUrl?.replace(/\/+$/, '') ?? null,
    allowsPrivateWebhooks: privateWebhooks === 'allow',
    secretsKey: () => secretsKey ?? keyFrom(config.dataDir, rooms.random),
  });
}
