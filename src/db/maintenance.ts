// Runs the database's upkeep on a schedule: each job once at a time over all processes, every run written down with
// its outcome. Which jobs there are is handed in; those of the readings are in `reading-maintenance.ts`.
import { AsyncLocalStorage } from 'node:async_hooks';
import { type ScheduledTask, schedule } from 'node-cron';
import type { BaseLogger } from 'pino';
import type { Clock, EpochMs } from '../contracts/time.ts';
import type { Database } from './database.ts';
import { claimRun, endRun, sayAlive, SAY_ALIVE_MS } from './maintenance-runs.ts';

export interface MaintenanceJob {
  readonly name: string;
  /** Cron expression in UTC. */
  readonly schedule: string;
  /** Does the work in short steps, none after `signal` is aborted, and says in one line what was done or why not. */
  run(database: Database, signal: AbortSignal): Promise<string>;
  /** How much waits to be done, in the job's own unit. */
  behind?(database: Database): Promise<number>;
}

export type MaintenanceOutcome = { state: 'done' | 'failed'; detail: string } | { state: 'running-elsewhere' };

export interface ScheduledJob {
  name: string;
  schedule: string;
  nextRunAtMs: EpochMs | null;
  behind: number | null;
}

export interface Maintenance {
  /** The jobs with what is to come. */
  jobs(): Promise<ScheduledJob[]>;
  /** Runs a job now, apart from its schedule. */
  run(name: string): Promise<MaintenanceOutcome>;
  /** Sets a job going without waiting for its end; null when there is no such job. */
  start(name: string): Promise<'started' | 'running-elsewhere' | null>;
  /** Stops the schedule, asks what runs to end early, and waits for it. */
  close(): Promise<void>;
}

export interface MaintenanceOptions {
  database: Database;
  jobs: readonly MaintenanceJob[];
  clock: Clock;
  log: BaseLogger;
}

export function startMaintenance({ database, jobs, clock, log }: MaintenanceOptions): Maintenance {
  const running = new Set<Promise<MaintenanceOutcome>>();
  // A job that a caller set going is the house's own work: it has no caller's time limit.
  const asHouse = AsyncLocalStorage.snapshot();
  const stop = new AbortController();

  async function finish(job: MaintenanceJob, id: bigint): Promise<MaintenanceOutcome> {
    const startedAtMs = performance.now();
    const alive = setInterval(() => void sayAlive(database, id, clock.now()).catch(() => {}), SAY_ALIVE_MS);
    let outcome: { state: 'done' | 'failed'; detail: string };
    try {
      outcome = { state: 'done', detail: await job.run(database, stop.signal) };
    } catch (error) {
      outcome = { state: 'failed', detail: error instanceof Error ? error.message : String(error) };
    } finally {
      clearInterval(alive);
    }
    await endRun(database, id, clock.now(), outcome);
    const fields = { job: job.name, durationMs: Math.round(performance.now() - startedAtMs), ...outcome };
    if (outcome.state === 'done') log.info(fields, 'a maintenance job was run');
    else log.error(fields, 'a maintenance job failed');
    return outcome;
  }

  /** Claims the job first, so that a second caller learns at once that it runs. */
  async function begin(job: MaintenanceJob): Promise<Promise<MaintenanceOutcome>[]> {
    const id = await claimRun(database, job.name, clock.now());
    if (id === undefined) return [];
    const run = finish(job, id).finally(() => running.delete(run));
    running.add(run);
    return [run];
  }

  async function runJob(job: MaintenanceJob): Promise<MaintenanceOutcome> {
    const [run] = await begin(job);
    return run ?? { state: 'running-elsewhere' };
  }

  const unable = (job: string) => (error: unknown) => log.warn({ job, error }, 'a maintenance job could not be run');
  const tasks = new Map<string, ScheduledTask>(
    jobs.map((job) => [
      job.name,
      schedule(job.schedule, () => runJob(job).catch(unable(job.name)), {
        name: job.name,
        timezone: 'UTC',
        noOverlap: true,
      }),
    ]),
  );
  const jobOf = (name: string): MaintenanceJob | undefined => jobs.find((candidate) => candidate.name === name);

  return {
    jobs: () =>
      Promise.all(
        jobs.map(async (job) => ({
          name: job.name,
          schedule: job.schedule,
          nextRunAtMs: tasks.get(job.name)?.getNextRun()?.getTime() ?? null,
          behind: (await job.behind?.(database)) ?? null,
        })),
      ),
    async run(name) {
      const job = jobOf(name);
      if (!job) throw new Error(`there is no maintenance job ${name}`);
      return runJob(job);
    },
    async start(name) {
      const job = jobOf(name);
      if (!job) return null;
      const [run] = await asHouse(() => begin(job));
      run?.catch(unable(name));
      return run ? 'started' : 'running-elsewhere';
    },
    async close() {
      stop.abort();
      await Promise.all([...tasks.values()].map(async (task) => task.destroy()));
      await Promise.allSettled(running);
    },
  };
}
