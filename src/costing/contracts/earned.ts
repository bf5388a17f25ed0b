// What contracts have earned, month by month: fees by day, use by telemetry, work beyond the contract by its tariff.
import type { UsageDriver } from '../../contracts/http/contract-terms.ts';
import type { CostElement } from '../../contracts/costs.ts';
import { scaleMinor } from '../../contracts/money.ts';
import { boundsOf, DAY_MS, HOUR_MS, isoOf, type Period, periodOf } from '../../contracts/time.ts';
import type { Queryable } from '../../db/database.ts';
import { isCovered, isSoldOn, workKindOf } from '../core/contract/coverage.ts';
import { type DayNumber, dayTextOf } from '../core/contract/days.ts';
import { feeOf, usageRevenue } from '../core/contract/revenue.ts';
import { type Stretch, stretchOn } from '../core/contract/terms.ts';
import { periodsBetween } from '../core/periods.ts';
import { counterDays } from '../counter-days.ts';
import { DRIVER_QUERIES } from '../driver-queries.ts';
import type { ContractRow } from './contract-rows.ts';
import { labourMs } from './labour-time.ts';

export interface Earned {
  feeMinor: bigint;
  usageMinor: bigint;
  billedMinor: bigint;
}
export const NOTHING_EARNED: Earned = { feeMinor: 0n, usageMinor: 0n, billedMinor: 0n };
export const totalOf = ({ feeMinor, usageMinor, billedMinor }: Earned): bigint => feeMinor + usageMinor + billedMinor;
const addEarned = (a: Earned, b: Earned): Earned => ({
  feeMinor: a.feeMinor + b.feeMinor,
  usageMinor: a.usageMinor + b.usageMinor,
  billedMinor: a.billedMinor + b.billedMinor,
});
export const sumEarned = (months: Iterable<Earned>): Earned => [...months].reduce(addEarned, NOTHING_EARNED);

export interface Usage {
  period: Period;
  day: DayNumber;
  quantityMilli: bigint;
}

const METRIC_OF = { 'scan-count': 'scan_count', exposures: 'exposures', treatments: 'treatments' } as const;

/** Use of the devices under a contract: of counters by day, of scan hours by month. */
export async function readUsage(
  db: Queryable,
  { code, startDay }: ContractRow,
  driver: UsageDriver,
  toDay: DayNumber,
): Promise<Usage[]> {
  const [from, to] = [new Date(startDay * DAY_MS), new Date(toDay * DAY_MS)];
  if (driver === 'scan-hours') return readScanHours(db, code, from, to);
  const metric = `metric_id = (SELECT id FROM metric WHERE code = $4)`;
  const { rows } = await db.query<{ bucket: Date; quantity: bigint }>(
    `SELECT bucket, round(sum(quantity) * 1000)::bigint AS quantity
     FROM (${counterDays(metric, '$2::timestamptz', '$3::timestamptz')}) day JOIN device d ON d.id = day.device_id
     WHERE d.contract_code = $1 GROUP BY bucket ORDER BY bucket`,
    [code, from, to, METRIC_OF[driver]],
  );
  return rows.map(({ bucket, quantity }) => ({
    period: periodOf(bucket.getTime()),
    day: Math.floor(bucket.getTime() / DAY_MS),
    quantityMilli: quantity,
  }));
}

/** States are told by single readings, which are kept for months, not years: what is gone was not used. */
async function readScanHours(db: Queryable, code: string, from: Date, to: Date): Promise<Usage[]> {
  const months = periodsBetween(periodOf(from.getTime()), periodOf(to.getTime()));
  const used: Usage[] = [];
  for (const period of months) {
    const { fromMs, toMs } = boundsOf(period);
    const { rows } = await db.query<{ quantity: bigint | null }>(
      `WITH asked AS (SELECT $1::bpchar, $2::timestamptz, $3::timestamptz)
       SELECT sum(quantity_milli)::bigint AS quantity FROM (${DRIVER_QUERIES['scan-hours'].sql}) moved WHERE contract = $4`,
      [period, isoOf(Math.max(fromMs, from.getTime())), isoOf(Math.min(toMs, to.getTime())), code],
    );
    const day = Math.floor(Math.max(fromMs, from.getTime()) / DAY_MS);
    used.push({ period, day, quantityMilli: rows[0]?.quantity ?? 0n });
  }
  return used;
}

/** Quantities of a month at one price are priced at once, so that months add up and days need not. */
function usageByMonth(contract: ContractRow, usage: readonly Usage[]): Map<Period, bigint> {
  const sums = new Map<string, { period: Period; stretch: Stretch; quantityMilli: bigint }>();
  for (const { period, day, quantityMilli } of usage) {
    const stretch = stretchOn(contract, day);
    const key = `${period} ${stretch.fromDay}`;
    const known = sums.get(key);
    sums.set(key, { period, stretch, quantityMilli: (known?.quantityMilli ?? 0n) + quantityMilli });
  }
  const months = new Map<Period, bigint>();
  for (const { period, stretch, quantityMilli } of sums.values()) {
    if (stretch.pricePer !== 'unit') continue;
    months.set(period, (months.get(period) ?? 0n) + usageRevenue(stretch.priceMinor, quantityMilli));
  }
  return months;
}

interface WorkRow {
  contract: string;
  period: Period;
  kind: string | null;
  confirmed: boolean;
  element: CostElement;
  amount: bigint;
  labour_ms: bigint | null;
  visits: number;
}

/** Work of each contract in its own currency, by month, kind and element. */
const WORK = `
  SELECT f.contract, f.period, f.maintenance_kind AS kind, coalesce(w.finding_confirmed, false) AS confirmed, f.element,
    sum(f.amount_minor)::bigint AS amount, sum(${labourMs('f')}) FILTER (WHERE f.source_type = 'labour')::bigint AS labour_ms,
    (count(DISTINCT f.work_order_id) FILTER (WHERE f.service_type = 'on-site'))::integer AS visits
  FROM cost_fact f JOIN contract k ON k.code = f.contract AND k.currency = f.currency LEFT JOIN work_order w ON w.id = f.work_order_id
  WHERE f.contract = ANY ($1) AND f.pool IS NULL AND f.occurred_on >= k.starts_on GROUP BY 1, 2, 3, 4, 5`;

function priceOfWork(row: WorkRow, { type, tariff }: Stretch): bigint {
  const kind = workKindOf(row.kind, row.confirmed);
  if (isCovered(type, kind, row.element)) return 0n;
  if (row.element === 'labour' && tariff.hourMinor !== null) {
    return scaleMinor(tariff.hourMinor, row.labour_ms ?? 0n, BigInt(HOUR_MS));
  }
  if (row.element === 'travel' && tariff.visitMinor !== null) return tariff.visitMinor * BigInt(row.visits);
  if (!isSoldOn(row.element)) return row.amount;
  return row.amount + scaleMinor(row.amount, BigInt(Math.round(tariff.partsMarkupPercent * 1000)), 100_000n);
}

async function billedByMonth(
  db: Queryable,
  contracts: ReadonlyMap<string, ContractRow>,
): Promise<Map<string, Map<Period, bigint>>> {
  const { rows } = await db.query<WorkRow>(WORK, [[...contracts.keys()]]);
  const billed = new Map<string, Map<Period, bigint>>();
  for (const row of rows) {
    const contract = contracts.get(row.contract);
    if (contract === undefined) continue;
    const months = billed.get(row.contract) ?? new Map<Period, bigint>();
    const lastDay = Math.floor(boundsOf(row.period).toMs / DAY_MS) - 1;
    const amount = priceOfWork(row, stretchOn(contract, lastDay));
    months.set(row.period, (months.get(row.period) ?? 0n) + amount);
    billed.set(row.contract, months);
  }
  return billed;
}

/** Fee and use of a contract on the days [fromDay, toDay), by month. */
async function feeAndUse(
  db: Queryable,
  contract: ContractRow,
  { fromDay, toDay }: { fromDay: DayNumber; toDay: DayNumber },
): Promise<Map<Period, Earned>> {
  const months = new Map<Period, Earned>();
  if (fromDay >= toDay) return months;
  const driver = contract.stretches.find(({ usageDriver }) => usageDriver !== null)?.usageDriver ?? null;
  const lastDay = Math.min(toDay, contract.endDay);
  const usage = driver === null ? [] : await readUsage(db, { ...contract, startDay: fromDay }, driver, lastDay);
  const used = usageByMonth(contract, usage);
  for (const period of periodsBetween(dayTextOf(fromDay).slice(0, 7), dayTextOf(toDay - 1).slice(0, 7))) {
    const { fromMs, toMs } = boundsOf(period);
    const [first, next] = [Math.max(fromDay, Math.floor(fromMs / DAY_MS)), Math.min(toDay, Math.floor(toMs / DAY_MS))];
    months.set(period, { feeMinor: feeOf(contract, first, next), usageMinor: used.get(period) ?? 0n, billedMinor: 0n });
  }
  return months;
}

export interface EarnedSpans {
  /** By month, from the first day cost is known of. */
  months: Map<Period, Earned>;
  /** On the days before it: fee and use alone, for billed work is told by its cost. */
  before: Earned;
}

/** What each contract has earned up to, and not of, `toDay`, before and after `knownFrom`. */
export async function readEarned(
  db: Queryable,
  contracts: readonly ContractRow[],
  { knownFrom, toDay }: { knownFrom: DayNumber; toDay: DayNumber },
): Promise<Map<string, EarnedSpans>> {
  const billed = await billedByMonth(db, new Map(contracts.map((contract) => [contract.code, contract])));
  const earned = new Map<string, EarnedSpans>();
  for (const contract of contracts) {
    const fromDay = Math.max(contract.startDay, knownFrom);
    const months = await feeAndUse(db, contract, { fromDay, toDay });
    for (const [period, month] of months) {
      months.set(period, { ...month, billedMinor: billed.get(contract.code)?.get(period) ?? 0n });
    }
    const before = await feeAndUse(db, contract, { fromDay: contract.startDay, toDay: Math.min(fromDay, toDay) });
    earned.set(contract.code, { months, before: sumEarned(before.values()) });
  }
  return earned;
}
