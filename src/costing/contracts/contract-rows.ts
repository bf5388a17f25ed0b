// Contracts as the margin reads them: their stretches of terms, their customer, the devices under them.
import type { Scope } from '../../contracts/access.ts';
import type { ContractType, PricePer, UsageDriver } from '../../contracts/http/contract-terms.ts';
import type { Text } from '../../contracts/text.ts';
import type { Queryable } from '../../db/database.ts';
import { dayNumberOf } from '../core/contract/days.ts';
import type { ContractTerms, Stretch } from '../core/contract/terms.ts';

export interface ContractRow extends ContractTerms {
  customer: { code: string; name: Text };
  /** In service today. */
  devices: number;
}

interface StretchRow {
  code: string;
  type: ContractType;
  starts_on: string;
  ends_on: string;
  from_on: string;
  to_on: string;
  price_minor: bigint;
  price_per: PricePer;
  usage_driver: UsageDriver | null;
  currency: string;
  included_visits: number | null;
  included_hours: number | null;
  included_parts_minor: bigint | null;
  restoration_hours: number | null;
  uptime_target: number | null;
  penalty_per_hour_minor: bigint;
  penalty_cap_minor: bigint | null;
  hour_price_minor: bigint | null;
  visit_price_minor: bigint | null;
  parts_markup_percent: number | null;
  customer: string;
  name_en: string;
  name_zh: string;
  devices: number;
}

/** More contracts than anybody compares in one list; the list says so instead of showing a part. */
export const CONTRACTS_LIMIT = 5_000;

const stretchOf = (row: StretchRow): Stretch => ({
  fromDay: dayNumberOf(row.from_on),
  toDay: dayNumberOf(row.to_on),
  type: row.type,
  priceMinor: row.price_minor,
  pricePer: row.price_per,
  usageDriver: row.usage_driver,
  included: { visits: row.included_visits, hours: row.included_hours, partsMinor: row.included_parts_minor },
  penalty: {
    penaltyPerHourMinor: row.penalty_per_hour_minor,
    restorationHours: row.restoration_hours,
    uptimeTarget: row.uptime_target,
    penaltyCapMinor: row.penalty_cap_minor,
  },
  tariff: {
    hourMinor: row.hour_price_minor,
    visitMinor: row.visit_price_minor,
    partsMarkupPercent: row.parts_markup_percent ?? 0,
  },
});

/** A person's view of contracts follows their customers. */
const CONTRACTS = `
  SELECT s.*, c.code AS customer, c.name_en, c.name_zh, (SELECT count(*)::integer FROM device d
    WHERE d.contract_code = s.code AND d.lifecycle = 'in-service') AS devices
  FROM contract_stretch s JOIN customer c ON c.code = s.customer_code`;

export interface ContractQuestion {
  code?: string;
  /** Only those that run on this day. */
  runningOn?: string;
}

export async function readContracts(
  db: Queryable,
  scope: Scope,
  { code, runningOn }: ContractQuestion,
): Promise<ContractRow[]> {
  const { rows } = await db.query<StretchRow>(
    `${CONTRACTS} WHERE ($1::text IS NULL OR s.code = $1) AND ($2::date IS NULL OR $2 BETWEEN s.starts_on AND s.ends_on)
       AND ($3::text[] IS NULL OR c.region_code = ANY ($3)) AND ($4::text[] IS NULL OR c.code = ANY ($4))
     ORDER BY s.code, s.from_on LIMIT $5`,
    [code ?? null, runningOn ?? null, scope.regions, scope.customers, 4 * CONTRACTS_LIMIT],
  );
  const contracts = new Map<string, ContractRow & { stretches: Stretch[] }>();
  for (const row of rows) {
    const known = contracts.get(row.code);
    if (known !== undefined) known.stretches.push(stretchOf(row));
    else {
      contracts.set(row.code, {
        code: row.code,
        currency: row.currency,
        startDay: dayNumberOf(row.starts_on),
        endDay: dayNumberOf(row.ends_on) + 1,
        stretches: [stretchOf(row)],
        customer: { code: row.customer, name: { en: row.name_en, zh: row.name_zh } },
        devices: row.devices,
      });
    }
  }
  return [...contracts.values()];
}
