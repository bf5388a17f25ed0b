// The time machine as others ask for it: a run is queued, worked on one at a time in the background, looked at, cancelled. A
// process that dies leaves its run to the next one.
import type { BaseLogger } from 'pino';
import type { Page } from '../../contracts/http/page.ts';
import type { NewReplay, Replay, ReplayQuery } from '../../contracts/http/replays.ts';
import { Problem } from '../../contracts/problems.ts';
import type { Product } from '../../contracts/product.ts';
import { type Clock, DAY_MS } from '../../contracts/time.ts';
import type { Database } from '../../db/database.ts';
import { FOREVER_MS } from '../core/rules/in-force.ts';
import type { Economics } from '../ports.ts';
import { planOfVersion } from '../rule-book.ts';
import { storedVersion } from '../rule-rows.ts';
import type { Judged } from './facts.ts';
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
import { type Candidate, runReplay } from './run-replay.ts';

export type ReplaySubject = { rule: number } | { model: string };

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
  clock: Clock;
  log: BaseLogger;
  /** False in a process that only answers questions. */
  isWorking: boolean;
  limits?: Partial<ReplayLimits>;
}

/** The detector that comes with the program: the model that can be judged anew. */
export const DETECTOR = 'sign-drift';
const YEAR_DAYS = 365;

class Cancelled extends Error {}

export function startReplays(options: ReplaysOptions): Replays & { close(): Promise<void> } {
  const { database, economics, clock, log, isWorking } = options;
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
      const { candidate, devices } = await readCandidate(database, row, limits.devices);
      const result = await runReplay(database, economics, {
        candidate,
        devices,
        fromMs: row.from_at.getTime(),
        toMs: row.to_at.getTime(),
        mostReadings: limits.readingsPerMonth,
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
    async start(subject, { version, from, to }, actor) {
      const toMs = to === undefined ? clock.now() : Date.parse(to);
      const fromMs = from === undefined ? toMs - YEAR_DAYS * DAY_MS : Date.parse(from);
      if (fromMs >= toMs) throw new Problem('refused', 'from: must lie before to');
      if (toMs - fromMs > limits.longestDays * DAY_MS)
        throw new Problem('refused', `from: at most ${limits.longestDays} days before to`);
      if ((await waitingReplays(database)) >= limits.waiting) {
        throw new Problem('too-many-requests', `${limits.waiting} replays wait already; cancel one or wait`);
      }
      const asked = {
        ...(await subjectOf(database, subject, version)),
        fromMs,
        toMs,
        askedBy: actor,
        atMs: clock.now(),
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

type Subject = Pick<Parameters<typeof askReplay>[1], 'ruleId' | 'ruleVersion' | 'model'>;

async function subjectOf(database: Database, subject: ReplaySubject, version: number | undefined): Promise<Subject> {
  if ('model' in subject) {
    if (subject.model !== DETECTOR) {
      throw new Problem(
        'refused',
        `${subject.model} cannot be judged anew on stored readings; only ${DETECTOR} can, evaluate it instead`,
      );
    }
    return { ruleId: null, ruleVersion: null, model: subject.model };
  }
  const { rows } = await database.query<{ version: number }>(
    'SELECT version FROM rule_version WHERE rule_id = $1 AND ($2::integer IS NULL OR version = $2) ORDER BY version DESC LIMIT 1',
    [subject.rule, version ?? null],
  );
  const found = rows[0]?.version;
  if (found === undefined) throw new Problem('not-found', `There is no such version of rule ${subject.rule}`);
  return { ruleId: subject.rule, ruleVersion: found, model: null };
}

interface DeviceRow {
  id: number;
  code: string;
  product: Product;
}

const DEVICES = `SELECT d.id, d.code, p.definition AS product FROM device d JOIN product p ON p.code = d.product_code`;

async function readCandidate(
  database: Database,
  row: ReplayRow,
  most: number,
): Promise<{ candidate: Candidate; devices: Judged[] }> {
  if (row.rule_id === null || row.rule_version === null) {
    const { rows } = await database.query<DeviceRow>(`${DEVICES} ORDER BY d.id LIMIT $1`, [most + 1]);
    return { candidate: { kind: 'detector' }, devices: bounded(rows, most) };
  }
  const version = await storedVersion(database, row.rule_id, row.rule_version);
  if (version === null) throw new Problem('refused', 'The version is gone');
  const { rows } = await database.query<DeviceRow>(
    `${DEVICES} JOIN rule r ON r.product_code = d.product_code AND (r.device_id IS NULL OR r.device_id = d.id)
     WHERE r.id = $1 AND NOT EXISTS (SELECT FROM rule o WHERE o.overrides = r.id AND o.device_id = d.id) ORDER BY d.id LIMIT $2`,
    [row.rule_id, most + 1],
  );
  // The whole of the time is judged, whatever the version's own effective date.
  const rule = planOfVersion(version, {
    id: row.rule_id,
    version: row.rule_version,
    mode: 'active',
    effectiveFromMs: 0,
    untilMs: FOREVER_MS,
  });
  return { candidate: { kind: 'rule', rule }, devices: bounded(rows, most) };
}

function bounded(rows: readonly DeviceRow[], most: number): Judged[] {
  if (rows.length > most) throw new Problem('refused', `At most ${most} devices are judged in one run`);
  return rows.map(({ id, code, product }) => ({ id, code, product }));
}
