// What really happened to devices in the time that is judged anew: failures, jobs and their findings, alerts. Read, never written.
import type { Happened } from '../../contracts/http/replays.ts';
import type { Product } from '../../contracts/product.ts';
import type { Text } from '../../contracts/text.ts';
import type { EpochMs } from '../../contracts/time.ts';
import type { Queryable } from '../../db/database.ts';
import type { DeviceFacts, Said, Target } from '../core/time-machine/compare.ts';
import { keyOfTarget } from '../core/time-machine/compare.ts';
import type { ActionCosts } from '../core/prognosis.ts';
import type { LifeEnd } from '../core/time-machine/time-left-score.ts';
import type { Economics } from '../ports.ts';

export interface Judged {
  id: number;
  code: string;
  product: Product;
  station: string;
}

export interface Past {
  facts: ReadonlyMap<string, DeviceFacts>;
  alerts: readonly Said[];
  /** Predictive jobs there were. */
  jobs: readonly Said[];
  /** Failures, by when they were known for certain. */
  ends: readonly LifeEnd[];
  happened: readonly Happened[];
}

interface JobRow {
  id: bigint;
  device: string;
  kind: string;
  component: string | null;
  failure_mode: string | null;
  finding_mode: string | null;
  confirmed: boolean | null;
  opened_at: Date;
  failed_at: Date | null;
  completed_at: Date | null;
  title_en: string;
  title_zh: string;
}

interface AlertRow {
  id: bigint;
  device: string;
  component: string | null;
  failure_mode: string | null;
  raised_at: Date;
  reason: Text;
}

interface Span {
  fromMs: EpochMs;
  toMs: EpochMs;
}

const JOBS = `
  SELECT w.id, d.code AS device, w.kind, w.component, w.failure_mode, w.finding_failure_mode AS finding_mode,
    w.finding_confirmed AS confirmed, w.opened_at, w.failed_at, w.completed_at, w.title_en, w.title_zh
  FROM work_order w JOIN device d ON d.id = w.device_id
  WHERE w.device_id = ANY ($1::int[]) AND w.state <> 'cancelled' AND w.opened_at < $3
    AND coalesce(w.completed_at, w.opened_at) >= $2 ORDER BY w.opened_at`;

const ALERTS = `
  SELECT a.id, d.code AS device, a.component, a.failure_mode, a.raised_at, a.reason FROM alert a JOIN device d ON d.id = a.device_id
  WHERE a.device_id = ANY ($1::int[]) AND a.raised_at >= $2 AND a.raised_at < $3 ORDER BY a.raised_at`;

/** Maintenance that leaves nothing of a finding to be seen. */
const ACTS = new Set(['preventive', 'installation', 'field-change']);

export async function readPast(
  db: Queryable,
  economics: Economics,
  { devices, targets, span }: { devices: readonly Judged[]; targets: readonly Target[]; span: Span },
): Promise<Past> {
  const values = [devices.map(({ id }) => id), new Date(span.fromMs), new Date(span.toMs)];
  const jobs = (await db.query<JobRow>(JOBS, values)).rows;
  const alerts = (await db.query<AlertRow>(ALERTS, values)).rows;
  const keys = new Set(targets.map(keyOfTarget));
  const isTarget = (component: string | null, mode: string | null): boolean =>
    component !== null && mode !== null && keys.has(keyOfTarget({ component, failureMode: mode }));
  const facts = new Map<string, DeviceFacts>();
  for (const device of devices) {
    const own = jobs.filter((job) => job.device === device.code);
    facts.set(device.code, factsOf(own, await costsOf(economics, device.code, targets)));
  }
  const mine = alerts.filter(({ component, failure_mode: mode }) => isTarget(component, mode));
  const targetsAbout = (row: { component: string | null; failure_mode: string | null }): Target[] =>
    targets.filter((one) => one.component === row.component && one.failureMode === row.failure_mode);
  const predictive = jobs.filter((job) => job.kind === 'predictive' && isTarget(job.component, job.failure_mode));
  const failed = jobs.filter((job) => isFailure(job) && isTarget(job.component, job.finding_mode ?? job.failure_mode));
  return {
    facts,
    alerts: mine.map((row) => ({
      device: row.device,
      raisedMs: row.raised_at.getTime(),
      targets: targetsAbout(row),
    })),
    jobs: predictive.map((job) => ({
      device: job.device,
      raisedMs: job.opened_at.getTime(),
      targets: targetsAbout(job),
    })),
    ends: failed.flatMap((job) =>
      job.completed_at === null
        ? []
        : {
            device: job.device,
            component: job.component ?? '',
            failedMs: (job.failed_at ?? job.opened_at).getTime(),
            knownMs: job.completed_at.getTime(),
          },
    ),
    happened: [
      ...mine.map(alertHappened),
      ...predictive.map((job) => jobHappened(job, 'job')),
      ...failed.map((job) => jobHappened(job, 'failure')),
    ].sort((a, b) => (a.at < b.at ? -1 : 1)),
  };
}

const isFailure = ({ kind, confirmed, completed_at: completed }: JobRow): boolean =>
  kind === 'corrective' && confirmed === true && completed !== null;

function factsOf(jobs: readonly JobRow[], costs: ReadonlyMap<string, ActionCosts>): DeviceFacts {
  const about = (job: JobRow): { job: number; component: string; failureMode: string }[] => {
    const mode = job.finding_mode ?? job.failure_mode;
    return job.component === null || mode === null
      ? []
      : [{ job: Number(job.id), component: job.component, failureMode: mode }];
  };
  const done = jobs.filter((job): job is JobRow & { completed_at: Date } => job.completed_at !== null);
  return {
    failures: jobs
      .filter(isFailure)
      .flatMap((job) => about(job).map((one) => ({ ...one, atMs: (job.failed_at ?? job.opened_at).getTime() }))),
    findings: done
      .filter(({ kind }) => kind === 'predictive')
      .flatMap((job) =>
        about(job).map((one) => ({ ...one, isConfirmed: job.confirmed, atMs: job.completed_at.getTime() })),
      ),
    acts: done
      .filter(
        ({ kind, confirmed }) =>
          ACTS.has(kind) || (kind !== 'predictive' && kind !== 'corrective' && confirmed === true),
      )
      .flatMap(({ component, completed_at: at }) => (component === null ? [] : [{ component, atMs: at.getTime() }])),
    costs,
  };
}

async function costsOf(
  economics: Economics,
  device: string,
  targets: readonly Target[],
): Promise<ReadonlyMap<string, ActionCosts>> {
  const costs = new Map<string, ActionCosts>();
  for (const target of targets) {
    const known = await economics(device, target.component, target.failureMode);
    if (known !== null) costs.set(keyOfTarget(target), known);
  }
  return costs;
}

const alertHappened = ({ id, device, raised_at: at, reason }: AlertRow): Happened => ({
  kind: 'alert',
  device,
  at: at.toISOString(),
  id: Number(id),
  title: reason,
  confirmed: null,
  missed: false,
});

const jobHappened = (job: JobRow, kind: 'job' | 'failure'): Happened => ({
  kind,
  device: job.device,
  at: (kind === 'failure' ? (job.failed_at ?? job.opened_at) : job.opened_at).toISOString(),
  id: Number(job.id),
  title: { en: job.title_en, zh: job.title_zh },
  confirmed: job.confirmed,
  missed: false,
});
