// The margin of a contract at its end: what is past, the fee still to come, and the service still to give by simulation.
import type { ContractMargin } from '../../contracts/http/contract-margins.ts';
import { type DayNumber, dayTextOf } from '../core/contract/days.ts';
import { billedOf, loaded, penaltyOf, provisionOf } from '../core/contract/provision.ts';
import { estimateOf } from '../core/contract/prices.ts';
import { feeOf } from '../core/contract/revenue.ts';
import { type Stretch, stretchOn } from '../core/contract/terms.ts';
import type { Draw } from '../core/contract/simulation.ts';
import type { ContractRow } from './contract-rows.ts';
import { runDraws } from './draws.ts';
import type { KnownContract } from './known-service.ts';
import { spreadOf, spreadOver } from './spread.ts';

type MarginToEnd = NonNullable<ContractMargin['toEnd']>;

interface Past {
  today: DayNumber;
  marginMinor: bigint;
  /** Earned by use in the contract so far, and in how many days. */
  usageMinor: bigint;
  days: number;
}

const DAYS_PER_YEAR = 365.25;

function pathOf(draw: Draw, stretch: Stretch, loadPpm: number, span: Parameters<typeof penaltyOf>[2]) {
  const owed = penaltyOf(draw.downtimes, stretch.penalty, span);
  const { coveredMinor, beyondMinor } = provisionOf(draw, stretch.type, owed);
  return {
    // Work beyond the contract costs as much as any other; what it brings is revenue.
    cost: loaded(coveredMinor + beyondMinor, loadPpm) + owed,
    penalty: owed,
    billed: billedOf(draw, stretch.type, stretch.tariff),
  };
}

export async function marginToEnd(contract: ContractRow, known: KnownContract, past: Past): Promise<MarginToEnd> {
  const { currency, endDay, devices } = contract;
  const first = past.today + 1;
  const days = endDay - first;
  const span = { hours: days * 24, devices, years: days / DAYS_PER_YEAR };
  const stretch = stretchOn(contract, past.today);
  const model = { ...known.service, hours: span.hours };
  const draws = await runDraws(contract.code, model, known.service.units);
  const paths = draws.map((draw) => pathOf(draw, stretch, known.loadPpm, span));
  const feeMinor = feeOf(contract, first, endDay);
  // Use goes on at the pace it had.
  const usageMinor = past.days > 0 ? Number(past.usageMinor) * (days / past.days) : 0;
  const revenue = paths.map(({ billed }) => billed + usageMinor);
  const failures = estimateOf(draws.map((draw) => draw.failures));
  return {
    until: dayTextOf(endDay),
    revenue: spreadOver(revenue, currency, feeMinor),
    cost: spreadOver(
      paths.map(({ cost }) => cost),
      currency,
    ),
    penalty: spreadOver(
      paths.map(({ penalty }) => penalty),
      currency,
    ),
    failures: { expected: failures.mean, p10: failures.p10, p90: failures.p90 },
    margin: spreadOf(
      estimateOf(paths.map(({ cost, billed }) => billed + usageMinor - cost)),
      currency,
      past.marginMinor + feeMinor,
    ),
    basis: known.basis(draws.length),
  };
}
