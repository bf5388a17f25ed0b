// The drivers of shared cost: what each counts, in which unit, from where, and the statement that reads it for a period.
// Every statement answers receivers with their dimensions and a quantity in thousandths of what is counted; parameters are $1 the
// month, $2 its first instant, $3 the first one after it, $4 the currency.
import type { Text } from '../contracts/text.ts';
import type { Driver } from '../contracts/http/allocation.ts';
import type { PerUnit } from './core/cycle-network.ts';
import { counterDays } from './counter-days.ts';
import { FACT_DIMENSION_COLUMNS } from './dimension-columns.ts';

export interface DriverQuery {
  name: Text;
  unit: string;
  /** Hours and minutes are counted in seconds. */
  perUnit: PerUnit;
  source: Text;
  /** Amounts of other currencies cannot be compared with the pool's, so each currency reads its own. */
  isMoney: boolean;
  /** The sources whose facts move it; `null` when it comes from elsewhere. */
  factSource: { sum: string; times: string; condition: string } | null;
  /** Read from telemetry: devices in service without any are unknown. */
  metric: string | null;
  /** Whoever moved it; `null` when it follows facts. */
  sql: string | null;
}

/** The dimensions of a job are frozen, so any one of its facts has them all; the engineer alone may differ. */
const FACT_COLUMNS = FACT_DIMENSION_COLUMNS.map((column) =>
  column === 'engineer' ? 'NULL::text AS engineer' : `f.${column}`,
).join(', ');

/**
 * What jobs moved of the drivers that follow facts, `q0` the first: of all jobs in the period, or of the jobs `$5`, which are
 * found by their index. One pass, however many drivers.
 */
export function movedByFacts(drivers: readonly Driver[], which: 'all' | 'asked'): string {
  const quantities = drivers.map((driver, index) => {
    const { factSource } = DRIVER_QUERIES[driver];
    if (factSource === null) throw new RangeError(`driver ${driver} does not follow facts`);
    const { sum, times, condition } = factSource;
    return `(sum(${sum}) FILTER (WHERE ${condition}) * ${times})::bigint AS q${index}`;
  });
  const anything = drivers.map((_, index) => `moved.q${index} IS NOT NULL`).join(' OR ');
  return `SELECT 'work-order' AS kind, f.work_order_id::text AS code, f.work_order_id, ${FACT_COLUMNS}, moved.*
  FROM (SELECT min(id) AS first_fact, ${quantities.join(', ')} FROM cost_fact
        WHERE period = $1 AND pool IS NULL AND ${which === 'asked' ? 'work_order_id = ANY ($5)' : 'work_order_id IS NOT NULL'}
        GROUP BY work_order_id) moved
  JOIN cost_fact f ON f.id = moved.first_fact WHERE ${anything}`;
}

/** What a device counted to, of a row `d` of `device_stretch`. */
const STRETCH_COLUMNS =
  'd.device, d.product_line, d.product, d.customer, d.customer_group, d.contract, d.contract_type, d.region, d.station';
const DEVICE_COLUMNS = `'device' AS kind, d.device AS code, NULL::bigint AS work_order_id, ${STRETCH_COLUMNS},
  NULL::text AS component, NULL::text AS service_type, NULL::text AS maintenance_kind, NULL::text AS engineer`;
/** In service, and installed before the period's end. */
const IN_SERVICE = `d.lifecycle = 'in-service' AND (d.installed_on IS NULL OR d.installed_on < $3::timestamptz)`;
const LAST_DAY = `($3::timestamptz AT TIME ZONE 'UTC')::date - 1`;
const holdsOn = (day: string): string => `d.from_on <= ${day} AND d.to_on > ${day}`;
/** Devices `d` as they were on the last day of the period, in service then. */
export const IN_SERVICE_AT_END = `${holdsOn(LAST_DAY)} AND ${IN_SERVICE}`;

/** What devices moved day by day, a query of `device_id`, `on_day` and `quantity`: each day counts to where they were then. */
const movedByDay = (days: string, factor: number): string => `
  SELECT ${DEVICE_COLUMNS}, round(sum(moved.quantity) * ${factor})::bigint AS quantity_milli
  FROM (${days}) moved JOIN device_stretch d ON d.device_id = moved.device_id AND ${holdsOn('moved.on_day')}
  WHERE ${IN_SERVICE} GROUP BY ${STRETCH_COLUMNS}`;

const counterMoved = (metric: string): string =>
  movedByDay(
    `SELECT device_id, (bucket AT TIME ZONE 'UTC')::date AS on_day, quantity
     FROM (${counterDays(`metric_id = (SELECT id FROM metric WHERE code = '${metric}')`, '$2::timestamptz', '$3')}) day`,
    1000,
  );

/** A state holds until the next reading, but no longer than this: what comes after a gap is not known. */
const STATE_HOLDS = "INTERVAL '10 minutes'";
const SCANNING = movedByDay(
  `SELECT device_id, on_day, extract(epoch FROM held) / 3600 AS quantity
   FROM (SELECT device_id, (measured_at AT TIME ZONE 'UTC')::date AS on_day, coalesce(sum(least(next - measured_at, ${STATE_HOLDS})) FILTER (
              WHERE label IN ('scan', 'treat', 'scanning', 'treating')), INTERVAL '0') AS held
        FROM (SELECT r.device_id, r.measured_at, s.label, lead(r.measured_at, 1, $3::timestamptz) OVER (
                PARTITION BY r.device_id ORDER BY r.measured_at) AS next
              FROM reading r JOIN metric_state s ON s.metric_id = r.metric_id AND s.code = r.value
              WHERE r.metric_id = (SELECT id FROM metric WHERE code = 'mode')
                AND r.measured_at >= $2 AND r.measured_at < $3) span
        GROUP BY device_id, on_day) held`,
  1000,
);

const JOBS: Text = { en: 'cost facts of jobs', zh: '工单成本记录' };
const COUNTER: Text = { en: 'telemetry, daily rollups of the counter', zh: '遥测计数器日汇总' };
const PER_UNIT: Readonly<Partial<Record<string, PerUnit>>> = { h: 3600, min: 60 };
/** Time as it was captured; of facts that were not captured thousandths of hours, which are whole numbers of milliseconds too. */
const MILLISECONDS = 'coalesce(duration_ms, quantity_milli * 3600)';
const fromJobFacts = (name: Text, unit: string, fact: NonNullable<DriverQuery['factSource']>, isMoney = false) => ({
  name,
  unit,
  perUnit: PER_UNIT[unit] ?? 1,
  source: JOBS,
  isMoney,
  factSource: fact,
  metric: null,
  sql: null,
});
const counter = (name: Text, metric: string): DriverQuery => ({
  name,
  unit: '{count}',
  perUnit: 1,
  source: COUNTER,
  isMoney: false,
  factSource: null,
  metric,
  sql: counterMoved(metric),
});
const elsewhere = (name: Text, unit: string, source: Text, sql: string) => ({
  name,
  unit,
  perUnit: 1 as const,
  source,
  isMoney: false,
  factSource: null,
  metric: null,
  sql,
});

export const DRIVER_QUERIES: Readonly<Record<Driver, DriverQuery>> = {
  'work-order-hours': fromJobFacts({ en: 'Work order hours', zh: '工单工时' }, 'h', {
    sum: MILLISECONDS,
    times: '1',
    condition: `source_type = 'labour'`,
  }),
  'parts-value': fromJobFacts(
    { en: 'Value of parts used', zh: '备件领用金额' },
    'money',
    // Minor units as thousandths of a major one, whatever digits the currency has.
    { sum: 'amount_minor', times: '$6::bigint', condition: `source_type = 'part' AND currency = $4` },
    true,
  ),
  'remote-minutes': fromJobFacts({ en: 'Remote minutes', zh: '远程支持分钟数' }, 'min', {
    sum: MILLISECONDS,
    times: '1',
    condition: `element = 'remote' AND unit = 'h'`,
  }),
  visits: elsewhere(
    { en: 'Visits', zh: '上门次数' },
    '{count}',
    { en: 'on-site jobs completed in the period, one visit each', zh: '当期完成的上门工单，每单计一次' },
    `SELECT 'work-order' AS kind, w.id::text AS code, w.id AS work_order_id, w.product_line, w.product, d.code AS device,
       w.component, w.customer, w.customer_group, w.contract, w.contract_type, w.service_type, w.kind AS maintenance_kind,
       w.region, w.station, NULL::text AS engineer, 1000::bigint AS quantity_milli
     FROM work_order w JOIN device d ON d.id = w.device_id
     WHERE w.service_type = 'on-site' AND w.completed_at >= $2 AND w.completed_at < $3`,
  ),
  'installed-devices': elsewhere(
    { en: 'Installed devices', zh: '在用设备台数' },
    '{count}',
    { en: 'devices in service on the last day of the period', zh: '期末最后一天在用的设备' },
    `SELECT ${DEVICE_COLUMNS}, 1000::bigint AS quantity_milli FROM device_stretch d WHERE ${IN_SERVICE_AT_END}`,
  ),
  'contract-revenue': {
    ...elsewhere(
      { en: 'Contract revenue', zh: '合同收入' },
      'money',
      { en: 'contract prices, spread evenly over their days', zh: '合同价款，按天均摊' },
      `SELECT 'contract' AS kind, k.code, NULL::bigint AS work_order_id, NULL::text AS product_line, NULL::text AS product,
         NULL::text AS device, NULL::text AS component, c.code AS customer, c.group_code AS customer_group, k.code AS contract,
         k.type AS contract_type, NULL::text AS service_type, NULL::text AS maintenance_kind, c.region_code AS region,
         NULL::text AS station, NULL::text AS engineer,
         sum(t.price_minor::numeric * $6::bigint * (least(t.to_on, ($3::timestamptz AT TIME ZONE 'UTC')::date)
           - greatest(t.from_on, ($2::timestamptz AT TIME ZONE 'UTC')::date)) * CASE t.price_per WHEN 'month' THEN 12 ELSE 1 END
           / CASE t.price_per WHEN 'term' THEN k.ends_on + 1 - k.starts_on ELSE 365 END)::bigint AS quantity_milli
       FROM contract_stretch t JOIN contract k ON k.code = t.code JOIN customer c ON c.code = k.customer_code
       WHERE k.currency = $4 AND t.from_on < ($3::timestamptz AT TIME ZONE 'UTC')::date AND t.price_per <> 'unit'
         AND t.to_on > ($2::timestamptz AT TIME ZONE 'UTC')::date GROUP BY k.code, c.code`,
    ),
    isMoney: true,
  },
  'scan-hours': {
    ...elsewhere(
      { en: 'Scan and treatment hours', zh: '扫描与治疗小时数' },
      'h',
      { en: 'telemetry, time in the modes scan and treat', zh: '遥测：处于扫描或治疗状态的时间' },
      SCANNING,
    ),
    metric: 'mode',
  },
  'scan-count': counter({ en: 'Examinations', zh: '检查例数' }, 'scan_count'),
  exposures: counter({ en: 'Exposures', zh: '曝光次数' }, 'exposures'),
  treatments: counter({ en: 'Treatments', zh: '治疗例数' }, 'treatments'),
  'alarm-count': elsewhere(
    { en: 'Alarms', zh: '报警次数' },
    '{count}',
    { en: 'alert episodes that began in the period', zh: '当期新产生的报警' },
    `SELECT ${DEVICE_COLUMNS}, count(*) * 1000 AS quantity_milli
     FROM alert a JOIN device_stretch d ON d.device_id = a.device_id AND ${holdsOn("(a.raised_at AT TIME ZONE 'UTC')::date")}
     WHERE a.raised_at >= $2 AND a.raised_at < $3 GROUP BY ${STRETCH_COLUMNS}`,
  ),
};
