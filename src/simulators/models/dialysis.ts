// Haemodialysis machine: mixes dialysate to a conductivity, keeps it warm and free of gas, and takes off fluid by the
// ultrafiltration pump, in three shifts a day.
import { HOUR_MS } from '../../contracts/time.ts';
import { dialysisShifts } from '../hospital.ts';
import { createJitter, createLag, createWander, lagThrough } from '../noise.ts';
import type { RandomStream } from '../random.ts';
import { type KindModel, MINUTE_MS, type Physics } from './kind-model.ts';

function startDialysis(random: (name: string) => RandomStream): Physics {
  const walksTo = random('conductivity-cell').next() < 0.5 ? -1 : 1;
  const conductivity = createWander(random('conductivity_error'), 0.01, 40 * MINUTE_MS);
  const ultrafiltration = createJitter(random('uf_error'), 1);
  const bloodPump = createJitter(random('blood_pump_current'), 0.008);
  const temperature = createWander(random('dialysate_temp'), 0.08, 15 * MINUTE_MS);
  const degas = createWander(random('degas_pressure'), 0.9, HOUR_MS);
  const heater = createLag(38, 3 * MINUTE_MS);
  const heaterJitter = createJitter(random('heater_duty'), 0.8);
  return ({ use, elapsedMs, time, stageOf }) => {
    const isTreating = use.mode === 'treat';
    const cell = stageOf('conductivity-drift');
    const pump = stageOf('uf-pump-wear');
    const spread = isTreating ? 5 * (1 + 0.12 * pump.days) : 1.5;
    return {
      mode: use.mode,
      conductivity_error: walksTo * (cell.hasFailed ? 0.4 : 0.0025 * cell.days) + conductivity(elapsedMs),
      uf_error: (pump.hasFailed ? 150 : 0) + spread * ultrafiltration(),
      blood_pump_current: (isTreating ? 0.57 + 0.17 * use.intensity : 0.53) + bloodPump(),
      dialysate_temp: 37 + temperature(elapsedMs),
      degas_pressure: -80 + degas(elapsedMs),
      // Colder inlet water in winter needs more heat.
      heater_duty:
        lagThrough(heater, use.course, ({ isActive }) => (isActive ? 46 : 38) - 3.5 * time.season) + heaterJitter(),
      treatments: use.cases,
    };
  };
}

export const dialysis: KindModel = {
  kind: 'dialysis',
  intervalMs: 10_000,
  batchMs: 0,
  usage: {
    demand: dialysisShifts,
    active: 'treat',
    slotMs: 6 * HOUR_MS,
    prepareMs: 30 * MINUTE_MS,
    activeMs: [3.5 * HOUR_MS, 4.3 * HOUR_MS],
    cleanMs: 40 * MINUTE_MS,
  },
  faults: [
    {
      component: 'conductivity-cell',
      failureMode: 'conductivity-drift',
      signWeeks: [2, 6],
      lifeYears: 1.5,
      atFailure: 'down',
      errorCode: 'E6101',
      benignCause: 'a batch of concentrate at the edge of its tolerance',
    },
    {
      component: 'uf-pump',
      failureMode: 'uf-pump-wear',
      signWeeks: [2, 5],
      lifeYears: 3,
      atFailure: 'down',
      errorCode: 'E6201',
      benignCause: 'air in the supply line after work on the water plant',
    },
  ],
  decimals: {
    conductivity_error: 4,
    uf_error: 1,
    blood_pump_current: 3,
    dialysate_temp: 2,
    degas_pressure: 2,
    heater_duty: 1,
  },
  start: startDialysis,
};
