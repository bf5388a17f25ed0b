// What is in quarantine, counted: by state, reason, device and day, and what its limits took away.
import { EVERYTHING, type Scope } from '../contracts/access.ts';
import type { QuarantineFilter, QuarantineSummary } from '../contracts/http/quarantine.ts';
import { dayOf } from '../contracts/time.ts';
import type { Queryable } from '../db/database.ts';
import { FILTERED, filterValues } from './quarantine-rows.ts';

const MOST_DEVICES = 20;
const DAYS = 30;

export async function summariseQuarantine(
  db: Queryable,
  filter: QuarantineFilter,
  scope: Scope,
): Promise<QuarantineSummary> {
  const values = filterValues(filter, scope);
  const select = async <R>(columns: string, rest: string): Promise<R[]> =>
    (await db.query<R>(`SELECT ${columns} FROM quarantine q WHERE ${FILTERED} ${rest}`, values)).rows;
  const counts = 'count(*)::integer AS entries, sum(q.seen)::integer AS seen';
  const byState = await select<QuarantineSummary['byState'][number]>(
    'q.state, count(*)::integer AS entries, sum(length(q.payload))::double precision AS bytes',
    'GROUP BY q.state ORDER BY q.state',
  );
  const byReason = await select<QuarantineSummary['byReason'][number]>(
    `q.reason, count(DISTINCT q.device_code)::integer AS devices, ${counts}`,
    'GROUP BY q.reason ORDER BY count(*) DESC, q.reason',
  );
  const byDevice = await select<QuarantineSummary['byDevice'][number]>(
    `q.device_code AS device, ${counts}`,
    `GROUP BY q.device_code ORDER BY count(*) DESC, q.device_code LIMIT ${MOST_DEVICES}`,
  );
  const days = await select<{ day: Date; entries: number }>(
    `date_trunc('day', q.received_at, 'UTC') AS day, count(*)::integer AS entries`,
    `GROUP BY 1 ORDER BY 1 DESC LIMIT ${DAYS}`,
  );
  const isWhole = scope.regions === EVERYTHING.regions && scope.customers === EVERYTHING.customers;
  const trimmed = isWhole ? await trimmedLately(db) : [];
  const byDay = days.map(({ day, entries }) => ({ day: dayOf(day.getTime()), entries })).toReversed();
  return { byState, byReason, byDevice, byDay, trimmed };
}

async function trimmedLately(db: Queryable): Promise<QuarantineSummary['trimmed']> {
  const { rows } = await db.query<QuarantineSummary['trimmed'][number]>(
    `SELECT state, cause, sum(entries)::integer AS entries, sum(bytes)::double precision AS bytes FROM quarantine_trimmed
     WHERE at > now() - $1 * INTERVAL '1 day' GROUP BY state, cause ORDER BY state, cause`,
    [DAYS],
  );
  return rows;
}
