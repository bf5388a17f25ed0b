// The margin of a contract at its end: what is past, the fee still to come, and the service still to give by simulation.
import type { ContractMargin } from '../../contracts/http/contract-margins.ts';
import { type DayNumber, dayTextOf } from '../core/contract/days.ts';
import { type Downtime, downtimesOf, penaltyAdded } from '../core/contract/penalty.ts';
import { billedOf, loaded, provisionOf } from '../core/contract/provision.ts';
import { estimateOf } from '../core/contract/prices.ts';
import { feeOf } from '../core/contract/revenue.ts';
import { stretchOn } from '../core/contract/terms.ts';
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
  /** Failures there were. */
  downtimes: readonly Downtime[];
}

const HOURS_PER_DAY = 24;

function pathOf(draw: Draw, contract: ContractRow, { today, downtimes }: Past, loadPpm: number) {
  const { type, tariff } = stretchOn(contract, today);
  const penalty = Number(penaltyAdded(contract, downtimes, downtimesOf(draw, today + 1), contract.devices).amountMinor);
  const { coveredMinor, beyondMinor } = provisionOf(draw, type);
  return {
    // Work beyond the contract costs as much as any other; what it brings is revenue.
    cost: loaded(coveredMinor + beyondMinor, loadPpm) + penalty,
    penalty,
    billed: billedOf(draw, type, tariff),
  };
}

export async function marginToEnd(contract: ContractRow, known: KnownContract, past: Past): Promise<MarginToEnd> {
  const { currency, endDay } = contract;
  const first = past.today + 1;
  const days = endDay - first;
  const model = { ...known.service, hours: days * HOURS_PER_DAY };
  const draws = await runDraws(contract.code, model, known.service.units);
  const paths = draws.map((draw) => pathOf(draw, contract, past, known.loadPpm));
  const feeMinor = feeOf(contract, first, endDay);
  // Use goes on at the pace it had.
  const usageMinor = past.days > 0 ? Number(past.usageMinor) * (days / past.days) : 0;
  const revenue = paths.map(({ billed }) => billed + usageMinor);
  const failures = estimateOf(draws.map((draw) => draw.failures));
  return {
    until: dayTextOf(endDay - 1),
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
