// Reads the episodes of data quality, for one device and for the fleet as a person may see it.
import type { Scope } from '../../contracts/access.ts';
import { keyOf, limitOf, pageOf } from '../../contracts/http/cursor.ts';
import type { Page } from '../../contracts/http/page.ts';
import type {
  CompletenessQuery,
  DeviceCompleteness,
  DeviceQuality,
  QualityEvent,
  QualityEventQuery,
  QualitySummary,
} from '../../contracts/http/quality.ts';
import { Problem } from '../../contracts/problems.ts';
import { DAY_MS, dayOf, type Clock } from '../../contracts/time.ts';
import type { Queryable } from '../../db/database.ts';
import { readCompleteness } from './completeness.ts';

export interface QualityReads {
  events(query: QualityEventQuery, scope: Scope): Promise<Page<QualityEvent>>;
  summary(scope: Scope): Promise<QualitySummary>;
  /** Of the fleet by device, a page of devices at a time. */
  completeness(query: CompletenessQuery, scope: Scope): Promise<Page<DeviceCompleteness>>;
  device(code: string): Promise<DeviceQuality>;
}

type Row = Omit<QualityEvent, 'id' | 'openedAt' | 'lastSeenAt' | 'closedAt'> & {
  id: bigint;
  opened_at: Date;
  last_seen_at: Date;
  closed_at: Date | null;
};

const named = (alias: string): string =>
  `jsonb_build_object('code', ${alias}.code, 'name', jsonb_build_object('en', ${alias}.name_en, 'zh', ${alias}.name_zh))`;

const EVENTS = `SELECT e.id, d.code AS device, ${named('p')} AS product, ${named('c')} AS customer,
    s.region_code AS region, e.kind, e.opened_at, e.last_seen_at, e.closed_at, e.n, e.evidence,
    CASE WHEN e.metric <> '' THEN jsonb_build_object('code', e.metric, 'name', coalesce(
      jsonb_path_query_first(p.definition, '$.metrics[*] ? (@.code == $code).name', jsonb_build_object('code', e.metric)),
      jsonb_build_object('en', e.metric, 'zh', e.metric))) END AS metric
  FROM data_quality_event e
  JOIN device d ON d.id = e.device_id
  JOIN product p ON p.code = d.product_code
  JOIN customer c ON c.code = d.customer_code
  JOIN station s ON s.code = d.station_code`;

const toEvent = ({ id, opened_at, last_seen_at, closed_at, ...same }: Row): QualityEvent => ({
  ...same,
  id: Number(id),
  openedAt: opened_at.toISOString(),
  lastSeenAt: last_seen_at.toISOString(),
  closedAt: closed_at?.toISOString() ?? null,
});

type DeviceRow = Omit<DeviceCompleteness, 'days'>;

const DEVICES = `SELECT d.code AS device, ${named('p')} AS product, ${named('c')} AS customer, s.region_code AS region
  FROM device d JOIN product p ON p.code = d.product_code JOIN customer c ON c.code = d.customer_code
  JOIN station s ON s.code = d.station_code`;

const DEFAULT_DAYS = 14;
/** A longer span would read more rollups than a screen can show. */
const MOST_DAYS = 92;
const COMPLETENESS_DAYS = 30;
/** Open episodes of one device: one of each kind and metric, so hardly ever so many. */
const OPEN_LIMIT = 200;

export function createQualityReads(db: Queryable, clock: Clock): QualityReads {
  return {
    async events(query, scope) {
      const limit = limitOf(query);
      const after = keyOf(query, 'instant', 'integer');
      const { device, kind, customer, region, open, from, to } = query;
      const { rows } = await db.query<Row>(
        `${EVENTS} WHERE ($1::text[] IS NULL OR s.region_code = ANY ($1)) AND ($2::text[] IS NULL OR d.customer_code = ANY ($2))
           AND ($3::text IS NULL OR d.code = $3) AND ($4::text IS NULL OR e.kind = $4)
           AND ($5::text IS NULL OR d.customer_code = $5) AND ($6::text IS NULL OR s.region_code = $6)
           AND ($7::boolean IS NULL OR $7 = (e.closed_at IS NULL))
           AND ($8::timestamptz IS NULL OR coalesce(e.closed_at, 'infinity') >= $8)
           AND ($9::timestamptz IS NULL OR e.opened_at < $9)
           AND ($10::timestamptz IS NULL OR (date_trunc('milliseconds', e.opened_at), e.id) < ($10, $11::bigint))
         ORDER BY date_trunc('milliseconds', e.opened_at) DESC, e.id DESC LIMIT $12`,
        [
          scope.regions,
          scope.customers,
          device ?? null,
          kind ?? null,
          customer ?? null,
          region ?? null,
          open ?? null,
          from ?? null,
          to ?? null,
          after?.[0] ?? null,
          after?.[1] ?? null,
          limit + 1,
        ],
      );
      return pageOf(rows, limit, (row) => [row.opened_at.toISOString(), String(row.id)], toEvent);
    },

    async summary({ regions, customers }) {
      const { rows } = await db.query<{ kind: QualityEvent['kind']; episodes: number; devices: number }>(
        `SELECT e.kind, count(*)::integer AS episodes, count(DISTINCT e.device_id)::integer AS devices
         FROM data_quality_event e JOIN device d ON d.id = e.device_id JOIN station s ON s.code = d.station_code
         WHERE e.closed_at IS NULL AND ($1::text[] IS NULL OR s.region_code = ANY ($1))
           AND ($2::text[] IS NULL OR d.customer_code = ANY ($2))
         GROUP BY e.kind ORDER BY e.kind`,
        [regions, customers],
      );
      const { rows: counts } = await db.query<{ devices: number; silent: number }>(
        `SELECT count(*)::integer AS devices, count(*) FILTER (WHERE h.device_id IS NULL OR EXISTS (
           SELECT FROM data_quality_event e
           WHERE e.device_id = d.id AND e.kind = 'stale' AND e.metric = '' AND e.closed_at IS NULL))::integer AS silent
         FROM device d JOIN station s ON s.code = d.station_code LEFT JOIN device_heard h ON h.device_id = d.id
         WHERE d.lifecycle = 'in-service' AND ($1::text[] IS NULL OR s.region_code = ANY ($1))
           AND ($2::text[] IS NULL OR d.customer_code = ANY ($2))`,
        [regions, customers],
      );
      return { devices: counts[0]?.devices ?? 0, silent: counts[0]?.silent ?? 0, open: rows };
    },

    async completeness(query, { regions, customers }) {
      const { device, customer, region } = query;
      const limit = limitOf(query);
      const nowMs = clock.now();
      const lastDay = query.to ?? dayOf(nowMs);
      const firstDay = query.from ?? dayOf(Date.parse(lastDay) - (DEFAULT_DAYS - 1) * DAY_MS);
      const days = (Date.parse(lastDay) - Date.parse(firstDay)) / DAY_MS + 1;
      if (days < 1) throw new Problem('validation-failed', '`from` must not be after `to`');
      if (days > MOST_DAYS) throw new Problem('validation-failed', `ask for at most ${MOST_DAYS} days at once`);
      const { rows } = await db.query<DeviceRow>(
        `${DEVICES} WHERE d.lifecycle <> 'decommissioned'
           AND ($1::text[] IS NULL OR s.region_code = ANY ($1)) AND ($2::text[] IS NULL OR d.customer_code = ANY ($2))
           AND ($3::text IS NULL OR d.code = $3) AND ($4::text IS NULL OR d.customer_code = $4)
           AND ($5::text IS NULL OR s.region_code = $5) AND ($6::text IS NULL OR d.code > $6)
         ORDER BY d.code LIMIT $7`,
        [
          regions,
          customers,
          device ?? null,
          customer ?? null,
          region ?? null,
          keyOf(query, 'code')?.[0] ?? null,
          limit + 1,
        ],
      );
      const page = pageOf(
        rows,
        limit,
        (row) => [row.device],
        (row) => row,
      );
      const codes = page.items.map((row) => row.device);
      const byDevice = await readCompleteness(db, { devices: codes, firstDay, lastDay, nowMs });
      return { ...page, items: page.items.map((row) => ({ ...row, days: byDevice.get(row.device) ?? [] })) };
    },

    async device(code) {
      const { rows: known } = await db.query<{
        received_at: Date | null;
        measured_at: Date | null;
        offset_ms: number | null;
      }>(
        `SELECT h.received_at, h.measured_at, (q.snapshot->'clock'->>'offsetMs')::double precision AS offset_ms
         FROM device d LEFT JOIN device_heard h ON h.device_id = d.id LEFT JOIN quality_state q ON q.device_id = d.id
         WHERE d.code = $1`,
        [code],
      );
      const device = known[0];
      if (device === undefined) throw new Problem('not-found', `There is no device ${code}`);
      const { rows } = await db.query<Row>(
        `${EVENTS} WHERE d.code = $1 AND e.closed_at IS NULL ORDER BY e.opened_at DESC, e.id DESC LIMIT $2`,
        [code, OPEN_LIMIT],
      );
      const nowMs = clock.now();
      const days = await readCompleteness(db, {
        devices: [code],
        firstDay: dayOf(nowMs - (COMPLETENESS_DAYS - 1) * DAY_MS),
        lastDay: dayOf(nowMs),
        nowMs,
      });
      return {
        device: code,
        heardAt: device.received_at?.toISOString() ?? null,
        measuredTo: device.measured_at?.toISOString() ?? null,
        clockOffsetMs: device.offset_ms === null ? null : Math.round(device.offset_ms),
        open: rows.map(toEvent),
        completeness: days.get(code) ?? [],
      };
    },
  };
}
