// Runs the database's upkeep on a schedule: each job once at a time over all processes, every run written down with
// its outcome. Which jobs there are is handed in; those of the readings are in `reading-maintenance.ts`.
import { type ScheduledTask, schedule } from 'node-cron';
import type { BaseLogger } from 'pino';
import { type Clock, HOUR_MS } from '../contracts/time.ts';
import type { Database } from './database.ts';

const CLAIM_LOCK = 7_201_002;

/** A run that is older and not finished was cut off with its process. */
const LEASE_MS = HOUR_MS;

export interface MaintenanceJob {
  readonly name: string;
  /** Cron expression in UTC. */
  readonly schedule: string;
  /** Does the work and says in one line what was done or why not. */
  run(database: Database): Promise<string>;
}

export type MaintenanceOutcome = { state: 'done' | 'failed'; detail: string } | { state: 'running-elsewhere' };

export interface Maintenance {
  /** Runs a job now, apart from its schedule. */
  run(name: string): Promise<MaintenanceOutcome>;
  /** Stops the schedule and waits for what runs. */
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

  async function runJob(job: MaintenanceJob): Promise<MaintenanceOutcome> {
    const id = await claim(database, job.name, new Date(clock.now()));
    if (id === undefined) return { state: 'running-elsewhere' };
    const startedAtMs = performance.now();
    let outcome: { state: 'done' | 'failed'; detail: string };
    try {
      outcome = { state: 'done', detail: await job.run(database) };
    } catch (error) {
      outcome = { state: 'failed', detail: error instanceof Error ? error.message : String(error) };
    }
    await database.query('UPDATE maintenance_run SET finished_at = $2, ok = $3, detail = $4 WHERE id = $1', [
      id,
      new Date(clock.now()),
      outcome.state === 'done',
      outcome.detail,
    ]);
    const fields = { job: job.name, durationMs: Math.round(performance.now() - startedAtMs), ...outcome };
    if (outcome.state === 'done') log.info(fields, 'a maintenance job was run');
    else log.error(fields, 'a maintenance job failed');
    return outcome;
  }

  function track(job: MaintenanceJob): Promise<MaintenanceOutcome> {
    const run = runJob(job).finally(() => running.delete(run));
    running.add(run);
    return run;
  }

  const tasks: ScheduledTask[] = jobs.map((job) =>
    schedule(
      job.schedule,
      () =>
        track(job).catch((error: unknown) => log.warn({ job: job.name, error }, 'a maintenance job could not be run')),
      { name: job.name, timezone: 'UTC', noOverlap: true },
    ),
  );

  return {
    async run(name) {
      const job = jobs.find((candidate) => candidate.name === name);
      if (!job) throw new Error(`there is no maintenance job ${name}`);
      return track(job);
    },
    async close() {
      await Promise.all(tasks.map(async (task) => task.destroy()));
      await Promise.allSettled(running);
    },
  };
}

/** Enters a run that nobody else has open, and returns its id. */
function claim(database: Database, job: string, now: Date): Promise<bigint | undefined> {
  return database.transaction(async (tx) => {
    await tx.query('SELECT pg_advisory_xact_lock($1)', [CLAIM_LOCK]);
    await tx.query(
      `UPDATE maintenance_run SET finished_at = $2, ok = false, detail = 'cut off: the process that ran it ended'
       WHERE job = $1 AND finished_at IS NULL AND started_at < $3`,
      [job, now, new Date(now.getTime() - LEASE_MS)],
    );
    const { rows } = await tx.query<{ id: bigint }>(
      `INSERT INTO maintenance_run (job, started_at)
       SELECT $1, $2 WHERE NOT EXISTS (SELECT 1 FROM maintenance_run WHERE job = $1 AND finished_at IS NULL)
       RETURNING id`,
      [job, now],
    );
    return rows[0]?.id;
  });
}
