// Blood refrigerator: a compressor that cycles between two temperatures of the evaporator, and a door that people open.
import { HOUR_MS } from '../../contracts/time.ts';
import { bloodBank } from '../hospital.ts';
import { createCycle, createJitter, createLag, createWander } from '../noise.ts';
import type { RandomStream } from '../random.ts';
import { type KindModel, MINUTE_MS, type Physics } from './kind-model.ts';

const CYCLE_MS = 24 * MINUTE_MS;
const CYCLE_SPREAD = 0.15;
const DUTY = 0.42;

function startRefrigerator(random: (name: string) => RandomStream): Physics {
  const cycle = createCycle(random('unit'), CYCLE_MS, CYCLE_SPREAD);
  const product = createLag(4, HOUR_MS);
  const productWander = createWander(random('product_temp'), 0.1, HOUR_MS);
  const evaporator = createJitter(random('evaporator_temp'), 0.2);
  const condenser = createWander(random('condenser_temp'), 0.5, 2 * HOUR_MS);
  const power = createJitter(random('power'), 4);
  const supply = createWander(random('supply'), 2, 3 * HOUR_MS);
  return ({ use, elapsedMs, outdoorCel, stageOf }) => {
    const leak = stageOf('refrigerant-leak');
    const fouling = stageOf('condenser-fouled');
    const isOpen = use.mode === 'treat';
    const duty = leak.hasFailed ? 1 : Math.min(0.97, DUTY + 0.03 * leak.days);
    // Less refrigerant: the compressor needs longer for the same cold, so the whole cycle stretches.
    const phase = cycle(elapsedMs / (1 + 0.06 * leak.days));
    const isRunning = phase < duty && !fouling.hasFailed;
    const cooled = isRunning ? phase / duty : 1 - (phase - duty) / (1 - duty);
    const isWarm = leak.hasFailed || fouling.hasFailed;
    const target = isWarm ? 13 : 4 + 0.12 * Math.max(0, leak.days - 5);
    return {
      mode: use.mode === 'service' ? 'service' : 'standby',
      product_temp: product(elapsedMs, target) + (isOpen ? 0.2 : 0) + productWander(elapsedMs),
      evaporator_temp: (isWarm ? 6 : -4.9 - 6.2 * cooled + 0.4 * leak.days) + evaporator(),
      condenser_temp: fouling.hasFailed
        ? 64
        : 34 + 0.06 * (outdoorCel - 16) + (isRunning ? 3 : 0) + 0.35 * fouling.days + condenser(elapsedMs),
      power: (isRunning ? 370 * (1 + 0.006 * fouling.days) : 54) + power(),
      supply: 230 + supply(elapsedMs),
      door_open: isOpen,
    };
  };
}

export const refrigerator: KindModel = {
  kind: 'refrigerator',
  intervalMs: 30_000,
  batchMs: 0,
  usage: {
    demand: bloodBank,
    active: 'treat',
    slotMs: 20 * MINUTE_MS,
    prepareMs: 0,
    activeMs: [20_000, 90_000],
    cleanMs: 0,
  },
  faults: [
    {
      component: 'refrigerant-circuit',
      failureMode: 'refrigerant-leak',
      signWeeks: [0.5, 1.4],
      lifeYears: 4,
      atFailure: 'down',
      errorCode: 'E7101',
      benignCause: 'large delivery of warm units, door opened often',
    },
    {
      component: 'condenser',
      failureMode: 'condenser-fouled',
      signWeeks: [2, 5],
      lifeYears: 1.5,
      atFailure: 'down',
      errorCode: 'E7201',
      benignCause: 'boxes stood in front of the grille, then moved',
    },
  ],
  decimals: { product_temp: 2, evaporator_temp: 2, condenser_temp: 1, power: 0, supply: 1 },
  start: startRefrigerator,
};
