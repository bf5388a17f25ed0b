// Quarantine as a person meets it: what is held and why, let in again once the cause is mended, or discarded.
import { AsyncLocalStorage } from 'node:async_hooks';
import type { BaseLogger } from 'pino';
import type { Scope } from '../contracts/access.ts';
import { keyOf, limitOf, pageOf } from '../contracts/http/cursor.ts';
import type { Page } from '../contracts/http/page.ts';
import type {
  MappingPreview,
  MappingTrial,
  Quarantined,
  QuarantinedDetail,
  QuarantineFilter,
  QuarantineQuery,
  QuarantineState,
  QuarantineSummary,
} from '../contracts/http/quarantine.ts';
import type { Import } from '../contracts/http/system.ts';
import { Problem } from '../contracts/problems.ts';
import { type Clock, isoOf } from '../contracts/time.ts';
import { parseUpTopic } from '../contracts/topics.ts';
import type { Database } from '../db/database.ts';
import type { UpMessage } from './ports.ts';
import { type RunProgress, startBulkReplay, tryMapping } from './quarantine-bulk.ts';
import { COLUMNS, detailOf, FILTERED, filterValues, type QuarantineRow, viewOf } from './quarantine-rows.ts';
import { summariseQuarantine } from './quarantine-summary.ts';
import { refusalOf, type Work } from './work.ts';

/** A payload nobody in the scope's regions and customers sent is not there for them; an unknown device's only for all. */
export interface Quarantine {
  /** Newest first. */
  list(query: QuarantineQuery, scope: Scope): Promise<Page<Quarantined>>;
  one(id: number, scope: Scope): Promise<QuarantinedDetail | null>;
  summary(filter: QuarantineFilter, scope: Scope): Promise<QuarantineSummary>;
  /** Decodes it again as it was received; throws `refused` with the reason when it still does not fit. */
  replay(id: number, actor: string): Promise<Quarantined>;
  discard(id: number, actor: string, note: string | null): Promise<Quarantined>;
  /** Begins to let in everything held that the filter names; the answer tells under which import its progress shows. */
  replayAll(filter: QuarantineFilter, scope: Scope, run: { actor: string; progress: RunProgress }): Promise<Import>;
  /** How many held entries were discarded. */
  discardAll(filter: QuarantineFilter, scope: Scope, decision: { actor: string; note: string }): Promise<number>;
  preview(trial: MappingTrial): Promise<MappingPreview>;
  /** Waits for a replay that runs, which ends after the entry in hand. */
  close(): Promise<void>;
}

export interface QuarantineOptions {
  database: Database;
  prepare: (message: UpMessage) => Work | Promise<Work>;
  /** As `prepare`, but without the mappings in force. */
  decode: (message: UpMessage) => Work;
  commit: (work: Work) => Promise<void>;
  clock: Clock;
  log: BaseLogger;
}

function messageOf({ topic, device_code: device, payload, received_at }: QuarantineRow): UpMessage | null {
  const parsed = parseUpTopic(topic);
  return parsed === null ? null : { device, kind: parsed.kind, topic, payload, arrivedAtMs: received_at.getTime() };
}

export function quarantineOver(options: QuarantineOptions): Quarantine {
  const { database, prepare, decode, commit, clock, log } = options;
  const runs = new Set<Promise<void>>();
  // What a caller sets going is the house's own work: it has no caller's time limit.
  const asHouse = AsyncLocalStorage.snapshot();
  let isClosed = false;

  async function load(id: number): Promise<QuarantineRow> {
    const { rows } = await database.query<QuarantineRow>(`SELECT ${COLUMNS} FROM quarantine q WHERE id = $1`, [id]);
    const [row] = rows;
    if (!row) throw new Problem('not-found', `There is no quarantined message ${id}`);
    return row;
  }

  async function loadHeld(id: number): Promise<QuarantineRow> {
    const row = await load(id);
    if (row.state !== 'held') throw new Problem('transition-refused', `The message was ${row.state} already`);
    return row;
  }

  async function decide(id: number, state: QuarantineState, actor: string, note: string | null): Promise<Quarantined> {
    await database.query(
      `UPDATE quarantine SET state = $2, decided_at = $3, decided_by = $4, note = $5 WHERE id = $1 AND state = 'held'`,
      [id, state, isoOf(clock.now()), actor, note],
    );
    return viewOf(await load(id));
  }

  async function replay(id: number, actor: string): Promise<Quarantined> {
    const row = await loadHeld(id);
    const message = messageOf(row);
    if (!message) throw new Problem('refused', `${row.topic} is not a topic of a device`);
    const work = await prepare(message);
    const refusal = refusalOf(work);
    if (refusal) throw new Problem('refused', refusal.detail, { reason: refusal.reason });
    const { seen } = await load(id);
    await commit(work);
    // The database may refuse it again; it is then the same entry, seen once more.
    if ((await load(id)).seen > seen) throw new Problem('refused', 'The database refused the message again');
    return decide(id, 'replayed', actor, null);
  }

  return {
    async list(query, scope) {
      const limit = limitOf(query);
      const { rows } = await database.query<QuarantineRow>(
        `SELECT ${COLUMNS} FROM quarantine q WHERE ${FILTERED} AND ($9::bigint IS NULL OR q.id < $9)
         ORDER BY q.id DESC LIMIT $10`,
        [...filterValues(query, scope), keyOf(query, 'integer')?.[0] ?? null, limit + 1],
      );
      return pageOf(rows, limit, (row) => [String(row.id)], viewOf);
    },
    async one(id, scope) {
      const { rows } = await database.query<QuarantineRow>(
        `SELECT ${COLUMNS} FROM quarantine q WHERE ${FILTERED} AND q.id = $9`,
        [...filterValues({}, scope), id],
      );
      return rows[0] ? detailOf(rows[0]) : null;
    },
    summary: (filter, scope) => summariseQuarantine(database, filter, scope),
    replay,
    async discard(id, actor, note) {
      await loadHeld(id);
      return decide(id, 'discarded', actor, note);
    },
    async replayAll(filter, scope, { actor, progress }) {
      const one = (id: number): Promise<unknown> => replay(id, actor);
      const isStopping = (): boolean => isClosed;
      const begin = () =>
        startBulkReplay({ db: database, filter, scope, actor, progress, replay: one, isClosed: isStopping, log });
      const { run, ended } = await asHouse(begin);
      const kept = ended.finally(() => runs.delete(kept));
      runs.add(kept);
      return run;
    },
    async discardAll(filter, scope, { actor, note }) {
      const { rowCount } = await database.query(
        `UPDATE quarantine q SET state = 'discarded', decided_at = $9, decided_by = $10, note = $11
         WHERE ${FILTERED} AND q.state = 'held'`,
        [...filterValues({ ...filter, state: 'held' }, scope), isoOf(clock.now()), actor, note],
      );
      return rowCount;
    },
    preview: ({ product, device, mapping }) =>
      tryMapping({ db: database, product, device, mapping, messageOf, decode }),
    async close() {
      isClosed = true;
      await Promise.all(runs);
    },
  };
}
