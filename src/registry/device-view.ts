// The fleet's read model: a device with its names, presence, health and what is open on it, in one statement. It reads
// tables of other rooms (health, alerts, work orders) and writes none.
import type { Scope } from '../contracts/access.ts';
import type { Device, DeviceQuery } from '../contracts/http/devices.ts';
import type { Page } from '../contracts/http/page.ts';
import type { Queryable } from '../db/database.ts';
import { addScope, type Conditions, createConditions } from './conditions.ts';
import { keyOf, limitOf, pageOf } from '../contracts/http/cursor.ts';
import { notFound } from './refusals.ts';

type Row = Omit<Device, 'presenceAt' | 'healthAt' | 'heardAt'> & {
  presence_at: Date | null;
  health_at: Date | null;
  heard_at: Date | null;
};

const named = (alias: string): string =>
  `jsonb_build_object('code', ${alias}.code, 'name', jsonb_build_object('en', ${alias}.name_en, 'zh', ${alias}.name_zh))`;

/**
 * `statusOf` of the contracts with presence and silence: what is known to fail outranks being offline, which outranks
 * the rest; a device that should speak and does not is unknown, whatever its health was.
 * In SQL because lists are filtered by it.
 */
export const STATUS_SQL = `CASE WHEN h.health < 30 THEN 'failing' WHEN h.health < 60 THEN 'degraded'
  WHEN d.presence = 'offline' THEN 'offline' WHEN h.health IS NULL OR y.silent THEN 'unknown'
  WHEN h.health < 80 THEN 'watch' ELSE 'healthy' END`;

const COLUMNS = `d.code AS id, ${named('p')} AS product, ${named('l')} AS "productLine", p.kind,
  ${named('c')} AS customer, CASE WHEN t.code IS NOT NULL THEN ${named('t')} END AS site,
  ${named('s')} AS station, ${named('r')} AS region,
  CASE WHEN k.code IS NOT NULL THEN jsonb_build_object('code', k.code, 'type', k.type) END AS contract,
  d.serial, d.lot, d.udi_di AS "udiDi", d.installed_on AS "installedOn", d.lifecycle, d.gateway_code AS gateway, d.firmware, d.attributes,
  d.presence, d.presence_at, t.lat, t.lon, CASE WHEN ${STATUS_SQL} <> 'unknown' THEN h.health END AS health, h.at AS health_at, ${STATUS_SQL} AS status,
  u.received_at AS heard_at, y.open AS "openQuality",
  CASE WHEN w.component IS NOT NULL THEN jsonb_build_object('code', w.component, 'health', w.health, 'name',
    coalesce(jsonb_path_query_first(p.definition, '$.components[*] ? (@.code == $code).name',
      jsonb_build_object('code', w.component)), jsonb_build_object('en', w.component, 'zh', w.component))
  ) END AS "worstComponent",
  (SELECT count(*)::integer FROM alert a WHERE a.device_id = d.id
    AND a.cleared_at IS NULL AND a.state NOT IN ('resolved', 'closed')) AS "openAlerts",
  (SELECT count(*)::integer FROM work_order o WHERE o.device_id = d.id
    AND o.state NOT IN ('completed', 'reviewed', 'closed', 'cancelled')) AS "openWorkOrders",
  d.revision`;

const TABLES = `device d
  JOIN product p ON p.code = d.product_code
  JOIN product_line l ON l.code = p.line_code
  JOIN customer c ON c.code = d.customer_code
  JOIN station s ON s.code = d.station_code
  JOIN region r ON r.code = s.region_code
  LEFT JOIN site t ON t.code = d.site_code
  LEFT JOIN contract k ON k.code = d.contract_code
  LEFT JOIN device_health h ON h.device_id = d.id AND h.component = ''
  LEFT JOIN device_heard u ON u.device_id = d.id
  CROSS JOIN LATERAL (
    SELECT count(*)::integer AS open, coalesce(bool_or(kind = 'stale' AND metric = ''), false) AS silent
    FROM data_quality_event WHERE device_id = d.id AND closed_at IS NULL
  ) y
  LEFT JOIN LATERAL (
    SELECT component, health FROM device_health
    WHERE device_id = d.id AND component <> '' AND health IS NOT NULL ORDER BY health, component LIMIT 1
  ) w ON true`;

/** The region a device counts to is that of the station that serves it. */
const SCOPE = { region: 's.region_code', customer: 'd.customer_code' };

const toDevice = ({ presence_at, health_at, heard_at, ...same }: Row): Device => ({
  ...same,
  presenceAt: presence_at?.toISOString() ?? null,
  healthAt: health_at?.toISOString() ?? null,
  heardAt: heard_at?.toISOString() ?? null,
});

/** A text to be found as it is, wherever it stands. */
const containing = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`;

function addFilters(where: Conditions, { q, product, customer, region, status }: DeviceQuery): void {
  if (product !== undefined) where.add(`d.product_code = ${where.bind(product)}`);
  if (customer !== undefined) where.add(`d.customer_code = ${where.bind(customer)}`);
  if (region !== undefined) where.add(`s.region_code = ${where.bind(region)}`);
  if (status !== undefined) where.add(`${STATUS_SQL} = ${where.bind(status)}`);
  if (q !== undefined && q !== '') {
    const pattern = where.bind(containing(q));
    const columns = [
      'd.code',
      'd.serial',
      'p.name_en',
      'p.name_zh',
      'c.name_en',
      'c.name_zh',
      't.name_en',
      't.name_zh',
    ];
    where.add(`(${columns.map((column) => `${column} ILIKE ${pattern}`).join(' OR ')})`);
  }
}

export async function listDevices(db: Queryable, query: DeviceQuery, scope: Scope): Promise<Page<Device>> {
  const limit = limitOf(query);
  const where = createConditions();
  const after = keyOf(query, 'code');
  if (after) where.add(`d.code > ${where.bind(after[0])}`);
  addFilters(where, query);
  addScope(where, scope, SCOPE);
  const { rows } = await db.query<Row>(
    `SELECT ${COLUMNS} FROM ${TABLES} WHERE ${where.sql()} ORDER BY d.code LIMIT ${where.bind(limit + 1)}`,
    where.values,
  );
  return pageOf(rows, limit, (row) => [row.id], toDevice);
}

// Prepared: planning ten joins takes longer than running them, and live screens ask for one device at every change.
export async function oneDevice(db: Queryable, code: string, scope: Scope): Promise<Device> {
  const { rows } = await db.prepared<Row>(
    'device-one',
    `SELECT ${COLUMNS} FROM ${TABLES} WHERE d.code = $1
       AND ($2::text[] IS NULL OR s.region_code = ANY ($2)) AND ($3::text[] IS NULL OR d.customer_code = ANY ($3))`,
    [code, scope.regions, scope.customers],
  );
  const row = rows[0];
  if (row === undefined) throw notFound('device', code);
  return toDevice(row);
}

export async function manyDevices(db: Queryable, codes: readonly string[]): Promise<Device[]> {
  const { rows } = await db.prepared<Row>(
    'device-many',
    `SELECT ${COLUMNS} FROM ${TABLES} WHERE d.code = ANY ($1::text[])`,
    [codes],
  );
  return rows.map(toDevice);
}
