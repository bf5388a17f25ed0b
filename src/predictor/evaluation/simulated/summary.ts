// Sums the scores of many units up: recall, lead times and false alarms, as a whole and for each failure mode.
import type { Product } from '../../../contracts/product.ts';
import { DAY_MS } from '../../../contracts/time.ts';
import { JOINT_CAUSE } from '../../core/multivariate/joint-finding.ts';
import { causeOfMetric, causeOfMode } from '../../core/plan.ts';
import type { Figure } from '../suite.ts';
import type { SimulatedUnit } from './fleet.ts';
import type { FalseAlarm, JudgedFault, UnitScore } from './scoring.ts';

export interface ScoredUnit {
  unit: SimulatedUnit;
  score: UnitScore;
}

const YEAR_MS = 365.25 * DAY_MS;
const DIGITS = 1000;
const rounded = (value: number): number => Math.round(value * DIGITS) / DIGITS;
const shareOf = (part: number, whole: number): number | null => (whole === 0 ? null : rounded(part / whole));

const isWear = ({ fault }: JudgedFault): boolean => fault.kind === 'wear';
const isCaught = ({ leadMs }: JudgedFault): boolean => leadMs !== null;

/** The value below which the share of the sorted values lies; `null` without any. */
function quantile(values: readonly number[], share: number): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  return value === undefined ? null : rounded(value);
}

function leadFigures(faults: readonly JudgedFault[]): Record<string, Figure> {
  const leads = faults.flatMap(({ leadMs }) => (leadMs === null ? [] : [leadMs / DAY_MS]));
  return { leadMedian_days: quantile(leads, 0.5), leadP10_days: quantile(leads, 0.1) };
}

export const deviceYearsOf = (scored: readonly ScoredUnit[]): number =>
  scored.reduce((sum, { unit }) => sum + (unit.toMs - unit.fromMs) / YEAR_MS, 0);

/** Faults that come out of nothing are in `recallAll` and nobody can be warned of them; `recallWithSigns` leaves them out. */
export function overallFigures(
  scored: readonly ScoredUnit[],
): Record<string, number | null> & { recallWithSigns: number | null; falseAlarmsPerDeviceYear: number } {
  const faults = scored.flatMap(({ score }) => score.faults);
  const wear = faults.filter(isWear);
  const falseAlarms = scored.flatMap(({ score }) => score.falseAlarms);
  const years = deviceYearsOf(scored);
  const caught = wear.filter(isCaught);
  const leads = caught.map(({ leadMs }) => (leadMs as number) / DAY_MS);
  return {
    nDeviceYears: rounded(years),
    nFailures: faults.length,
    nFailuresWithSigns: wear.length,
    recallWithSigns: shareOf(caught.length, wear.length),
    recallNamedWithSigns: shareOf(wear.filter(({ namedLeadMs }) => namedLeadMs !== null).length, wear.length),
    recallAll: shareOf(faults.filter(isCaught).length, faults.length),
    leadMedian_days: quantile(leads, 0.5),
    leadP10_days: quantile(leads, 0.1),
    falseAlarmsPerDeviceYear: rounded(falseAlarms.length / years),
    falseAlarmsNotLookAlikePerDeviceYear: rounded(falseAlarms.filter(({ isLookAlike }) => !isLookAlike).length / years),
    falseAlarmsTogetherPerDeviceYear: rounded(
      falseAlarms.filter(({ alarm }) => alarm.cause === JOINT_CAUSE).length / years,
    ),
    nFalseAlarms: falseAlarms.length,
    precision: shareOf(caught.length, caught.length + falseAlarms.length),
  };
}

/** The failure mode an alarm of a metric is about, else its own cause. */
const modeOf = ({ components }: Product, cause: string): string => {
  const modes = components.flatMap(({ code, failureModes }) =>
    failureModes.map((mode) => ({ cause: causeOfMode(code, mode.code), signs: mode.signs })),
  );
  return modes.find(({ signs }) => signs.some(({ metric }) => causeOfMetric(metric) === cause))?.cause ?? cause;
};

/**
 * By kind of device and failure mode; a false alarm that names a metric counts for the first mode it is a sign of, one of a metric
 * that is a sign of none stands for itself.
 */
export function figuresByMode(scored: readonly ScoredUnit[]): Record<string, Record<string, Figure>> {
  const groups = new Map<string, { faults: JudgedFault[]; falseAlarms: FalseAlarm[]; units: ScoredUnit[] }>();
  const groupOf = (key: string) => {
    let group = groups.get(key);
    if (group === undefined) groups.set(key, (group = { faults: [], falseAlarms: [], units: [] }));
    return group;
  };
  for (const one of scored) {
    const { unit, score } = one;
    for (const fault of score.faults) groupOf(`${unit.product.kind} ${fault.cause}`).faults.push(fault);
    for (const alarm of score.falseAlarms)
      groupOf(`${unit.product.kind} ${modeOf(unit.product, alarm.alarm.cause)}`).falseAlarms.push(alarm);
  }
  const years = (kind: string): number => deviceYearsOf(scored.filter(({ unit }) => unit.product.kind === kind));
  return Object.fromEntries(
    [...groups].map(([key, { faults, falseAlarms }]) => {
      const wear = faults.filter(isWear);
      return [
        key,
        {
          nWear: wear.length,
          nAbrupt: faults.length - wear.length,
          recallWithSigns: shareOf(wear.filter(isCaught).length, wear.length),
          ...leadFigures(wear),
          falseAlarmsPerDeviceYear: rounded(falseAlarms.length / years(key.slice(0, key.indexOf(' ')))),
          nFalseAlarms: falseAlarms.length,
          nFalseAlarmsLookAlike: falseAlarms.filter(({ isLookAlike }) => isLookAlike).length,
        },
      ];
    }),
  );
}
