// Everything that happened to a device, newest first: alerts, jobs, what the device said, what was held back. A read
// model over tables of other rooms.
import type { Scope } from '../contracts/access.ts';
import type { TimelineEntry } from '../contracts/http/devices.ts';
import type { Page, PageQuery } from '../contracts/http/page.ts';
import type { Queryable } from '../db/database.ts';
import { oneDevice } from './device-view.ts';
import { cursorOf, limitOf, pageOf } from './page.ts';

interface Row {
  at: Date;
  /** Its full precision, for the cursor. */
  at_text: string;
  source: string;
  kind: TimelineEntry['kind'];
  id: bigint;
  severity: string | null;
  en: string;
  zh: string;
}

interface Source {
  /** Unique, so that entries of one instant have an order. */
  name: string;
  kind: TimelineEntry['kind'];
  at: string;
  severity: string;
  en: string;
  zh: string;
  from: string;
  /** Rows of the device ($1 its id, $2 its code). */
  where: string;
}

const SOURCES: readonly Source[] = [
  {
    name: 'alert-raised',
    kind: 'alert',
    at: 'x.raised_at',
    severity: 'x.severity',
    en: `x.reason->>'en'`,
    zh: `x.reason->>'zh'`,
    from: 'alert x',
    where: 'x.device_id = $1',
  },
  {
    name: 'alert-cleared',
    kind: 'alert',
    at: 'x.cleared_at',
    severity: 'x.severity',
    en: `'Cleared: ' || (x.reason->>'en')`,
    zh: `'已恢复：' || (x.reason->>'zh')`,
    from: 'alert x',
    where: 'x.device_id = $1 AND x.cleared_at IS NOT NULL',
  },
  {
    name: 'job-opened',
    kind: 'work-order',
    at: 'x.opened_at',
    severity: 'x.priority',
    en: `'Work order opened: ' || x.title_en`,
    zh: `'工单已创建：' || x.title_zh`,
    from: 'work_order x',
    where: 'x.device_id = $1',
  },
  {
    name: 'job-completed',
    kind: 'work-order',
    at: 'x.completed_at',
    severity: 'x.priority',
    en: `'Work order completed: ' || x.title_en`,
    zh: `'工单已完工：' || x.title_zh`,
    from: 'work_order x',
    where: 'x.device_id = $1 AND x.completed_at IS NOT NULL',
  },
  {
    name: 'device-event',
    kind: 'device-event',
    at: 'x.at',
    severity: 'x.severity',
    en: `concat_ws(' ', x.code, x.text)`,
    zh: `concat_ws(' ', x.code, x.text)`,
    from: 'device_event x',
    where: 'x.device_id = $1',
  },
  {
    name: 'presence',
    kind: 'presence',
    at: 'x.presence_at',
    severity: 'NULL::text',
    en: `CASE x.presence WHEN 'online' THEN 'Online since then' ELSE 'Offline since then' END`,
    zh: `CASE x.presence WHEN 'online' THEN '自此在线' ELSE '自此离线' END`,
    from: 'device x',
    where: 'x.id = $1 AND x.presence_at IS NOT NULL',
  },
  {
    name: 'quarantine',
    kind: 'quarantine',
    at: 'x.received_at',
    severity: 'NULL::text',
    en: `'A message was held in quarantine: ' || x.reason`,
    zh: `'报文已隔离：' || x.reason`,
    from: 'quarantine x',
    where: 'x.device_code = $2',
  },
];

/** Each source gives at most a page ($3) of what lies before the cursor ($4, $5, $6), so the merge stays small. */
const selectOf = ({ name, kind, at, severity, en, zh, from, where }: Source): string => `(
  SELECT ${at} AS at, ${at}::text AS at_text, '${name}' AS source, '${kind}' AS kind, x.id::bigint AS id,
    ${severity} AS severity, ${en} AS en, ${zh} AS zh
  FROM ${from}
  WHERE ${where} AND ($4::timestamptz IS NULL OR (${at}, '${name}', x.id) < ($4, $5::text, $6::bigint))
  ORDER BY ${at} DESC, x.id DESC LIMIT $3)`;

const TIMELINE = `SELECT * FROM (${SOURCES.map(selectOf).join(' UNION ALL ')}) merged
  ORDER BY at DESC, source DESC, id DESC LIMIT $3`;

const toEntry = (row: Row): TimelineEntry => ({
  at: row.at.toISOString(),
  kind: row.kind,
  id: row.kind === 'presence' ? null : Number(row.id),
  severity: row.severity,
  text: { en: row.en, zh: row.zh },
});

export async function deviceTimeline(
  db: Queryable,
  code: string,
  query: PageQuery,
  scope: Scope,
): Promise<Page<TimelineEntry>> {
  await oneDevice(db, code, scope);
  const limit = limitOf(query);
  const [at, source, id] = cursorOf(query, 3) ?? [null, null, null];
  const { rows: devices } = await db.query<{ id: number }>('SELECT id FROM device WHERE code = $1', [code]);
  const { rows } = await db.query<Row>(TIMELINE, [devices[0]?.id, code, limit + 1, at, source, id]);
  return pageOf(rows, limit, (row) => [row.at_text, row.source, String(row.id)], toEntry);
}
