// Quarantine as a person meets it: what is held and why, let in again once the cause is mended, or discarded.
import { Problem } from '../contracts/problems.ts';
import { isoOf } from '../contracts/time.ts';
import { parseUpTopic } from '../contracts/topics.ts';
import type { Database } from '../db/database.ts';
import type { UpMessage } from './ports.ts';
import type { Work } from './work.ts';

export type QuarantineState = 'held' | 'replayed' | 'discarded';

export interface QuarantineEntry {
  id: number;
  device: string;
  topic: string;
  reason: string;
  detail: string;
  receivedAt: string;
  state: QuarantineState;
  /** How often the same payload was sent. */
  seen: number;
  sizeBytes: number;
}

export interface QuarantineQuery {
  state?: QuarantineState;
  device?: string;
  /** Entries older than this id. */
  cursor?: number;
  limit: number;
}

export interface Quarantine {
  /** Newest first; `next` is the cursor of the following page, null on the last. */
  list(query: QuarantineQuery): Promise<{ items: QuarantineEntry[]; next: number | null }>;
  one(id: number): Promise<QuarantineEntry & { payload: Buffer }>;
  /** Decodes it again as it was received; throws `refused` with the reason when it still does not fit. */
  replay(id: number): Promise<void>;
  discard(id: number): Promise<void>;
}

interface Row {
  id: bigint;
  device_code: string;
  topic: string;
  reason: string;
  detail: string;
  received_at: Date;
  state: QuarantineState;
  seen: number;
  size_bytes: number;
}

const COLUMNS = 'id, device_code, topic, reason, detail, received_at, state, seen, length(payload) AS size_bytes';

const entryOf = (row: Row): QuarantineEntry => ({
  id: Number(row.id),
  device: row.device_code,
  topic: row.topic,
  reason: row.reason,
  detail: row.detail,
  receivedAt: isoOf(row.received_at.getTime()),
  state: row.state,
  seen: row.seen,
  sizeBytes: row.size_bytes,
});

export interface QuarantineOptions {
  database: Database;
  prepare: (message: UpMessage) => Work;
  commit: (work: Work) => Promise<void>;
}

export function quarantineOver({ database, prepare, commit }: QuarantineOptions): Quarantine {
  async function load(id: number): Promise<Row & { payload: Buffer }> {
    const text = `SELECT ${COLUMNS}, payload FROM quarantine WHERE id = $1`;
    const { rows } = await database.query<Row & { payload: Buffer }>(text, [id]);
    const [row] = rows;
    if (!row) throw new Problem('not-found', `There is no quarantined message ${id}`);
    return row;
  }

  async function loadHeld(id: number): Promise<Row & { payload: Buffer }> {
    const row = await load(id);
    if (row.state !== 'held') throw new Problem('transition-refused', `The message was ${row.state} already`);
    return row;
  }

  async function moveTo(id: number, state: QuarantineState): Promise<void> {
    await database.query(`UPDATE quarantine SET state = $2 WHERE id = $1 AND state = 'held'`, [id, state]);
  }

  return {
    async list({ state, device, cursor, limit }) {
      const { rows } = await database.query<Row>(
        `SELECT ${COLUMNS} FROM quarantine
         WHERE ($1::text IS NULL OR state = $1) AND ($2::text IS NULL OR device_code = $2) AND ($3::bigint IS NULL OR id < $3)
         ORDER BY id DESC LIMIT $4`,
        [state ?? null, device ?? null, cursor ?? null, limit + 1],
      );
      const items = rows.slice(0, limit).map(entryOf);
      return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
    },
    async one(id) {
      const row = await load(id);
      return { ...entryOf(row), payload: row.payload };
    },
    async replay(id) {
      const { topic, device_code: device, payload, received_at } = await loadHeld(id);
      const parsed = parseUpTopic(topic);
      if (!parsed) throw new Problem('refused', `${topic} is not a topic of a device`);
      const work = prepare({ device, kind: parsed.kind, topic, payload, arrivedAtMs: received_at.getTime() });
      if (work.kind === 'quarantine')
        throw new Problem('refused', work.refusal.detail, { reason: work.refusal.reason });
      const { seen } = await load(id);
      await commit(work);
      // The database may refuse it again; it is then the same entry, seen once more.
      if ((await load(id)).seen > seen) throw new Problem('refused', 'The database refused the message again');
      await moveTo(id, 'replayed');
    },
    async discard(id) {
      await loadHeld(id);
      await moveTo(id, 'discarded');
    },
  };
}
