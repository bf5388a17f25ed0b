// What of a contract year's visits, hours and parts is used.
import type { EntitlementUse } from '../../contracts/http/contract-margins.ts';
import { moneyOf } from '../../contracts/money.ts';
import { DAY_MS, HOUR_MS } from '../../contracts/time.ts';
import type { Queryable } from '../../db/database.ts';
import { cycleOf, type DayNumber, dayTextOf } from '../core/contract/days.ts';
import { entitlementUse } from '../core/contract/entitlement.ts';
import { overrunOf } from '../core/contract/overrun.ts';
import { stretchOn } from '../core/contract/terms.ts';
import type { ContractRow } from './contract-rows.ts';
import { labourMs } from './labour-time.ts';

interface UsedRow {
  visits: number;
  labour_ms: bigint;
  labour_jobs: number;
  parts_minor: bigint;
  parts_jobs: number;
}

/** Visits by the day the job was completed, hours and parts by the day they were captured; a reversal takes its own back. */
const USED = `
  SELECT (SELECT count(*)::integer FROM work_order w WHERE w.contract = $1 AND w.service_type = 'on-site'
            AND w.completed_at >= $2 AND w.completed_at < $3) AS visits,
    coalesce(sum(${labourMs('cost_fact')}) FILTER (WHERE source_type = 'labour'), 0)::bigint AS labour_ms,
    (count(DISTINCT work_order_id) FILTER (WHERE source_type = 'labour'))::integer AS labour_jobs,
    coalesce(sum(amount_minor) FILTER (WHERE element = 'parts' AND currency = $4), 0)::bigint AS parts_minor,
    (count(DISTINCT work_order_id) FILTER (WHERE element = 'parts'))::integer AS parts_jobs
  FROM cost_fact WHERE contract = $1 AND pool IS NULL AND occurred_on >= $2::timestamptz::date AND occurred_on < $3::timestamptz::date`;

export async function readEntitlements(
  db: Queryable,
  contract: ContractRow,
  today: DayNumber,
): Promise<EntitlementUse[]> {
  const { included, tariff } = stretchOn(contract, today);
  if (today < contract.startDay || (included.visits ?? included.hours ?? included.partsMinor) === null) return [];
  const cycle = cycleOf(contract.startDay, 12, Math.min(today, contract.endDay - 1));
  const toDay = Math.min(cycle.toDay, contract.endDay);
  const year = { fromDay: cycle.fromDay, today: Math.min(today, toDay), toDay };
  const { rows } = await db.query<UsedRow>(USED, [
    contract.code,
    new Date(year.fromDay * DAY_MS),
    new Date(Math.min(today + 1, toDay) * DAY_MS),
    contract.currency,
  ]);
  const used = rows[0] as UsedRow;
  const dayOrNull = (day: DayNumber | null): string | null => (day === null ? null : dayTextOf(day));
  const view = (kind: EntitlementUse['kind'], amount: number, of: number | null, n: number): EntitlementUse[] => {
    if (of === null) return [];
    const { gone, atEnd } = entitlementUse(amount, of, n, year);
    const isMoney = kind === 'parts';
    // Parts are told as a share of what is included.
    const unit = isMoney ? of : 1;
    const overrun = (use: number): EntitlementUse['overrun'] => {
      const { over, billMinor } = overrunOf(kind, use, of, tariff);
      return { over: over / unit, bill: billMinor === null ? null : moneyOf(billMinor, contract.currency) };
    };
    return [
      {
        kind,
        used: isMoney ? amount / of : amount,
        included: isMoney ? 1 : of,
        usedAmount: isMoney ? moneyOf(BigInt(amount), contract.currency) : null,
        includedAmount: isMoney ? moneyOf(BigInt(of), contract.currency) : null,
        n,
        from: dayTextOf(year.fromDay),
        to: dayTextOf(toDay - 1),
        goneOn: dayOrNull(gone.day),
        earliest: dayOrNull(gone.earliest),
        latest: dayOrNull(gone.latest),
        overrun: overrun(amount),
        atYearEnd: {
          used: atEnd.expected / unit,
          low: atEnd.low / unit,
          high: atEnd.high / unit,
          overrun: overrun(atEnd.expected),
        },
      },
    ];
  };
  const partsMinor = included.partsMinor === null ? null : Number(included.partsMinor);
  return [
    ...view('visits', used.visits, included.visits, used.visits),
    ...view('hours', Number(used.labour_ms) / HOUR_MS, included.hours, used.labour_jobs),
    ...view('parts', Number(used.parts_minor), partsMinor, used.parts_jobs),
  ];
}
