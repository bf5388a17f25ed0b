// The suite of simulated devices: the predictor's own core and two control charts on the same unseen units. Limits of the
// charts are chosen on other units, by the most faults found at no more false alarms than the budget.
import { DAY_MS } from '../../../contracts/time.ts';
import { createEwmaChart, createZScore } from '../peers/control-charts.ts';
import type { Figures, Suite, SuiteWork } from '../suite.ts';
import { chartAlarmsOf, LIMITS } from './charted-unit.ts';
import { asSimulated, coupledFigures, type JudgedCoupling } from './coupled.ts';
import type { CoupledUnit } from './coupled-units.ts';
import type { FleetOptions, SimulatedUnit, SimulateFleet } from './fleet.ts';
import { alarmsOf } from './judged-unit.ts';
import { type Alarm, scoreUnit } from './scoring.ts';
import { figuresByMode, overallFigures, type ScoredUnit } from './summary.ts';

/** The fleet that settings and limits are chosen on; never the one that is reported. */
const CHOICE_SEED = 'choose';
const UNITS_PER_KIND = { choice: 6, reported: 10 } as const;
const DAYS = 730;
const FALSE_ALARM_BUDGET = 1;
const CHARTS = { zScore: createZScore, ewma: createEwmaChart } as const;
type ChartName = keyof typeof CHARTS;
const CHART_NAMES: readonly ChartName[] = ['zScore', 'ewma'];

/** `couple` makes the units whose gauges lose what ties them together. */
export const simulatedSuite = (simulate: SimulateFleet, couple: (seed: number) => CoupledUnit[]): Suite => ({
  name: 'simulated',
  what: 'failure modes of simulated medical devices on unseen seeds: recall, lead time, false alarms per device-year',
  sign: null,
  run: async (work) => evaluate(simulate, couple, work),
});

const scored = (unit: SimulatedUnit, alarms: readonly Alarm[]): ScoredUnit => ({
  unit,
  score: scoreUnit(unit, alarms),
});

function evaluate(
  simulate: SimulateFleet,
  couple: (seed: number) => CoupledUnit[],
  { seed, scores, progress }: SuiteWork,
): Figures {
  const fleet = (name: string, options: FleetOptions): SimulatedUnit[] => {
    const units = [...simulate(options)];
    progress.begin(name, units.length);
    return units;
  };
  const choice = fleet('choosing limits of the charts', {
    seed: CHOICE_SEED,
    unitsPerKind: UNITS_PER_KIND.choice,
    days: DAYS,
  });
  const limits = chooseLimits(choice, (done) => progress.tell(done));

  const reported = fleet('unseen units', {
    seed: `reported-${seed}`,
    unitsPerKind: UNITS_PER_KIND.reported,
    days: DAYS,
  });
  const ours: ScoredUnit[] = [];
  const theirs: Record<ChartName, ScoredUnit[]> = { zScore: [], ewma: [] };
  for (const [index, unit] of reported.entries()) {
    ours.push(scored(unit, alarmsOf(unit)));
    for (const name of CHART_NAMES) {
      const alarms = chartAlarmsOf(unit, CHARTS[name])[limits[name]] as Alarm[];
      theirs[name].push(scored(unit, alarms));
    }
    progress.tell(index + 1);
  }
  scores?.write(
    'faults.csv',
    ['device', 'failure_mode', 'kind', 'onset_ms', 'failure_ms', 'lead_days'],
    faultRows(ours),
  );
  scores?.write('false-alarms.csv', ['device', 'cause', 'from_ms', 'to_ms', 'look_alike'], falseAlarmRows(ours));
  return {
    ...overallFigures(ours),
    ...prefixed('zScore', { limit_sigma: LIMITS[limits.zScore] as number, ...overallFigures(theirs.zScore) }),
    ...prefixed('ewma', { limit_sigma: LIMITS[limits.ewma] as number, ...overallFigures(theirs.ewma) }),
    ...judgeCouplings(couple(seed), limits, {
      begin: (total) => progress.begin('lost couplings', total),
      tell: (done) => progress.tell(done),
    }),
    byMode: figuresByMode(ours),
    zScore_byMode: figuresByMode(theirs.zScore),
    ewma_byMode: figuresByMode(theirs.ewma),
  };
}

function judgeCouplings(
  units: readonly CoupledUnit[],
  limits: Record<ChartName, number>,
  { begin, tell }: { begin: (total: number) => void; tell: (done: number) => void },
): Record<string, number | null> {
  begin(units.length);
  const ours: JudgedCoupling[] = [];
  const theirs: Record<ChartName, JudgedCoupling[]> = { zScore: [], ewma: [] };
  for (const [index, unit] of units.entries()) {
    const simulated = asSimulated(unit);
    ours.push({ unit, alarms: alarmsOf(simulated) });
    for (const name of CHART_NAMES) {
      const alarms = chartAlarmsOf(simulated, CHARTS[name])[limits[name]] as Alarm[];
      theirs[name].push({ unit, alarms });
    }
    tell(index + 1);
  }
  return {
    ...coupledFigures(ours),
    ...prefixed('zScore', coupledFigures(theirs.zScore)),
    ...prefixed('ewma', coupledFigures(theirs.ewma)),
  };
}

/** The place in `LIMITS` for each chart. */
function chooseLimits(units: readonly SimulatedUnit[], tell: (done: number) => void): Record<ChartName, number> {
  const byLimit: Record<ChartName, ScoredUnit[][]> = { zScore: LIMITS.map(() => []), ewma: LIMITS.map(() => []) };
  for (const [index, unit] of units.entries()) {
    for (const name of CHART_NAMES) {
      for (const [limit, alarms] of chartAlarmsOf(unit, CHARTS[name]).entries())
        byLimit[name][limit]?.push(scored(unit, alarms));
    }
    tell(index + 1);
  }
  return { zScore: bestLimit(byLimit.zScore), ewma: bestLimit(byLimit.ewma) };
}

/** Within the budget the limit that finds most; when none keeps it, the one with the fewest false alarms. */
function bestLimit(byLimit: readonly (readonly ScoredUnit[])[]): number {
  const figures = byLimit.map((units, limit) => ({ limit, ...overallFigures(units) }));
  const affordable = figures.filter(({ falseAlarmsPerDeviceYear }) => falseAlarmsPerDeviceYear <= FALSE_ALARM_BUDGET);
  const best =
    affordable.length > 0
      ? affordable.reduce((a, b) => ((b.recallWithSigns ?? 0) > (a.recallWithSigns ?? 0) ? b : a))
      : figures.reduce((a, b) => (b.falseAlarmsPerDeviceYear < a.falseAlarmsPerDeviceYear ? b : a));
  return best.limit;
}

const prefixed = (name: string, figures: Record<string, number | null>): Record<string, number | null> =>
  Object.fromEntries(Object.entries(figures).map(([key, value]) => [`${name}_${key}`, value]));

const faultRows = (units: readonly ScoredUnit[]): (string | number)[][] =>
  units.flatMap(({ unit, score }) =>
    score.faults.map(({ fault, cause, leadMs }) => [
      unit.device,
      cause,
      fault.kind,
      fault.onsetMs,
      fault.endMs,
      leadMs === null ? '' : leadMs / DAY_MS,
    ]),
  );

const falseAlarmRows = (units: readonly ScoredUnit[]): (string | number)[][] =>
  units.flatMap(({ unit, score }) =>
    score.falseAlarms.map(({ alarm, isLookAlike }) => [
      unit.device,
      alarm.cause,
      alarm.fromMs,
      alarm.toMs,
      isLookAlike ? 1 : 0,
    ]),
  );
