// Everything that happened to a device, newest first: alerts, jobs, what the device said, what was held back. A read
// model over tables of other rooms.
import type { TimelineEntry } from '../contracts/http/devices.ts';
import type { Queryable } from '../db/database.ts';

export interface TimelineQuery {
  /** Only what happened before this instant (ISO 8601): that of the last entry of the page before. */
  before?: string;
  limit: number;
}

interface Row {
  at: Date;
  kind: TimelineEntry['kind'];
  id: bigint | null;
  severity: string | null;
  en: string;
  zh: string;
}

interface Source {
  kind: TimelineEntry['kind'];
  at: string;
  severity: string;
  en: string;
  zh: string;
  from: string;
  /** Rows of the device ($1 its code, `d` its row). */
  where: string;
}

const SOURCES: readonly Source[] = [
  {
    kind: 'alert',
    at: 'x.raised_at',
    severity: 'x.severity',
    en: `x.reason->>'en'`,
    zh: `x.reason->>'zh'`,
    from: 'alert x',
    where: 'x.device_id = d.id',
  },
  {
    kind: 'alert',
    at: 'x.cleared_at',
    severity: 'x.severity',
    en: `'Cleared: ' || (x.reason->>'en')`,
    zh: `'已恢复：' || (x.reason->>'zh')`,
    from: 'alert x',
    where: 'x.device_id = d.id AND x.cleared_at IS NOT NULL',
  },
  {
    kind: 'work-order',
    at: 'x.opened_at',
    severity: 'x.priority',
    en: `'Work order opened: ' || x.title_en`,
    zh: `'工单已创建：' || x.title_zh`,
    from: 'work_order x',
    where: 'x.device_id = d.id',
  },
  {
    kind: 'work-order',
    at: 'x.completed_at',
    severity: 'x.priority',
    en: `'Work order completed: ' || x.title_en`,
    zh: `'工单已完工：' || x.title_zh`,
    from: 'work_order x',
    where: 'x.device_id = d.id AND x.completed_at IS NOT NULL',
  },
  {
    kind: 'device-event',
    at: 'x.at',
    severity: 'x.severity',
    en: `concat_ws(' ', x.code, x.text)`,
    zh: `concat_ws(' ', x.code, x.text)`,
    from: 'device_event x',
    where: 'x.device_id = d.id',
  },
  {
    kind: 'presence',
    at: 'x.presence_at',
    severity: 'NULL::text',
    en: `CASE x.presence WHEN 'online' THEN 'Online since then' ELSE 'Offline since then' END`,
    zh: `CASE x.presence WHEN 'online' THEN '自此在线' ELSE '自此离线' END`,
    from: 'device x',
    where: 'x.id = d.id AND x.presence_at IS NOT NULL',
  },
  {
    kind: 'quarantine',
    at: 'x.received_at',
    severity: 'NULL::text',
    en: `'A message was held in quarantine: ' || x.reason`,
    zh: `'报文已隔离：' || x.reason`,
    from: 'quarantine x',
    where: 'x.device_code = d.code',
  },
];

/**
 * A page ends with a whole instant ("with ties"), so that the next one, which begins before it, skips nothing; instants
 * are those of the answer, milliseconds. Each source gives no more than a page, so the merge stays small.
 */
const pageBy = (at: string): string => `ORDER BY date_trunc('milliseconds', ${at}) DESC FETCH FIRST $2 ROWS WITH TIES`;

const selectOf = ({ kind, at, severity, en, zh, from, where }: Source): string => `(
  SELECT ${at} AS at, '${kind}' AS kind, ${kind === 'presence' ? 'NULL' : 'x.id'}::bigint AS id,
    ${severity} AS severity, ${en} AS en, ${zh} AS zh
  FROM device d, ${from}
  WHERE d.code = $1 AND ${where} AND ($3::timestamptz IS NULL OR ${at} < $3)
  ${pageBy(at)})`;

const TIMELINE = `SELECT * FROM (
    SELECT * FROM (${SOURCES.map(selectOf).join(' UNION ALL ')}) merged ${pageBy('at')}
  ) page ORDER BY at DESC, kind, id DESC`;

const toEntry = (row: Row): TimelineEntry => ({
  at: row.at.toISOString(),
  kind: row.kind,
  id: row.id === null ? null : Number(row.id),
  severity: row.severity,
  text: { en: row.en, zh: row.zh },
});

/** At least `limit` entries where there are so many: more only when several happened in the last instant. */
export async function deviceTimeline(
  db: Queryable,
  code: string,
  { before, limit }: TimelineQuery,
): Promise<TimelineEntry[]> {
  const { rows } = await db.query<Row>(TIMELINE, [code, limit, before ?? null]);
  return rows.map(toEntry);
}
