// Break-even prices of a contract's devices for the next twelve months, under every type of contract, from the same draws.
import type { ContractPrices, TypePrice } from '../../contracts/http/contract-margins.ts';
import { CONTRACT_TYPES, type ContractType } from '../../contracts/http/contract-terms.ts';
import { moneyOf } from '../../contracts/money.ts';
import type { Queryable } from '../../db/database.ts';
import { isSoldOn, WORK_KINDS } from '../core/contract/coverage.ts';
import { addMonths } from '../core/contract/days.ts';
import { billedBeside, costOfType, type Estimate, hourlyRate, type PriceQuestion } from '../core/contract/prices.ts';
import { yearlyFee } from '../core/contract/revenue.ts';
import { type Draw, JOB_ELEMENTS, minorOfDraw } from '../core/contract/simulation.ts';
import { type PenaltyTerms, stretchOn } from '../core/contract/terms.ts';
import type { ContractRow } from './contract-rows.ts';
import { runDraws } from './draws.ts';
import { readUsage } from './earned.ts';
import type { KnownContract } from './known-service.ts';
import { spreadOf } from './spread.ts';

type Priced = Pick<ContractPrices, 'current' | 'usage' | 'penalty' | 'types' | 'basis'>;
type Usage = NonNullable<ContractPrices['usage']>;

const HOURS_PER_DAY = 24;
const DAYS_PER_YEAR = 365.25;
/** Days of use a year is estimated from. */
const USAGE_DAYS = 90;

/** The terms of penalty an uptime contract is priced with: its own, else the dearest hour among the others in its currency. */
async function penaltyTerms(db: Queryable, { code, currency }: ContractRow, own: PenaltyTerms) {
  if (own.penaltyPerHourMinor > 0n) return { terms: own, of: 'contract' as const };
  const { rows } = await db.query<{ penalty: bigint; hours: number | null; target: number | null; cap: bigint | null }>(
    `SELECT penalty_per_hour_minor AS penalty, restoration_hours AS hours, uptime_target AS target, penalty_cap_minor AS cap
     FROM contract WHERE currency = $1 AND code <> $2 AND penalty_per_hour_minor > 0
     ORDER BY (type = 'uptime') DESC, penalty_per_hour_minor DESC, code LIMIT 1`,
    [currency, code],
  );
  const row = rows[0];
  if (row === undefined) return { terms: own, of: 'nobody' as const };
  const terms: PenaltyTerms = {
    penaltyPerHourMinor: row.penalty,
    restorationHours: row.hours,
    uptimeTarget: row.target,
    penaltyCapMinor: row.cap,
  };
  return { terms, of: 'other-contract' as const };
}

/** A year's use at the pace of the last days; `null` where nothing is counted. */
async function yearlyUse(db: Queryable, contract: ContractRow, today: number): Promise<Usage | null> {
  const agreed = stretchOn(contract, today).usageDriver;
  for (const driver of agreed === null ? (['scan-count', 'treatments', 'exposures'] as const) : [agreed]) {
    const fromDay = today - USAGE_DAYS;
    const used = (await readUsage(db, { ...contract, startDay: fromDay }, driver, today)).filter(
      ({ quantityMilli }) => quantityMilli > 0n,
    );
    const first = used[0]?.day;
    if (first === undefined) continue;
    const days = today - Math.max(first, fromDay);
    const units = used.reduce((sum, { quantityMilli }) => sum + Number(quantityMilli) / 1000, 0);
    if (days > 0) return { driver, unitsPerYear: (units / days) * DAYS_PER_YEAR, days };
  }
  return null;
}

const soldOnAtCost = (draw: Draw): number =>
  WORK_KINDS.filter((kind) => kind !== 'own').reduce(
    (sum, kind) => sum + JOB_ELEMENTS.filter(isSoldOn).reduce((part, one) => part + minorOfDraw(draw, kind, one), 0),
    0,
  );

const scaled = ({ mean, p10, p50, p90 }: Estimate, factor: number): Estimate => ({
  mean: mean * factor,
  p10: p10 * factor,
  p50: p50 * factor,
  p90: p90 * factor,
});

interface Offer {
  currency: string;
  question: PriceQuestion;
  usage: Usage | null;
  targetMargin: number;
}

function priceOf(type: ContractType, { currency, question, usage, targetMargin }: Offer): TypePrice[] {
  const rate = type === 'time-and-materials' ? hourlyRate(question, soldOnAtCost) : null;
  if (type === 'time-and-materials' && rate === null) return [];
  const isPerUnit = type === 'usage-based' && usage !== null;
  const cost = rate ?? scaled(costOfType(type, question), isPerUnit ? 1 / usage.unitsPerYear : 1);
  return [
    {
      type,
      per: rate !== null ? 'hour' : isPerUnit ? 'unit' : 'year',
      breakEven: spreadOf(cost, currency),
      price: spreadOf(scaled(cost, 1 / (1 - targetMargin)), currency),
      beside: spreadOf(billedBeside(type, question), currency),
    },
  ];
}

export async function contractPrices(
  db: Queryable,
  contract: ContractRow,
  { known, today, targetMargin }: { known: KnownContract | null; today: number; targetMargin: number },
): Promise<Priced> {
  const { currency, devices } = contract;
  const stretch = stretchOn(contract, today);
  const span = { fromDay: today, toDay: addMonths(today, 12), devices };
  const usage = await yearlyUse(db, contract, today);
  const { terms: penalty, of } = await penaltyTerms(db, contract, stretch.penalty);
  const head = {
    current: stretch.pricePer === 'unit' ? null : moneyOf(yearlyFee(stretch, contract), currency),
    usage,
    penalty: { perHour: moneyOf(penalty.penaltyPerHourMinor, currency), of },
  };
  if (known === null) return { ...head, types: [], basis: null };
  const draws = await runDraws(
    contract.code,
    { ...known.service, hours: (span.toDay - today) * HOURS_PER_DAY },
    known.service.units,
  );
  const question: PriceQuestion = { draws, loadPpm: known.loadPpm, penalty, tariff: stretch.tariff, span };
  const offer = { currency, question, usage, targetMargin };
  return { ...head, types: CONTRACT_TYPES.flatMap((type) => priceOf(type, offer)), basis: known.basis(draws.length) };
}
