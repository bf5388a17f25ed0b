// Runs a simulation in slices, so that the house goes on between them, with as many draws as the number of components allows.
import { setImmediate as breathe } from 'node:timers/promises';
import { type Draw, type ServiceModel, simulateService } from '../core/contract/simulation.ts';
import { seededRandom, seedOf } from '../core/seeded-random.ts';

const DRAWS = 1_000;
const FEWEST_DRAWS = 200;
/** Components times draws of one simulation. */
const UNIT_DRAWS_LIMIT = 1_000_000;
/** Components times draws between two pauses. */
const SLICE = 20_000;

export const drawsFor = (units: number): number =>
  Math.max(FEWEST_DRAWS, Math.min(DRAWS, Math.floor(UNIT_DRAWS_LIMIT / Math.max(1, units))));

/** The same name and model give the same draws. */
export async function runDraws(name: string, model: ServiceModel, units: number): Promise<Draw[]> {
  const random = seededRandom(seedOf(name));
  const count = drawsFor(units);
  const slice = Math.max(1, Math.floor(SLICE / Math.max(1, units)));
  const draws: Draw[] = [];
  while (draws.length < count) {
    draws.push(...simulateService(model, Math.min(slice, count - draws.length), random));
    await breathe();
  }
  return draws;
}
