// MRI 1.5 T: a helium-cooled magnet kept cold by cold head and compressor, a water chiller, and gradient coils that
// warm up with every examination.
import { DAY_MS, HOUR_MS } from '../../contracts/time.ts';
import { bookedImaging } from '../hospital.ts';
import { createJitter, createLag, createWander, lagThrough } from '../noise.ts';
import { type KindModel, MINUTE_MS, type Moment, type Physics } from './kind-model.ts';
import type { RandomStream } from '../random.ts';

const HELIUM_LOSS_PER_DAY = 0.02;
const TOP_UP_BELOW = 66;
const TOPPED_UP = 90;

function startMri(random: (name: string) => RandomStream): Physics {
  const cryo = startCryogenics(random);
  const cooling = startCooling(random);
  const gradient = createLag(24, 8 * MINUTE_MS);
  const gradientWander = createWander(random('gradient_temp'), 0.4, HOUR_MS);
  const reflected = createJitter(random('rf_reflected'), 0.6);
  const room = createWander(random('room_temp'), 0.3, 3 * HOUR_MS);
  const humidity = createWander(random('room_humidity'), 2, 6 * HOUR_MS);
  return (moment) => {
    const { use, elapsedMs, time } = moment;
    const fan = moment.stageOf('gradient-fan-failing');
    const warmer = 15 * Math.min(1, fan.days / 4);
    const coils = lagThrough(gradient, use.course, ({ isActive, intensity }) =>
      fan.hasFailed ? 66 : isActive ? 33 + 7 * intensity + warmer : 24,
    );
    return {
      mode: use.mode,
      ...cryo(moment),
      ...cooling(moment),
      gradient_temp: coils + gradientWander(elapsedMs),
      rf_reflected: (use.mode === 'scan' ? 11 + 14 * use.intensity : 7) + reflected(),
      room_temp: 20.5 + 0.3 * time.season + room(elapsedMs),
      room_humidity: 50 + 3 * time.season + humidity(elapsedMs),
      scan_count: use.cases,
    };
  };
}

/** Magnet, cold head and compressor; a compressor that trips takes the cold head with it. */
function startCryogenics(random: (name: string) => RandomStream): Physics {
  const unit = random('cryo');
  let helium = unit.between(76, 92);
  const coldheadBase = unit.between(4.06, 4.14);
  const coldhead = createLag(coldheadBase, 20 * MINUTE_MS);
  const coldheadWander = createWander(random('coldhead_temp'), 0.022, 2 * HOUR_MS);
  const pressureBase = unit.between(7.8, 8.2);
  const pressure = createLag(pressureBase, HOUR_MS);
  const pressureWander = createWander(random('helium_pressure'), 0.14, 6 * HOUR_MS);
  const heliumJitter = createJitter(random('helium_level'), 0.05);
  const high = createWander(random('compressor_high'), 0.012, 4 * HOUR_MS);
  const currentBase = unit.between(12.8, 13.2);
  const current = createWander(random('compressor_current'), 0.12, 4 * HOUR_MS);
  return ({ elapsedMs, outdoorCel, stageOf }: Moment) => {
    const displacer = stageOf('displacer-wear');
    const absorber = stageOf('absorber-saturated');
    const isWarming = displacer.hasFailed || absorber.hasFailed;
    helium -= HELIUM_LOSS_PER_DAY * (elapsedMs / DAY_MS) + (isWarming ? (0.4 * elapsedMs) / HOUR_MS : 0);
    if (helium < TOP_UP_BELOW && !isWarming) helium = TOPPED_UP;
    helium = Math.max(40, helium);
    const weeks = absorber.days / 7;
    const warmed = isWarming ? 11 : coldheadBase + 0.02 * displacer.days + 0.004 * weeks;
    return {
      // The loss doubles while the displacer wears; a repair ends with a top-up.
      helium_level: helium - HELIUM_LOSS_PER_DAY * displacer.days + heliumJitter(),
      helium_pressure:
        pressure(elapsedMs, isWarming ? 13 : pressureBase + 0.012 * displacer.days) + pressureWander(elapsedMs),
      coldhead_temp: coldhead(elapsedMs, warmed) + coldheadWander(elapsedMs),
      compressor_high: absorber.hasFailed
        ? 1.3
        : (2.1 + 0.001 * (outdoorCel - 16)) * (1 - 0.01 * weeks) + high(elapsedMs),
      compressor_current: absorber.hasFailed ? 0.4 : currentBase * (1 + 0.012 * weeks) + current(elapsedMs),
    };
  };
}

function startCooling(random: (name: string) => RandomStream): Physics {
  const water = createLag(12, 15 * MINUTE_MS);
  const waterWander = createWander(random('chiller_water_temp'), 0.25, 2 * HOUR_MS);
  const flowBase = random('chiller').between(30.4, 31.6);
  const flow = createWander(random('chiller_flow'), 0.35, HOUR_MS);
  return ({ elapsedMs, use, outdoorCel, stageOf }: Moment) => {
    const pump = stageOf('chiller-pump-wear');
    const idle = 11.7 + 0.025 * (outdoorCel - 16) + 0.2 * pump.days;
    const cooled = lagThrough(water, use.course, ({ isActive }) => (pump.hasFailed ? 27 : idle + (isActive ? 0.5 : 0)));
    return {
      chiller_water_temp: cooled + waterWander(elapsedMs),
      chiller_flow: pump.hasFailed ? 3.5 : flowBase * (1 - 0.01 * pump.days) + flow(elapsedMs),
    };
  };
}

export const mri: KindModel = {
  kind: 'mri',
  intervalMs: MINUTE_MS,
  batchMs: 0,
  usage: {
    demand: bookedImaging,
    active: 'scan',
    slotMs: 35 * MINUTE_MS,
    prepareMs: 5 * MINUTE_MS,
    activeMs: [16 * MINUTE_MS, 25 * MINUTE_MS],
    cleanMs: 3 * MINUTE_MS,
  },
  faults: [
    {
      component: 'cold-head',
      failureMode: 'displacer-wear',
      signWeeks: [4, 10],
      lifeYears: 3.5,
      atFailure: 'down',
      errorCode: 'E2101',
      benignCause: 'cooling water of the compressor was warm for some weeks',
    },
    {
      component: 'compressor',
      failureMode: 'absorber-saturated',
      signWeeks: [3, 8],
      lifeYears: 3,
      atFailure: 'down',
      errorCode: 'E2201',
      benignCause: 'static helium pressure a little low, refilled at a visit',
    },
    {
      component: 'chiller',
      failureMode: 'chiller-pump-wear',
      signWeeks: [1, 3],
      lifeYears: 4,
      atFailure: 'down',
      errorCode: 'E2301',
      benignCause: 'filter of the hospital water loop dirty, then cleaned',
    },
    {
      component: 'gradient-amplifier',
      failureMode: 'gradient-fan-failing',
      signWeeks: [0.5, 1.5],
      lifeYears: 5,
      atFailure: 'down',
      errorCode: 'E2401',
      benignCause: 'a study with unusually heavy diffusion protocols',
    },
  ],
  decimals: {
    helium_level: 2,
    helium_pressure: 3,
    coldhead_temp: 3,
    compressor_high: 3,
    compressor_current: 2,
    chiller_water_temp: 2,
    chiller_flow: 2,
    gradient_temp: 1,
    rf_reflected: 1,
    room_temp: 1,
    room_humidity: 1,
  },
  start: startMri,
};
