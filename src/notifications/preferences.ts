// What a person wants of notifications: language, time zone, quiet hours, and whether by mail at all.
import type { Preference } from '../contracts/http/notifications.ts';
import type { Language } from '../contracts/text.ts';
import type { Clock } from '../contracts/time.ts';
import type { Database } from '../db/database.ts';
import { DEFAULT_PREFERENCE, quietOf } from './recipients.ts';
import { refuseTimeZone } from './webhooks.ts';

export interface Preferences {
  preference(userId: number): Promise<Preference>;
  writePreference(userId: number, preference: Preference): Promise<Preference>;
}

interface Row {
  language: Language;
  time_zone: string;
  quiet_from: string | null;
  quiet_to: string | null;
  email: boolean;
}

export function createPreferences(database: Database, clock: Clock): Preferences {
  return {
    async preference(userId) {
      const { rows } = await database.query<Row>(
        'SELECT language, time_zone, quiet_from, quiet_to, email FROM notification_preference WHERE user_id = $1',
        [userId],
      );
      const [row] = rows;
      if (row === undefined) return DEFAULT_PREFERENCE;
      return { language: row.language, timeZone: row.time_zone, quietHours: quietOf(row), email: row.email };
    },
    async writePreference(userId, preference) {
      refuseTimeZone(preference.timeZone);
      const { language, timeZone, quietHours, email } = preference;
      await database.query(
        `INSERT INTO notification_preference (user_id, language, time_zone, quiet_from, quiet_to, email, changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (user_id) DO UPDATE SET language = excluded.language, time_zone = excluded.time_zone,
           quiet_from = excluded.quiet_from, quiet_to = excluded.quiet_to, email = excluded.email, changed_at = excluded.changed_at`,
        [userId, language, timeZone, quietHours?.from ?? null, quietHours?.to ?? null, email, new Date(clock.now())],
      );
      return preference;
    },
  };
}
