// Infusion pump: a small drive and a pressure sensor, carried from ward to ward and often out of the network.
import { HOUR_MS } from '../../contracts/time.ts';
import { wardCare } from '../hospital.ts';
import { createJitter, createWander } from '../noise.ts';
import type { RandomStream } from '../random.ts';
import { type KindModel, MINUTE_MS, type Physics } from './kind-model.ts';

/** The door opens to load, to check and to unload a set. */
const DOOR_CYCLES_PER_CASE = 3;

function startInfusionPump(random: (name: string) => RandomStream): Physics {
  const backlashBase = random('drive').between(18, 24);
  const backlash = createJitter(random('drive_backlash'), 1);
  const current = createJitter(random('motor_current'), 1.5);
  const walksTo = random('pressure-sensor').next() < 0.5 ? -1 : 1;
  const pressure = createWander(random('pressure_offset'), 0.15, 12 * HOUR_MS);
  const air = createWander(random('air_detector'), 0.8, 6 * HOUR_MS);
  const flow = createWander(random('flow_error'), 0.4, 30 * MINUTE_MS);
  const capacity = createJitter(random('battery_capacity'), 0.4);
  return ({ use, elapsedMs, stageOf, ageDaysOf }) => {
    const drive = stageOf('drive-wear');
    const drift = stageOf('pressure-sensor-drift');
    const running = use.mode === 'treat' ? 84 + 12 * use.intensity + 0.35 * drive.days : 75;
    return {
      mode: use.mode,
      motor_current: (drive.hasFailed ? 165 : running) + current(),
      drive_backlash: (drive.hasFailed ? 95 : backlashBase + 0.5 * drive.days) + backlash(),
      pressure_offset: walksTo * (drift.hasFailed ? 5 : 0.04 * drift.days) + pressure(elapsedMs),
      air_detector: 96.5 + air(elapsedMs),
      flow_error: (drive.hasFailed ? -14 : -0.01 * drive.days) + flow(elapsedMs),
      battery_capacity: Math.max(80, 98 - (4 * ageDaysOf('battery')) / 365) + capacity(),
      door_cycles: use.cases * DOOR_CYCLES_PER_CASE,
    };
  };
}

export const infusionPump: KindModel = {
  kind: 'infusion-pump',
  intervalMs: MINUTE_MS,
  batchMs: 10 * MINUTE_MS,
  usage: {
    demand: wardCare,
    active: 'treat',
    slotMs: 4 * HOUR_MS,
    prepareMs: 5 * MINUTE_MS,
    activeMs: [HOUR_MS, 3.5 * HOUR_MS],
    cleanMs: 10 * MINUTE_MS,
  },
  faults: [
    {
      component: 'drive',
      failureMode: 'drive-wear',
      signWeeks: [4, 10],
      lifeYears: 3,
      atFailure: 'down',
      errorCode: 'E5101',
      benignCause: 'a stiff brand of syringes, used for some weeks',
    },
    {
      component: 'pressure-sensor',
      failureMode: 'pressure-sensor-drift',
      signWeeks: [2, 8],
      lifeYears: 3,
      atFailure: 'down',
      errorCode: 'E5201',
      benignCause: 'pump hung high above the patient for a long therapy',
    },
  ],
  decimals: {
    motor_current: 1,
    drive_backlash: 1,
    pressure_offset: 3,
    air_detector: 1,
    flow_error: 2,
    battery_capacity: 1,
  },
  start: startInfusionPump,
};
