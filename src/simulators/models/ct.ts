// CT 64-slice: an X-ray tube with rotating anode in an oil bath, on a gantry fed through slip rings; used by booking in
// the day and by the emergency department around the clock.
import { HOUR_MS } from '../../contracts/time.ts';
import { emergencyImaging } from '../hospital.ts';
import { createJitter, createLag, createWander, lagThrough } from '../noise.ts';
import type { RandomStream } from '../random.ts';
import { type KindModel, MINUTE_MS, type Moment, type Physics } from './kind-model.ts';

/** Exposures of one examination (scout, native, contrast phases). */
const EXPOSURES_PER_CASE = 4;

function startCt(random: (name: string) => RandomStream): Physics {
  const tube = startTube(random);
  const gantry = startGantry(random);
  const detector = createWander(random('detector_temp'), 0.25, 3 * HOUR_MS);
  return (moment) => ({
    mode: moment.use.mode,
    ...tube(moment),
    ...gantry(moment),
    detector_temp: 35 + 0.4 * moment.time.season + detector(moment.elapsedMs),
    exposures: moment.use.cases * EXPOSURES_PER_CASE,
  });
}

function startTube(random: (name: string) => RandomStream): Physics {
  const anode = createLag(2, 6 * MINUTE_MS);
  const oil = createLag(28, 40 * MINUTE_MS);
  const arcs = createWander(random('tube_arcs'), 0.22, 2 * HOUR_MS);
  const anodeJitter = createJitter(random('anode_heat'), 0.5);
  const oilWander = createWander(random('oil_temp'), 0.5, 2 * HOUR_MS);
  const filamentBase = random('tube').between(4.62, 4.74);
  const filament = createWander(random('filament_current'), 0.03, 12 * HOUR_MS);
  const error = createWander(random('tube_current_error'), 0.16, HOUR_MS);
  return ({ elapsedMs, use, outdoorCel, stageOf }: Moment) => {
    const vacuum = stageOf('vacuum-loss');
    const cooler = stageOf('oil-cooler-clogged');
    const isScanning = use.mode === 'scan';
    const weeks = vacuum.days / 7;
    const room = 0.06 * (outdoorCel - 16);
    const oilTemp = lagThrough(oil, use.course, ({ isActive, intensity }) =>
      cooler.hasFailed ? 78 : (isActive ? 52 + 10 * intensity : 28) + room + cooler.days,
    );
    const anodeHeat = lagThrough(anode, use.course, ({ isActive, intensity }) => (isActive ? 42 + 30 * intensity : 3));
    return {
      tube_arcs: vacuum.hasFailed ? 28 : 0.08 * 1.5 ** weeks * Math.exp(arcs(elapsedMs)),
      anode_heat: Math.max(0, anodeHeat + anodeJitter()),
      oil_temp: oilTemp + oilWander(elapsedMs),
      filament_current: (isScanning ? filamentBase + 0.15 * use.intensity : 4.3) + filament(elapsedMs),
      tube_current_error: vacuum.hasFailed
        ? 14
        : Math.max(0, (isScanning ? 0.85 + 0.4 * weeks : 0.5) + error(elapsedMs)),
    };
  };
}

function startGantry(random: (name: string) => RandomStream): Physics {
  const vibration = createJitter(random('gantry_vibration'), 0.05);
  const spinUpBase = random('rotor').between(1.96, 2.03);
  const spinUp = createJitter(random('rotor_spinup'), 0.025);
  const errors = createWander(random('slipring_errors'), 0.32, 4 * HOUR_MS);
  return ({ elapsedMs, use, stageOf }: Moment) => {
    const bearing = stageOf('anode-bearing-wear');
    const brushes = stageOf('brush-wear');
    const weeks = bearing.days / 7;
    // Only the fast rotation of demanding protocols excites a worn bearing.
    const isFast = use.intensity > 0.5;
    const turning = 0.85 + 0.25 * use.intensity + (isFast ? 0.09 * weeks : 0);
    return {
      gantry_vibration: Math.max(0, (use.mode === 'scan' ? turning : 0.16) + vibration()),
      rotor_spinup: bearing.hasFailed ? 5.5 : spinUpBase * (1 + 0.03 * weeks) + spinUp(),
      slipring_errors: brushes.hasFailed ? 400 : 1.2 * 2 ** (brushes.days / 7) * Math.exp(errors(elapsedMs)),
    };
  };
}

export const ct: KindModel = {
  kind: 'ct',
  intervalMs: 30_000,
  batchMs: 0,
  usage: {
    demand: emergencyImaging,
    active: 'scan',
    slotMs: 15 * MINUTE_MS,
    prepareMs: 3 * MINUTE_MS,
    activeMs: [3 * MINUTE_MS, 7 * MINUTE_MS],
    cleanMs: 2 * MINUTE_MS,
  },
  faults: [
    {
      component: 'x-ray-tube',
      failureMode: 'vacuum-loss',
      signWeeks: [2, 6],
      lifeYears: 4,
      atFailure: 'down',
      errorCode: 'E3101',
      benignCause: 'tube was cold after days off; conditioning settled it',
    },
    {
      component: 'tube-bearing',
      failureMode: 'anode-bearing-wear',
      signWeeks: [3, 8],
      lifeYears: 5,
      atFailure: 'down',
      errorCode: 'E3102',
      benignCause: 'rotor supply voltage low during building work',
    },
    {
      component: 'slip-ring',
      failureMode: 'brush-wear',
      signWeeks: [2, 5],
      lifeYears: 3,
      atFailure: 'silent',
      errorCode: 'E3201',
      benignCause: 'carbon dust on the ring, blown off by the gantry fans',
    },
    {
      component: 'oil-cooler',
      failureMode: 'oil-cooler-clogged',
      signWeeks: [1, 2],
      lifeYears: 2,
      atFailure: 'down',
      errorCode: 'E3301',
      benignCause: 'air conditioning of the gantry room at half power',
    },
  ],
  decimals: {
    tube_arcs: 3,
    anode_heat: 1,
    oil_temp: 1,
    filament_current: 3,
    tube_current_error: 2,
    gantry_vibration: 3,
    rotor_spinup: 3,
    slipring_errors: 1,
    detector_temp: 2,
  },
  start: startCt,
};
