// Ventilator: a blower, an oxygen cell, a flow sensor and a battery, with a patient for days on end. Gathers its
// samples and sends them in batches.
import { HOUR_MS } from '../../contracts/time.ts';
import { intensiveCare } from '../hospital.ts';
import { createJitter, createLag, createWander, lagThrough } from '../noise.ts';
import type { RandomStream } from '../random.ts';
import { type KindModel, MINUTE_MS, type Moment, type Physics } from './kind-model.ts';

const TOP_SPEED = 52_000;
const FILTER_LIFE_DAYS = 30;

function startVentilator(random: (name: string) => RandomStream): Physics {
  const blower = startBlower(random);
  const sensors = startSensors(random);
  const filterPhase = random('filter').between(0, FILTER_LIFE_DAYS);
  const filter = createJitter(random('filter_drop'), 2);
  const valve = createWander(random('exp_valve_response'), 1, 6 * HOUR_MS);
  const leak = createWander(random('leak'), 0.9, 20 * MINUTE_MS);
  const batteryTemp = createLag(25, 40 * MINUTE_MS);
  const batteryWander = createWander(random('battery_temp'), 0.5, 2 * HOUR_MS);
  const capacity = createJitter(random('battery_capacity'), 0.3);
  return (moment) => {
    const { use, elapsedMs, stageOf } = moment;
    const isTreating = use.mode === 'treat';
    const fade = stageOf('battery-fade');
    // The filter is changed every month of use, so its drop is a saw tooth.
    const filterAge = ((filterPhase + use.activeHours / 24) % FILTER_LIFE_DAYS) / FILTER_LIFE_DAYS;
    return {
      mode: use.mode,
      ...sensors(moment),
      ...blower(moment),
      filter_drop: 72 + 55 * filterAge + (isTreating ? 15 + 20 * use.intensity : 0) + filter(),
      exp_valve_response: 23 + valve(elapsedMs),
      leak: Math.max(2, (isTreating ? 4 + 4 * use.intensity : 2.4) + leak(elapsedMs)),
      battery_capacity: fade.hasFailed
        ? 28
        : Math.max(84, 98.5 - (5 * moment.ageDaysOf('battery')) / 365) - (3 / 7) * fade.days + capacity(),
      battery_temp:
        lagThrough(batteryTemp, use.course, ({ isActive }) => (isActive ? 31 : 25)) + batteryWander(elapsedMs),
      run_hours: use.activeHours,
    };
  };
}

function startBlower(random: (name: string) => RandomStream): Physics {
  const speed = createJitter(random('blower_speed'), 500);
  const current = createJitter(random('blower_current'), 0.008);
  return ({ use, stageOf }: Moment) => {
    const bearing = stageOf('blower-bearing-wear');
    const wanted = { treat: 18_000 + 24_000 * use.intensity, prepare: 30_000 }[use.mode as string] ?? 0;
    const turning = bearing.hasFailed || wanted === 0 ? 0 : wanted + speed();
    const drawn = 0.43 + 1.3 * (turning / TOP_SPEED) ** 1.5;
    return {
      blower_speed: turning,
      blower_current: bearing.hasFailed ? 3.4 : drawn * (1 + (0.02 * bearing.days) / 7) + current(),
    };
  };
}

function startSensors(random: (name: string) => RandomStream): Physics {
  const cell = createWander(random('o2_cell'), 0.3, 12 * HOUR_MS);
  const offset = createWander(random('flow_offset'), 4, 8 * HOUR_MS);
  const walksTo = random('flow-sensor').next() < 0.5 ? -1 : 1;
  return ({ elapsedMs, stageOf, ageDaysOf }: Moment) => {
    const exhausted = stageOf('o2-cell-exhausted');
    const dirty = stageOf('flow-sensor-contaminated');
    const aged = 58 - 6 * Math.min(1, ageDaysOf('o2-cell') / 730);
    return {
      o2_cell: exhausted.hasFailed ? 31 : aged - 0.35 * exhausted.days + cell(elapsedMs),
      flow_offset: walksTo * (dirty.hasFailed ? 140 : 1.8 * dirty.days) + offset(elapsedMs),
    };
  };
}

export const ventilator: KindModel = {
  kind: 'ventilator',
  intervalMs: 10_000,
  batchMs: MINUTE_MS,
  usage: {
    demand: intensiveCare,
    active: 'treat',
    slotMs: 72 * HOUR_MS,
    prepareMs: 10 * MINUTE_MS,
    activeMs: [40 * HOUR_MS, 70 * HOUR_MS],
    cleanMs: 40 * MINUTE_MS,
  },
  faults: [
    {
      component: 'o2-cell',
      failureMode: 'o2-cell-exhausted',
      signWeeks: [2, 6],
      lifeYears: 2,
      atFailure: 'down',
      errorCode: 'E4101',
      benignCause: 'cell read low in dry gas, humidifier set again',
    },
    {
      component: 'blower',
      failureMode: 'blower-bearing-wear',
      signWeeks: [3, 8],
      lifeYears: 4,
      atFailure: 'down',
      errorCode: 'E4201',
      benignCause: 'wet expiratory filter loaded the blower, then changed',
    },
    {
      component: 'battery',
      failureMode: 'battery-fade',
      signWeeks: [9, 15],
      lifeYears: 3,
      atFailure: 'silent',
      errorCode: 'E4301',
      benignCause: 'gauge lost its calibration and was recalibrated by a full cycle',
    },
    {
      component: 'flow-sensor',
      failureMode: 'flow-sensor-contaminated',
      signWeeks: [1, 4],
      lifeYears: 1.5,
      atFailure: 'down',
      errorCode: 'E4401',
      benignCause: 'condensed water in the tube, dried by itself',
    },
  ],
  decimals: {
    o2_cell: 2,
    blower_current: 3,
    filter_drop: 1,
    flow_offset: 1,
    exp_valve_response: 1,
    leak: 2,
    battery_capacity: 1,
    battery_temp: 1,
    run_hours: 2,
  },
  start: startVentilator,
};
