// Margins and prices of contracts for the API: to date exactly, to the end by simulation. Simulations are remembered by the position of
// the event log and the day they were made at, so that reading a list again costs nothing while nothing happened.
import { Counter, type Registry as MetricsRegistry } from 'prom-client';
import type { Scope } from '../../contracts/access.ts';
import type {
  ContractMargin,
  ContractMarginDetail,
  ContractPrices,
  MarginQuery,
  PricesQuery,
} from '../../contracts/http/contract-margins.ts';
import { keyOf, limitOf, pageOf } from '../../contracts/http/cursor.ts';
import type { Page } from '../../contracts/http/page.ts';
import { moneyOf } from '../../contracts/money.ts';
import { Problem } from '../../contracts/problems.ts';
import { type Clock, DAY_MS } from '../../contracts/time.ts';
import type { Queryable } from '../../db/database.ts';
import { lastPosition } from '../../db/event-log.ts';
import { type DayNumber, dayTextOf } from '../core/contract/days.ts';
import { stretchOn } from '../core/contract/terms.ts';
import { costKnownFrom, costsByMonth, costsOfContracts, NO_COST, sumCosts, type Summaries } from './contract-costs.ts';
import { contractPrices } from './contract-prices.ts';
import { type ContractRow, CONTRACTS_LIMIT, readContracts } from './contract-rows.ts';
import { NOTHING_EARNED, readEarned, sumEarned, totalOf } from './earned.ts';
import { readEntitlements } from './entitlements.ts';
import { type EstimateSources, readKnown } from './known-service.ts';
import { marginToEnd } from './margin-to-end.ts';
import { readDowntimes } from './penalties.ts';
import { createProductBook, type Survival } from './product-book.ts';
import { comparePlaces, countedOf, type Place, placeOf, type ToDate, toDateOf, toDateView } from './to-date.ts';

export interface ContractMargins {
  list(query: MarginQuery, scope: Scope): Promise<Page<ContractMargin>>;
  one(code: string, scope: Scope): Promise<ContractMarginDetail>;
  prices(code: string, query: PricesQuery, scope: Scope): Promise<ContractPrices>;
}

export interface ContractMarginsOptions {
  database: Queryable;
  summary: Summaries;
  survival: Survival;
  clock: Clock;
  metrics?: MetricsRegistry;
}

/** Estimates that are remembered; the oldest are let go. */
const ESTIMATES_LIMIT = 500;
const DEFAULT_TARGET = 0.2;
/** A page of margins simulates each of its contracts. */
const PAGE_LIMIT = 50;

const headOf = (contract: ContractRow, today: DayNumber) => ({
  code: contract.code,
  customer: contract.customer,
  type: stretchOn(contract, today).type,
  startsOn: dayTextOf(contract.startDay),
  endsOn: dayTextOf(contract.endDay - 1),
  currency: contract.currency,
  devices: contract.devices,
});

export function createContractMargins(options: ContractMarginsOptions): ContractMargins {
  const { database, summary, survival, clock, metrics } = options;
  const estimates = new Map<string, { at: string; value: Promise<unknown> }>();
  const letGo =
    metrics &&
    new Counter({
      name: 'stethos_contract_estimates_evicted_total',
      help: 'Estimates of contracts let go from memory to make room for others',
      registers: [metrics],
    });

  async function sources(): Promise<EstimateSources> {
    const nowMs = clock.now();
    const today = Math.floor(nowMs / DAY_MS);
    // While nothing was posted no day can be counted.
    const knownFrom = (await costKnownFrom(database)) ?? today + 1;
    const products = await remembered('products', `${await lastPosition(database)} ${today}`, async () =>
      createProductBook({ database, summary, survival, nowMs, today }),
    );
    return { database, products, nowMs, today, knownFrom };
  }

  /** Made once for a position and a day, also when several ask at once. */
  function remembered<T>(key: string, at: string, make: () => Promise<T>): Promise<T> {
    const known = estimates.get(key);
    if (known?.at === at) return known.value as Promise<T>;
    const value = make();
    estimates.delete(key);
    estimates.set(key, { at, value });
    value.catch(() => estimates.delete(key));
    for (const oldest of estimates.keys()) {
      if (estimates.size <= ESTIMATES_LIMIT) break;
      estimates.delete(oldest);
      letGo?.inc();
    }
    return value;
  }

  async function toEndOf(past: ToDate, position: number, from: EstimateSources): Promise<ContractMargin['toEnd']> {
    const { contract } = past;
    const { today } = from;
    if (today + 1 >= contract.endDay || today < contract.startDay) return null;
    return remembered(`end ${contract.code}`, `${position} ${today}`, async () => {
      const known = await readKnown(from, contract, past.cost);
      if (known === null) return null;
      const { fromDay, toDay } = countedOf(contract, from.knownFrom, today);
      const downtimes = await readDowntimes(database, contract.code, { fromDay: contract.startDay, toDay });
      const { marginMinor, earned } = past;
      const days = toDay - fromDay;
      return marginToEnd(contract, known, { today, marginMinor, usageMinor: earned.usageMinor, days, downtimes });
    });
  }

  async function contractOf(code: string, scope: Scope): Promise<ContractRow> {
    const [contract] = await readContracts(database, scope, { code });
    if (contract) return contract;
    throw new Problem('not-found', `There is no contract ${code}, or it lies outside your view`);
  }

  async function pastOf(contract: ContractRow, { today, knownFrom }: EstimateSources) {
    const { currency, startDay, code } = contract;
    const costs = await costsByMonth(summary, { currency, fromDay: startDay, toDay: today }, code);
    const earned = (await readEarned(database, [contract], { knownFrom, toDay: today + 1 })).get(code);
    if (earned === undefined) throw new Error(`nothing was worked out of contract ${code}`);
    const { months, before } = earned;
    const past = toDateOf(contract, sumEarned(months.values()), before, sumCosts(costs.of.values()));
    return { costs, months, past };
  }

  /** Every contract's margin to date: one question a currency, whatever the number of contracts. */
  async function ranked(contracts: readonly ContractRow[], { today, knownFrom }: EstimateSources) {
    const earned = await readEarned(database, contracts, { knownFrom, toDay: today + 1 });
    const found: ToDate[] = [];
    const byCurrency = new Map<string, Pick<ContractMargin, 'exchange' | 'notConverted'>>();
    let position = 0;
    for (const currency of new Set(contracts.map((contract) => contract.currency))) {
      const alike = contracts.filter((contract) => contract.currency === currency);
      const fromDay = alike.reduce((least, { startDay }) => Math.min(least, startDay), today);
      const costs = await costsOfContracts(summary, { currency, fromDay, toDay: today });
      position = Math.max(position, costs.position);
      byCurrency.set(currency, { exchange: costs.exchange, notConverted: costs.notConverted });
      for (const contract of alike) {
        const { months, before } = earned.get(contract.code) ?? { months: new Map(), before: NOTHING_EARNED };
        const cost = costs.of.get(contract.code) ?? NO_COST;
        found.push(toDateOf(contract, sumEarned(months.values()), before, cost));
      }
    }
    found.sort((a, b) => comparePlaces(placeOf(a), placeOf(b)));
    return { found, byCurrency, position };
  }

  return {
    async list({ state = 'running', ...query }, scope) {
      const from = await sources();
      const limit = Math.min(PAGE_LIMIT, limitOf(query));
      const key = keyOf(query, 'integer', 'integer', 'code', 'integer', 'code');
      const after: Place | null = key && [Number(key[0]), Number(key[1]), key[2], Number(key[3]), key[4]];
      const contracts = await readContracts(
        database,
        scope,
        state === 'running' ? { runningOn: dayTextOf(from.today) } : {},
      );
      if (contracts.length > CONTRACTS_LIMIT) {
        throw new Problem('refused', `More than ${CONTRACTS_LIMIT} contracts; ask for those that are running`);
      }
      const { found, byCurrency, position } = await ranked(contracts, from);
      const left = after === null ? found : found.filter((one) => comparePlaces(placeOf(one), after) > 0);
      const page = pageOf(
        left.slice(0, limit + 1),
        limit,
        (one) => placeOf(one).map(String),
        (one) => one,
      );
      const items: ContractMargin[] = [];
      for (const one of page.items) {
        items.push({
          ...headOf(one.contract, from.today),
          toDate: toDateView(one, from.knownFrom, from.today),
          toEnd: await toEndOf(one, position, from),
          entitlements: await readEntitlements(database, one.contract, from.today),
          ...(byCurrency.get(one.contract.currency) ?? { exchange: [], notConverted: [] }),
          position,
        });
      }
      return { items, next: page.next };
    },

    async one(code, scope) {
      const from = await sources();
      const contract = await contractOf(code, scope);
      const { costs, months, past } = await pastOf(contract, from);
      const money = (minor: bigint) => moneyOf(minor, contract.currency);
      const periods = [...new Set([...months.keys(), ...costs.of.keys()])].sort();
      return {
        ...headOf(contract, from.today),
        toDate: toDateView(past, from.knownFrom, from.today),
        toEnd: await toEndOf(past, costs.position, from),
        entitlements: await readEntitlements(database, contract, from.today),
        exchange: costs.exchange,
        notConverted: costs.notConverted,
        position: costs.position,
        months: periods.map((period) => {
          const month = toDateOf(
            contract,
            months.get(period) ?? NOTHING_EARNED,
            NOTHING_EARNED,
            costs.of.get(period) ?? NO_COST,
          );
          return {
            period,
            revenue: money(totalOf(month.earned)),
            direct: money(month.cost.directMinor),
            allocated: money(month.cost.allocatedMinor),
            margin: money(month.marginMinor),
          };
        }),
      };
    },

    async prices(code, { margin: targetMargin = DEFAULT_TARGET }, scope) {
      const from = await sources();
      const { today } = from;
      const contract = await contractOf(code, scope);
      const { currency, startDay } = contract;
      const costs = await costsByMonth(summary, { currency, fromDay: startDay, toDay: today }, code);
      const { position } = costs;
      const priced = await remembered(`price ${targetMargin} ${code}`, `${position} ${today}`, async () => {
        const known = await readKnown(from, contract, sumCosts(costs.of.values()));
        return contractPrices(database, contract, { known, today, targetMargin });
      });
      return { ...headOf(contract, today), targetMargin, from: dayTextOf(today), ...priced, position };
    },
  };
}
