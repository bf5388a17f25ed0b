// What serving devices may cost over a span: each component fails by its life or is replaced ahead of it, upkeep goes on at the pace it
// was done, and the cost of each job is drawn from past ones. Each draw also draws how well the rates are known, so that few data give a
// wide answer.
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
  /** Of a failure; a standstill for other work was agreed with the customer. */
  downtimeMinutes: number;
}

/** Ages by Weibull, its scale known to `scaleLogSd`; or fails at a rate known from `failures` in `hours` of watching. */
export type Hazard =
  | { kind: 'weibull'; shape: number; scaleHours: number; scaleLogSd: number }
  | { kind: 'rate'; failures: number; hours: number };

/** What was done in so many hours of watching. */
export interface Pace {
  hours: number;
  jobs: readonly PastJob[];
}

/** Alike components: the same hazard and past jobs, each with its age. */
export interface Group {
  /** null: nobody watched one long enough to say how they fail. */
  hazard: Hazard | null;
  agesHours: Float64Array;
  /** What a failure may cost like. */
  jobs: readonly PastJob[];
  /** Lives ended ahead of a failure, on a prognosis. */
  replaced: Pace;
}

/** Jobs that come by plan or by habit, and on how many devices they go on. */
export interface Upkeep extends Pace {
  devices: number;
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
  /** Of each failure that stood still, and when in the span it happened. */
  downtimes: { atHours: number; minutes: number }[];
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

function addJob(draw: Draw, job: PastJob, atHours: number): void {
  if (job.downtimeMinutes > 0) draw.downtimes.push({ atHours, minutes: job.downtimeMinutes });
  const sums = draw.minor[job.kind];
  for (let column = 0; column < sums.length; column++) sums[column] = (sums[column] ?? 0) + (job.minor[column] ?? 0);
  draw.jobs += 1;
  draw.visits[job.kind] += job.visits;
  draw.labourHours[job.kind] += job.labourHours;
}

/** How long the next failure takes, of a component of that age. */
function timeToFailure(hazard: Hazard | null, random: Random): (ageHours: number) => number {
  if (hazard === null) return () => Number.POSITIVE_INFINITY;
  if (hazard.kind === 'rate') {
    const perHour = gamma(Math.max(0.5, hazard.failures), random) / hazard.hours;
    return () => exponential(random) / perHour;
  }
  const { shape } = hazard;
  const scale = hazard.scaleHours * Math.exp(hazard.scaleLogSd * normal(random));
  return (age) => scale * ((age / scale) ** shape + exponential(random)) ** (1 / shape) - age;
}

const anyOf = (jobs: readonly PastJob[], random: Random): PastJob | undefined =>
  jobs[Math.floor(random() * jobs.length)];

/** Of an hour, as well as so few or many jobs let it be known; 0 where there was none. */
const ratePerHour = ({ hours, jobs }: Pace, random: Random): number =>
  jobs.length === 0 || hours <= 0 ? 0 : gamma(jobs.length, random) / hours;

/** A component that ends this often in a span is no component any more; the draw goes on without it. */
const ENDS_LIMIT = 1000;

/** Whatever ends a life first: its failure, or a replacement ahead of it. The next component starts anew. */
function drawGroup(draw: Draw, { hazard, agesHours, jobs, replaced }: Group, hours: number, random: Random): void {
  const toFailure = timeToFailure(hazard, random);
  const replacedPerHour = ratePerHour(replaced, random);
  const toReplacement = (): number =>
    replacedPerHour > 0 ? exponential(random) / replacedPerHour : Number.POSITIVE_INFINITY;
  for (const age of agesHours) {
    let at = 0;
    for (let count = 0; count < ENDS_LIMIT; count++) {
      const failsIn = toFailure(count === 0 ? age : 0);
      const replacedIn = toReplacement();
      at += Math.min(failsIn, replacedIn);
      if (at >= hours) break;
      const isFailure = failsIn <= replacedIn;
      if (isFailure) draw.failures += 1;
      const job = anyOf(isFailure ? jobs : replaced.jobs, random);
      if (job !== undefined) addJob(draw, job, at);
    }
  }
}

function drawUpkeep(draw: Draw, upkeep: Upkeep, hours: number, random: Random): void {
  const perHour = ratePerHour(upkeep, random) * upkeep.devices;
  if (perHour <= 0) return;
  for (let at = exponential(random) / perHour; at < hours; at += exponential(random) / perHour) {
    addJob(draw, anyOf(upkeep.jobs, random) as PastJob, at);
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
