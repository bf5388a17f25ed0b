// Asks a component's model of one device at an instant of the grid: finds the life that is going on in the device's history, its
// gauges since it began, and what the model says of them. Nothing of the history may be later than the instant.
import type { Product } from '../../../contracts/product.ts';
import { type EpochMs, HOUR_MS } from '../../../contracts/time.ts';
import { betaQuantile } from '../beta.ts';
import type { AdaptiveWidth } from '../conformal/adaptive.ts';
import type { UnitHistory } from '../horizon/history.ts';
import type { TimeLeft } from '../trend.ts';
import { answerFor, type ComponentAnswer, gridMs } from './component-answer.ts';
import { livesOfComponent, runBetween } from './component-runs.ts';
import type { ComponentLifeModel } from './stored-life.ts';

export interface LifeAnswer extends ComponentAnswer {
  atMs: EpochMs;
  sinceMs: EpochMs;
  horizonHours: number;
  /** P(failure within the horizon), with the 80 % interval that the model's lives allow. */
  probability: { value: number; low: number; high: number; n: number };
}

/** Reading a life again costs more than a step of it tells. */
const SHORTEST_PAUSE_HOURS = 6;

/** The newest instant at which the model is asked. */
export const askedAt = ({ everyHours }: ComponentLifeModel, measuredToMs: EpochMs): EpochMs =>
  gridMs(measuredToMs, Math.max(SHORTEST_PAUSE_HOURS, everyHours) * HOUR_MS);

/** `null`: the component is out of order, or nobody knows since when it has been in: no age, no answer. */
export function lifeAnswerOf(
  product: Product,
  model: ComponentLifeModel,
  history: UnitHistory,
  { atMs, width }: { atMs: EpochMs; width: AdaptiveWidth },
): LifeAnswer | null {
  const life = livesOfComponent(history, model.component).at(-1);
  if (life === undefined || life.failedMs !== null) return null;
  const { sinceMs } = life;
  const { gauges, everyHours } = model;
  const run = runBetween(history.unit, history.readings, gauges, { sinceMs, toMs: atMs, everyHours });
  const horizonHours = horizonOf(product, model);
  const answer = answerFor(model, run, { horizonHours, width });
  if (answer === null) return null;
  const { runs } = model.life;
  const { withinHorizon: value } = answer;
  const [a, b] = [value * runs + 0.5, (1 - value) * runs + 0.5];
  const [low, high] = [Math.min(value, betaQuantile(0.1, a, b)), Math.max(value, betaQuantile(0.9, a, b))];
  return { ...answer, atMs, sinceMs, horizonHours, probability: { value, low, high, n: runs } };
}

/** How long an answer stands. */
export const FRESH_HOURS = 48;

/** The newest answer that can be relied on and says how long; `null` where there is none of late. */
export function freshTimeLeft(answers: readonly LifeAnswer[], atMs: EpochMs): TimeLeft | null {
  const fresh = answers.findLast(
    (one) =>
      one.atMs <= atMs && one.atMs > atMs - FRESH_HOURS * HOUR_MS && one.isFamiliar && one.moreThanHours === null,
  );
  return fresh === undefined ? null : { ...fresh.hours, withinHorizon: fresh.withinHorizon };
}

/** As the catalogue has it for the mode; a mode that is no longer there looks as far ahead as the model can tell. */
const horizonOf = ({ components }: Product, { component, failureMode, life }: ComponentLifeModel): number =>
  components.find(({ code }) => code === component)?.failureModes.find(({ code }) => code === failureMode)
    ?.horizonHours ?? life.cap;
