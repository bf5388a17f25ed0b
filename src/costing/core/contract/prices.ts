// Break-even prices of the same devices under every type of contract, from the same draws: what one type costs in a draw is compared
// with what another costs in that very draw.
import type { ContractType } from '../../../contracts/http/contract-terms.ts';
import type { DayNumber } from './days.ts';
import { downtimesOf, penaltyOwed } from './penalty.ts';
import { billedOf, loaded, type LoadPpm, provisionOf } from './provision.ts';
import { type Draw, mean, quantile } from './simulation.ts';
import type { PenaltyTerms, Tariff } from './terms.ts';

export interface PriceQuestion {
  draws: readonly Draw[];
  loadPpm: LoadPpm;
  /** Of an uptime contract; the other types owe none. */
  penalty: PenaltyTerms;
  tariff: Tariff;
  /** [fromDay, toDay), of so many devices. */
  span: { fromDay: DayNumber; toDay: DayNumber; devices: number };
}

export interface Estimate {
  mean: number;
  p10: number;
  p50: number;
  p90: number;
}

export const estimateOf = (values: readonly number[]): Estimate => ({
  mean: mean(values),
  p10: quantile(values, 0.1),
  p50: quantile(values, 0.5),
  p90: quantile(values, 0.9),
});

/** What a contract of the type costs its provider in a draw, with its share of shared cost and its penalties. */
export function costInDraw(draw: Draw, type: ContractType, question: Omit<PriceQuestion, 'draws' | 'tariff'>): number {
  const { loadPpm, penalty, span } = question;
  const cost = loaded(provisionOf(draw, type).coveredMinor, loadPpm);
  if (type !== 'uptime') return cost;
  const { fromDay, toDay, devices } = span;
  const offered = { startDay: fromDay, endDay: toDay, stretches: [{ fromDay, toDay, penalty }] };
  return cost + Number(penaltyOwed(offered, downtimesOf(draw, fromDay), devices).amountMinor);
}

/** Cost of the span under a type, over the draws. */
export const costOfType = (type: ContractType, { draws, ...question }: PriceQuestion): Estimate =>
  estimateOf(draws.map((draw) => costInDraw(draw, type, question)));

/** The price at which of each unit of it that share is left: break-even at 0. */
export const priceFor = (costMinor: number, targetMargin: number): number => Math.round(costMinor / (1 - targetMargin));

/** What the customer pays beside the price of the contract, by the tariff, over the draws. */
export const billedBeside = (type: ContractType, { draws, tariff }: PriceQuestion): Estimate =>
  estimateOf(draws.map((draw) => billedOf(draw, type, tariff)));

export interface HourlyRate extends Estimate {
  /** Hours of work expected in the span. */
  hours: number;
}

/**
 * The hourly rate at which time and materials break even: everything but what is sold on at cost is earned by hours. The rate of
 * the expected cost over the expected hours; its spread is that of the cost of each draw over those hours.
 */
export function hourlyRate({ draws, loadPpm }: PriceQuestion, soldOn: (draw: Draw) => number): HourlyRate | null {
  const hours = mean(draws.map(({ labourHours }) => labourHours.failure + labourHours.planned));
  if (hours <= 0) return null;
  const perHour = draws.map((draw) => {
    const { beyondMinor } = provisionOf(draw, 'time-and-materials');
    return (loaded(beyondMinor, loadPpm) - soldOn(draw)) / hours;
  });
  return { ...estimateOf(perHour), hours };
}
