// Drivers (statistical key figures) of a period: who moved each one and by how much, with the dimensions the allocated
// lines are to carry. Reads jobs and devices of other rooms; writes nothing.
import type { Driver } from '../contracts/http/costs.ts';
import { digitsOf } from '../contracts/money.ts';
import { boundsOf, isoOf, type Period } from '../contracts/time.ts';
import type { Queryable } from '../db/database.ts';
import { type DimensionValues, FACT_DIMENSION_COLUMNS } from './dimension-columns.ts';

export interface Receiver {
  /** `work-order:{id}` or `device:{code}`. */
  receiver: string;
  quantityMilli: bigint;
  workOrderId: number | null;
  dimensions: DimensionValues;
}

type ReceiverRow = Record<(typeof FACT_DIMENSION_COLUMNS)[number], string | null> & {
  receiver: string;
  quantity_milli: bigint;
  work_order_id: bigint | null;
};

/** The dimensions of a job are frozen, so any one of its facts has them all; the engineer alone may differ. */
const FACT_COLUMNS = FACT_DIMENSION_COLUMNS.map((column) =>
  column === 'engineer' ? 'NULL AS engineer' : `f.${column}`,
).join(', ');

const fromFacts = (quantity: string, condition: string): string => `
  SELECT 'work-order:' || f.work_order_id AS receiver, moved.quantity::bigint AS quantity_milli, f.work_order_id, ${FACT_COLUMNS}
  FROM (SELECT ${quantity} AS quantity, min(id) AS id FROM cost_fact
        WHERE period = $1 AND pool IS NULL AND work_order_id IS NOT NULL AND ${condition} GROUP BY work_order_id) moved
  JOIN cost_fact f ON f.id = moved.id ORDER BY f.work_order_id`;

const WORK_ORDER_HOURS = fromFacts('sum(quantity_milli)', `source_type = 'labour'`);

/** In the currency of the pool it is to share out: values of other currencies cannot be compared with it. */
const PARTS_VALUE = fromFacts('sum(amount_minor) * $3::bigint', `source_type = 'part' AND currency = $2`);

/** On-site jobs completed in the period, one visit each. */
const VISITS = `
  SELECT 'work-order:' || w.id AS receiver, 1000::bigint AS quantity_milli, w.id AS work_order_id, w.product_line, w.product,
         d.code AS device, w.component, w.customer, w.customer_group, w.contract, w.contract_type, w.service_type,
         w.kind AS maintenance_kind, w.region, w.station, NULL AS engineer
  FROM work_order w JOIN device d ON d.id = w.device_id
  WHERE w.service_type = 'on-site' AND w.completed_at >= $1 AND w.completed_at < $2 ORDER BY w.id`;

/** Devices in service that were installed before the period's end; they carry no job, so no service type or kind. */
const INSTALLED_DEVICES = `
  SELECT 'device:' || d.code AS receiver, 1000::bigint AS quantity_milli, NULL::bigint AS work_order_id,
         p.line_code AS product_line, p.code AS product, d.code AS device, NULL AS component, c.code AS customer,
         c.group_code AS customer_group, k.code AS contract, k.type AS contract_type, NULL AS service_type,
         NULL AS maintenance_kind, s.region_code AS region, s.code AS station, NULL AS engineer
  FROM device d JOIN product p ON p.code = d.product_code JOIN customer c ON c.code = d.customer_code
  JOIN station s ON s.code = d.station_code LEFT JOIN contract k ON k.code = d.contract_code
  WHERE d.lifecycle = 'in-service' AND (d.installed_on IS NULL OR d.installed_on < $1::timestamptz) ORDER BY d.code`;

interface Question {
  period: Period;
  currency: string;
  fromAt: string;
  toAt: string;
}

const QUERIES: Readonly<Record<Driver, { text: string; values: (question: Question) => unknown[] }>> = {
  'work-order-hours': { text: WORK_ORDER_HOURS, values: ({ period }) => [period] },
  'parts-value': {
    text: PARTS_VALUE,
    values: ({ period, currency }) => [period, currency, 10n ** BigInt(3 - digitsOf(currency))],
  },
  visits: { text: VISITS, values: ({ fromAt, toAt }) => [fromAt, toAt] },
  'installed-devices': { text: INSTALLED_DEVICES, values: ({ toAt }) => [toAt] },
};

export async function driverQuantities(
  db: Queryable,
  driver: Driver,
  period: Period,
  currency: string,
): Promise<Receiver[]> {
  const { fromMs, toMs } = boundsOf(period);
  const { text, values } = QUERIES[driver];
  const question = { period, currency, fromAt: isoOf(fromMs), toAt: isoOf(toMs) };
  const { rows } = await db.prepared<ReceiverRow>(`driver-${driver}`, text, values(question));
  return rows.map(({ receiver, quantity_milli, work_order_id, ...dimensions }) => ({
    receiver,
    quantityMilli: quantity_milli,
    workOrderId: work_order_id === null ? null : Number(work_order_id),
    dimensions,
  }));
}
