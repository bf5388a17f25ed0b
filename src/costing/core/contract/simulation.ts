// What serving devices may cost over a span: failures by the life of each component, upkeep at the pace it was done, and the cost of
// each job drawn from past ones. Each draw also draws how well the failure rates are known, so that few data give a wide answer.
import type { CostElement } from '../../../contracts/costs.ts';
import { exponential, gamma, normal, type Random } from '../seeded-random.ts';
import type { WorkKind } from './coverage.ts';

/** Elements of a job's own cost, in the columns they are counted in; penalties follow from the terms. */
export const JOB_ELEMENTS = ['labour', 'parts', 'travel', 'freight', 'subcontract', 'remote', 'overhead'] as const;
type JobElement = Exclude<CostElement, 'downtime-penalty'>;
const COLUMN = new Map<string, number>(JOB_ELEMENTS.map((element, index) => [element, index]));

export interface PastJob {
  kind: WorkKind;
  /** By column of `JOB_ELEMENTS`, minor units. */
  minor: Float64Array;
  visits: number;
  labourHours: number;
  downtimeHours: number;
}

/** Ages by Weibull, its scale known to `scaleLogSd`; or fails at a rate known from `failures` in `hours` of watching. */
export type Hazard =
  | { kind: 'weibull'; shape: number; scaleHours: number; scaleLogSd: number }
  | { kind: 'rate'; failures: number; hours: number };

/** Alike components: the same hazard and past jobs, each with its age. */
export interface Group {
  hazard: Hazard;
  agesHours: Float64Array;
  jobs: readonly PastJob[];
}

/** Jobs that come by plan or by habit: `count` of them were done in `deviceHours`, and `devices` go on. */
export interface Upkeep {
  count: number;
  deviceHours: number;
  devices: number;
  jobs: readonly PastJob[];
}

export interface ServiceModel {
  groups: readonly Group[];
  upkeep: readonly Upkeep[];
  hours: number;
}

/** One way the span may go. */
export interface Draw {
  /** Kind of work by element, minor units. */
  minor: Readonly<Record<WorkKind, Float64Array>>;
  visits: Record<WorkKind, number>;
  labourHours: Record<WorkKind, number>;
  failures: number;
  jobs: number;
  /** Of each failure, in the order they were drawn. */
  downtimes: number[];
}

export const minorOfDraw = ({ minor }: Draw, kind: WorkKind, element: JobElement): number =>
  minor[kind][COLUMN.get(element) ?? -1] ?? 0;

const emptyDraw = (): Draw => ({
  minor: {
    failure: new Float64Array(JOB_ELEMENTS.length),
    planned: new Float64Array(JOB_ELEMENTS.length),
    own: new Float64Array(JOB_ELEMENTS.length),
  },
  visits: { failure: 0, planned: 0, own: 0 },
  labourHours: { failure: 0, planned: 0, own: 0 },
  failures: 0,
  jobs: 0,
  downtimes: [],
});

function addJob(draw: Draw, job: PastJob): void {
  const sums = draw.minor[job.kind];
  for (let column = 0; column < sums.length; column++) sums[column] = (sums[column] ?? 0) + (job.minor[column] ?? 0);
  draw.jobs += 1;
  draw.visits[job.kind] += job.visits;
  draw.labourHours[job.kind] += job.labourHours;
}

/** How long the next failure takes, of a component of that age. */
function timeToFailure(hazard: Hazard, random: Random): (ageHours: number) => number {
  if (hazard.kind === 'rate') {
    const perHour = gamma(Math.max(0.5, hazard.failures), random) / hazard.hours;
    return () => exponential(random) / perHour;
  }
  const { shape } = hazard;
  const scale = hazard.scaleHours * Math.exp(hazard.scaleLogSd * normal(random));
  return (age) => scale * ((age / scale) ** shape + exponential(random)) ** (1 / shape) - age;
}

/** A component that fails this often in a span is no component any more; the draw goes on without it. */
const FAILURES_LIMIT = 1000;

function drawGroup(draw: Draw, { hazard, agesHours, jobs }: Group, hours: number, random: Random): void {
  const next = timeToFailure(hazard, random);
  for (const age of agesHours) {
    let at = next(age);
    for (let count = 0; at < hours && count < FAILURES_LIMIT; count++) {
      draw.failures += 1;
      const job = jobs[Math.floor(random() * jobs.length)];
      if (job !== undefined) {
        addJob(draw, job);
        draw.downtimes.push(job.downtimeHours);
      }
      at += next(0);
    }
  }
}

function drawUpkeep(draw: Draw, { count, deviceHours, devices, jobs }: Upkeep, hours: number, random: Random): void {
  if (jobs.length === 0 || deviceHours <= 0) return;
  const expected = (gamma(count, random) / deviceHours) * devices * hours;
  for (let at = exponential(random); at < expected; at += exponential(random)) {
    const job = jobs[Math.floor(random() * jobs.length)] as PastJob;
    addJob(draw, job);
    // A planned standstill was agreed with the customer.
    if (job.kind === 'failure') draw.downtimes.push(job.downtimeHours);
  }
}

export function drawService(model: ServiceModel, random: Random): Draw {
  const draw = emptyDraw();
  for (const group of model.groups) drawGroup(draw, group, model.hours, random);
  for (const upkeep of model.upkeep) drawUpkeep(draw, upkeep, model.hours, random);
  return draw;
}

export const simulateService = (model: ServiceModel, draws: number, random: Random): Draw[] =>
  Array.from({ length: draws }, () => drawService(model, random));

/** The value a share of them is not above; they are sorted here. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1))] ?? 0;
}

export const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
