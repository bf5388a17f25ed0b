// Everything that happened to a device, newest first: alerts, jobs, commands, what the device said, what was wrong with
// its data, its connections and firmware. A read model over tables of other rooms.
import { TIMELINE_KINDS, type TimelineEntry, type TimelineKind } from '../contracts/http/devices.ts';
import { QUALITY_KINDS, type QualityKind } from '../contracts/quality.ts';
import type { Text } from '../contracts/text.ts';
import type { Queryable } from '../db/database.ts';

export interface TimelineQuery {
  /** Only what happened before this instant (ISO 8601): that of the last entry of the page before. */
  before?: string;
  /** Only of these kinds; left out: all. */
  kinds?: readonly TimelineKind[];
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

const QUALITY_WORDS: Readonly<Record<QualityKind, Text>> = {
  stale: { en: 'No data', zh: '数据中断' },
  gap: { en: 'Gap in the data', zh: '数据缺口' },
  stuck: { en: 'Value does not move', zh: '数值不变' },
  range: { en: 'Implausible values', zh: '数值超限' },
  'clock-skew': { en: 'Clock is wrong', zh: '设备时钟偏差' },
  'clock-step': { en: 'Clock was set', zh: '设备时钟跳变' },
  'clock-drift': { en: 'Clock drifts', zh: '设备时钟漂移' },
};

/** Kind and the metric's name in the product, in SQL. */
function qualityText(language: 'en' | 'zh'): string {
  const cases = QUALITY_KINDS.map((kind) => `WHEN '${kind}' THEN '${QUALITY_WORDS[kind][language]}'`).join(' ');
  const name = `coalesce(jsonb_path_query_first(p.definition, '$.metrics[*] ? (@.code == $code).name',
    jsonb_build_object('code', x.metric))->>'${language}', x.metric)`;
  return `(CASE x.kind ${cases} END || CASE WHEN x.metric = '' THEN '' ELSE '${language === 'en' ? ': ' : '：'}' || ${name} END)`;
}

/** What began to be learned anew, and why, in SQL. */
function baselineText(language: 'en' | 'zh'): string {
  const isEn = language === 'en';
  const name = `coalesce(jsonb_path_query_first(p.definition, '$.components[*] ? (@.code == $code).name',
    jsonb_build_object('code', x.component))->>'${language}', x.component)`;
  const serials = `coalesce(x.detail->>'previousSerial', '?') || ' → ' || coalesce(x.detail->>'serial', '?')`;
  const texts: Readonly<Record<string, string>> = isEn
    ? {
        job: `'Normal is learned anew after a job: ' || ${name}`,
        'component-changed': `'Component changed: ' || ${name} || ' ' || ${serials}`,
        'component-changed-without-job': `'Component changed without a job: ' || ${name} || ' ' || ${serials}`,
        'swap-confirmed': `'Replacement confirmed by ' || (x.detail->>'actor') || ': ' || ${name} || ' ' || (x.detail->>'serial')`,
        'swap-disputed': `'Replacement disputed by ' || (x.detail->>'actor') || CASE coalesce(x.detail->>'restored', 'all')
          WHEN 'all' THEN ', what was learned before counts again: '
          WHEN 'some' THEN ', what was learned before counts again but for what was made anew since: '
          ELSE ', what was learned since stays, as a job or another change made it anew: ' END || ${name}`,
        'product-changed': `'Product changed: ' || (x.detail->>'from') || ' → ' || (x.detail->>'to') || '; normal is learned anew'`,
        'found-normal': `'No fault was found; what was seen counts as normal' || CASE x.component WHEN '' THEN '' ELSE ': ' || ${name} END`,
      }
    : {
        job: `'检修后重新学习正常水平：' || ${name}`,
        'component-changed': `'部件已更换：' || ${name} || ' ' || ${serials}`,
        'component-changed-without-job': `'部件在没有工单的情况下被更换：' || ${name} || ' ' || ${serials}`,
        'swap-confirmed': `(x.detail->>'actor') || ' 确认已更换部件：' || ${name} || ' ' || (x.detail->>'serial')`,
        'swap-disputed': `(x.detail->>'actor') || ' 认定并未更换部件，' || CASE coalesce(x.detail->>'restored', 'all')
          WHEN 'all' THEN '恢复此前学习的正常水平：'
          WHEN 'some' THEN '恢复此前学习的正常水平（此后已重新学习的部分除外）：'
          ELSE '但此后已有工单或其他更换，保留重新学习的正常水平：' END || ${name}`,
        'product-changed': `'产品型号变更：' || (x.detail->>'from') || ' → ' || (x.detail->>'to') || '，重新学习正常水平'`,
        'found-normal': `'未发现故障，当前水平按正常处理' || CASE x.component WHEN '' THEN '' ELSE '：' || ${name} END`,
      };
  const cases = Object.entries(texts).map(([reason, text]) => `WHEN '${reason}' THEN ${text}`);
  return `(CASE x.reason ${cases.join(' ')} END)`;
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
    at: 'x.at',
    severity: 'NULL::text',
    en: `CASE x.presence WHEN 'online' THEN 'Online' ELSE 'Offline' END`,
    zh: `CASE x.presence WHEN 'online' THEN '上线' ELSE '离线' END`,
    from: 'device_presence x',
    where: 'x.device_id = d.id',
  },
  {
    kind: 'firmware',
    at: 'x.at',
    severity: 'NULL::text',
    en: `'Firmware ' || concat_ws(' → ', x.previous, x.firmware)`,
    zh: `'固件 ' || concat_ws(' → ', x.previous, x.firmware)`,
    from: 'device_firmware x',
    where: 'x.device_id = d.id',
  },
  {
    kind: 'baseline',
    at: 'x.at',
    severity: `CASE x.reason WHEN 'component-changed-without-job' THEN 'warning' END`,
    en: baselineText('en'),
    zh: baselineText('zh'),
    from: 'baseline_reset x JOIN device o ON o.id = x.device_id JOIN product p ON p.code = o.product_code',
    where: 'x.device_id = d.id',
  },
  {
    kind: 'quality',
    at: 'x.opened_at',
    severity: 'NULL::text',
    en: qualityText('en'),
    zh: qualityText('zh'),
    from: 'data_quality_event x JOIN device o ON o.id = x.device_id JOIN product p ON p.code = o.product_code',
    where: 'x.device_id = d.id',
  },
  {
    kind: 'quality',
    at: 'x.closed_at',
    severity: 'NULL::text',
    en: `'Over: ' || ${qualityText('en')}`,
    zh: `'已结束：' || ${qualityText('zh')}`,
    from: 'data_quality_event x JOIN device o ON o.id = x.device_id JOIN product p ON p.code = o.product_code',
    where: `x.device_id = d.id AND x.closed_at IS NOT NULL AND x.kind NOT IN ('gap', 'clock-step')`,
  },
  {
    kind: 'command',
    at: 'x.requested_at',
    severity: 'NULL::text',
    en: `x.title_en || ' (' || x.reason || ')'`,
    zh: `x.title_zh || '（' || x.reason || '）'`,
    from: 'device_command x',
    where: 'x.device_id = d.id',
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
  SELECT ${at} AS at, '${kind}' AS kind, x.id::bigint AS id,
    ${severity} AS severity, ${en} AS en, ${zh} AS zh
  FROM device d, ${from}
  WHERE d.code = $1 AND ${where} AND ($3::timestamptz IS NULL OR ${at} < $3)
  ${pageBy(at)})`;

const timelineOf = (sources: readonly Source[]): string => `SELECT * FROM (
    SELECT * FROM (${sources.map(selectOf).join(' UNION ALL ')}) merged ${pageBy('at')}
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
  { before, kinds = TIMELINE_KINDS, limit }: TimelineQuery,
): Promise<TimelineEntry[]> {
  const sources = SOURCES.filter(({ kind }) => kinds.includes(kind));
  const { rows } = await db.query<Row>(timelineOf(sources), [code, limit, before ?? null]);
  return rows.map(toEntry);
}
