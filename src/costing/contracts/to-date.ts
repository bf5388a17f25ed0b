// What a contract has left so far, over the days its cost is known of, and the order contracts are listed in. Pure.
import type { ContractMargin } from '../../contracts/http/contract-margins.ts';
import { moneyOf } from '../../contracts/money.ts';
import { type DayNumber, dayTextOf } from '../core/contract/days.ts';
import type { Cost } from './contract-costs.ts';
import type { ContractRow } from './contract-rows.ts';
import { type Earned, totalOf } from './earned.ts';

export interface ToDate {
  contract: ContractRow;
  earned: Earned;
  /** Of its days before any cost is known of: in no margin. */
  earnedBefore: Earned;
  cost: Cost;
  marginMinor: bigint;
  /** Of revenue, in millionths; null without any. */
  sharePpm: number | null;
}

export function toDateOf(contract: ContractRow, earned: Earned, earnedBefore: Earned, cost: Cost): ToDate {
  const revenueMinor = totalOf(earned);
  const marginMinor = revenueMinor - cost.directMinor - cost.allocatedMinor;
  const sharePpm = revenueMinor > 0n ? Number((marginMinor * 1_000_000n) / revenueMinor) : null;
  return { contract, earned, earnedBefore, cost, marginMinor, sharePpm };
}

/** The days a margin counts, [fromDay, toDay): of the contract, with cost known of, up to today and today among them. */
export interface Counted {
  fromDay: DayNumber;
  toDay: DayNumber;
}

export const countedOf = (
  { startDay, endDay }: Pick<ContractRow, 'startDay' | 'endDay'>,
  knownFrom: DayNumber,
  today: DayNumber,
): Counted => ({ fromDay: Math.max(startDay, knownFrom), toDay: Math.min(today + 1, endDay) });

export function toDateView(past: ToDate, knownFrom: DayNumber, today: DayNumber): ContractMargin['toDate'] {
  const { contract, earned, earnedBefore, cost, marginMinor, sharePpm } = past;
  const money = (minor: bigint) => moneyOf(minor, contract.currency);
  const { fromDay, toDay } = countedOf(contract, knownFrom, today);
  return {
    from: dayTextOf(fromDay),
    to: fromDay < toDay ? dayTextOf(toDay - 1) : null,
    earnedBefore: contract.startDay < fromDay ? money(totalOf(earnedBefore)) : null,
    revenue: {
      fee: money(earned.feeMinor),
      usage: money(earned.usageMinor),
      billed: money(earned.billedMinor),
      total: money(totalOf(earned)),
    },
    direct: money(cost.directMinor),
    allocated: money(cost.allocatedMinor),
    cost: money(cost.directMinor + cost.allocatedMinor),
    margin: money(marginMinor),
    share: sharePpm === null ? null : sharePpm / 1_000_000,
  };
}

/** Bounds of what a cursor can tell. */
const MOST = 999_999_999_999_999;
const bounded = (value: number): number => Math.max(-MOST, Math.min(MOST, value));

/** Where a contract stands in the list. */
export type Place = readonly [group: number, share: number, currency: string, marginMinor: number, code: string];

/**
 * Worst first: what only cost, the dearest first within a currency; then by the share of revenue that is left; and last what
 * neither earned nor cost anything.
 */
export function placeOf({ contract, marginMinor, sharePpm }: ToDate): Place {
  const group = sharePpm !== null ? 1 : marginMinor < 0n ? 0 : 2;
  return [group, bounded(sharePpm ?? 0), contract.currency, bounded(Number(marginMinor)), contract.code];
}

export function comparePlaces(a: Place, b: Place): number {
  for (let part = 0; part < a.length; part++) {
    const [one, other] = [a[part] as string | number, b[part] as string | number];
    if (one !== other) return one < other ? -1 : 1;
  }
  return 0;
}
