// How many lost couplings are found, how soon, and what is said of units that lose none: by the predictor and by a control chart of
// every gauge, which cannot see them.
import { DAY_MS, type EpochMs } from '../../../contracts/time.ts';
import { type CoupledUnit, coupledUnit } from './coupled-units.ts';
import type { SimulatedUnit } from './fleet.ts';
import type { Alarm } from './scoring.ts';

const RAMPS_DAYS = [0, 20, 40, 60] as const;
const UNITS_PER_RAMP = 6;
const DAYS = 400;
/** Found is what is told before the gauge has gone its own way wholly for this long. */
const FOUND_WITHIN_DAYS = 30;
const YEAR_DAYS = 365.25;
const rounded = (value: number): number => Math.round(value * 1000) / 1000;

/** Units of every ramp, and as many that stay as they are. */
export const coupledFleet = (seed: number): CoupledUnit[] =>
  [null, ...RAMPS_DAYS].flatMap((rampDays, kind) =>
    Array.from({ length: UNITS_PER_RAMP }, (_, place) =>
      coupledUnit({ seed, index: kind * UNITS_PER_RAMP + place, days: DAYS, rampDays }),
    ),
  );

/** For whoever judges a simulated unit: what happens to it stands in no catalogue. */
export const asSimulated = (unit: CoupledUnit): SimulatedUnit => ({ ...unit, faults: [] });

export interface JudgedCoupling {
  unit: CoupledUnit;
  alarms: readonly Alarm[];
}

export function coupledFigures(judged: readonly JudgedCoupling[]): Record<string, number | null> {
  const recalls = RAMPS_DAYS.map((days): [string, number] => {
    const broken = judged.filter(({ unit }) => unit.broken?.rampDays === days);
    return [`coupledRecall_${days}d`, rounded(broken.filter((one) => foundMs(one) !== null).length / broken.length)];
  });
  const delays = judged.flatMap((one) => foundMs(one) ?? []).sort((a, b) => a - b);
  const delayMs = delays[Math.floor(delays.length / 2)];
  const days = judged.reduce((sum, { unit }) => sum + (usualToMs(unit) - unit.fromMs) / DAY_MS, 0);
  const falseAlarms = judged.flatMap(({ unit, alarms }) => alarms.filter(({ fromMs }) => fromMs < usualToMs(unit)));
  return {
    ...Object.fromEntries(recalls),
    coupledDelayMedian_days: delayMs === undefined ? null : rounded(delayMs / DAY_MS),
    coupledFalseAlarmsPerDeviceYear: rounded((falseAlarms.length / days) * YEAR_DAYS),
  };
}

const usualToMs = ({ broken, toMs }: CoupledUnit): EpochMs => broken?.onsetMs ?? toMs;

/** From the onset to the first alarm, `null` when nobody was told in time. */
function foundMs({ unit: { broken }, alarms }: JudgedCoupling): number | null {
  if (broken === null) return null;
  const { onsetMs, rampDays } = broken;
  const lastMs = onsetMs + (rampDays + FOUND_WITHIN_DAYS) * DAY_MS;
  const first = alarms.find(({ fromMs }) => fromMs >= onsetMs && fromMs <= lastMs);
  return first === undefined ? null : first.fromMs - onsetMs;
}
