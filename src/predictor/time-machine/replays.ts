// The time machine as others ask for it: a run is queued, worked on one at a time in the background, looked at, cancelled. A
// process that dies leaves its run to the next one.
import type { BaseLogger } from 'pino';
import type { Page } from '../../contracts/http/page.ts';
import type { NewReplay, Replay, ReplayQuery } from '../../contracts/http/replays.ts';
import { Problem } from '../../contracts/problems.ts';
import type { Clock } from '../../contracts/time.ts';
import type { Database } from '../../db/database.ts';
import type { ModelBook } from '../models/model-book.ts';
import type { Economics } from '../ports.ts';
import { readCandidate, readCaps } from './candidate.ts';
import { readModelVersion } from './model-candidate.ts';
import { firstReadingMs, periodOf } from './period.ts';
import {
  askReplay,
  cancelReplay,
  endReplay,
  leaseReplay,
  listReplays,
  readReplay,
  releaseReplay,
  renewReplay,
  type ReplayRow,
  waitingReplays,
} from './replay-store.ts';
import { runReplay } from './run-replay.ts';

export type ReplaySubject = { rule: number } | { model: number };

export interface Replays {
  start(subject: ReplaySubject, replay: NewReplay, actor: string): Promise<Replay>;
  one(id: number): Promise<Replay | null>;
  list(query: ReplayQuery): Promise<Page<Replay>>;
  cancel(id: number): Promise<Replay>;
}

export interface ReplayLimits {
  /** Runs that may wait. */
  waiting: number;
  longestDays: number;
  devices: number;
  /** Readings of a device and month beyond which hourly means are judged. */
  readingsPerMonth: number;
  leaseMs: number;
  /** How often runs asked for by another process, or left by one, are looked for. */
  lookEveryMs: number;
}

export const DEFAULT_REPLAY_LIMITS: ReplayLimits = {
  waiting: 20,
  longestDays: 1_100,
  devices: 5_000,
  readingsPerMonth: 50_000,
  leaseMs: 60_000,
  lookEveryMs: 5_000,
};

export interface ReplaysOptions {
  database: Database;
  economics: Economics;
  /** Models in force: what a model is held against. */
  book: Pick<ModelBook, 'active'>;
  clock: Clock;
  log: BaseLogger;
  /** False in a process that only answers questions. */
  isWorking: boolean;
  /** Score from which a metric is unusual. */
  unusualScore: number;
  limits?: Partial<ReplayLimits>;
}

class Cancelled extends Error {}

export function startReplays(options: ReplaysOptions): Replays & { close(): Promise<void> } {
  const { database, economics, book, clock, log, isWorking, unusualScore } = options;
  const limits: ReplayLimits = { ...DEFAULT_REPLAY_LIMITS, ...options.limits };
  let isClosed = false;
  let working: Promise<void> | null = null;

  async function existing(id: number): Promise<Replay> {
    const replay = await readReplay(database, id);
    if (replay === null) throw new Problem('not-found', `There is no replay ${id}`);
    return replay;
  }

  async function workOn(row: ReplayRow): Promise<void> {
    const { id } = row;
    const { leaseMs } = limits;
    try {
      const { candidate, devices } = await readCandidate(database, book, row, limits.devices);
      const result = await runReplay(database, economics, {
        candidate,
        devices,
        caps: await readCaps(database),
        fromMs: row.from_at.getTime(),
        toMs: row.to_at.getTime(),
        mostReadings: limits.readingsPerMonth,
        unusualScore,
        async onDevice(done) {
          if (isClosed || !(await renewReplay(database, { id, done, total: devices.length, leaseMs })))
            throw new Cancelled();
        },
      });
      await endReplay(database, { id, result, error: null, atMs: clock.now() });
    } catch (error) {
      if (isClosed) return releaseReplay(database, id);
      if (error instanceof Cancelled) return;
      log.warn({ replay: Number(id), error }, 'a replay failed');
      const said =
        error instanceof Problem ? error.message : 'It could not be finished; the log says why. Start it again.';
      await endReplay(database, { id, result: null, error: said, atMs: clock.now() });
    }
  }

  async function work(): Promise<void> {
    while (!isClosed) {
      const row = await leaseReplay(database, limits.leaseMs);
      if (row === null) return;
      await workOn(row);
    }
  }

  function look(): void {
    if (!isWorking || isClosed) return;
    working ??= work()
      .catch((error: unknown) => log.warn({ error }, 'replays could not be worked on; tried again'))
      .finally(() => (working = null));
  }

  const timer = setInterval(look, limits.lookEveryMs);
  return {
    async start(subject, replay, actor) {
      const nowMs = clock.now();
      const firstMs = await firstReadingMs(database);
      const period = periodOf(replay, { nowMs, firstMs, longestDays: limits.longestDays });
      if ((await waitingReplays(database)) >= limits.waiting) {
        throw new Problem('too-many-requests', `${limits.waiting} replays wait already; cancel one or wait`);
      }
      const asked = {
        ...(await subjectOf(database, subject, replay)),
        ...period,
        askedBy: actor,
        atMs: nowMs,
      };
      const id = await askReplay(database, asked);
      look();
      return existing(id);
    },
    one: (id) => readReplay(database, id),
    list: (query) => listReplays(database, query),
    async cancel(id) {
      const replay = await existing(id);
      if (!(await cancelReplay(database, id, clock.now()))) {
        throw new Problem('transition-refused', `Replay ${id} has ended already: ${replay.state}`);
      }
      return existing(id);
    },
    async close() {
      isClosed = true;
      clearInterval(timer);
      await working;
    },
  };
}

type Subject = Pick<Parameters<typeof askReplay>[1], 'ruleId' | 'ruleVersion' | 'model' | 'modelId' | 'mode'>;

async function subjectOf(
  database: Database,
  subject: ReplaySubject,
  { version, mode }: Pick<NewReplay, 'version' | 'mode'>,
): Promise<Subject> {
  if ('model' in subject) {
    const { model, isActive } = await readModelVersion(database, subject.model);
    const acting = mode ?? (isActive ? model.mode : 'auto');
    return { ruleId: null, ruleVersion: null, model: model.kind, modelId: model.id, mode: acting };
  }
  if (mode !== undefined) throw new Problem('refused', 'mode: a rule opens no jobs; leave it out');
  const { rows } = await database.query<{ version: number }>(
    'SELECT version FROM rule_version WHERE rule_id = $1 AND ($2::integer IS NULL OR version = $2) ORDER BY version DESC LIMIT 1',
    [subject.rule, version ?? null],
  );
  const found = rows[0]?.version;
  if (found === undefined) throw new Problem('not-found', `There is no such version of rule ${subject.rule}`);
  return { ruleId: subject.rule, ruleVersion: found, model: null, modelId: null, mode: null };
}
