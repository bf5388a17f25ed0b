// Quarantine as a person meets it: what is held and why, let in again once the cause is mended, or discarded.
import type { Scope } from '../contracts/access.ts';
import { keyOf, limitOf, pageOf } from '../contracts/http/cursor.ts';
import type { Page, PageQuery } from '../contracts/http/page.ts';
import type { Quarantined } from '../contracts/http/system.ts';
import { Problem } from '../contracts/problems.ts';
import { isoOf } from '../contracts/time.ts';
import { parseUpTopic } from '../contracts/topics.ts';
import type { Database } from '../db/database.ts';
import type { UpMessage } from './ports.ts';
import { refusalOf, type Work } from './work.ts';

export type QuarantineState = Quarantined['state'];

export interface QuarantineQuery extends PageQuery {
  state?: QuarantineState;
  device?: string;
}

/** A payload nobody in the scope's regions and customers sent is not there for them; an unknown device's only for all. */
export interface Quarantine {
  /** Newest first. */
  list(query: QuarantineQuery, scope: Scope): Promise<Page<Quarantined>>;
  one(id: number, scope: Scope): Promise<Quarantined | null>;
  /** Decodes it again as it was received; throws `refused` with the reason when it still does not fit. */
  replay(id: number): Promise<Quarantined>;
  discard(id: number): Promise<Quarantined>;
}

interface Row {
  id: bigint;
  device_code: string;
  topic: string;
  payload: Buffer;
  reason: string;
  detail: string;
  received_at: Date;
  state: QuarantineState;
  seen: number;
}

const PREVIEW_BYTES = 4_096;
const COLUMNS = 'q.id, q.device_code, q.topic, q.reason, q.detail, q.received_at, q.state, q.seen, q.payload';
const SCOPED = `($1::text[] IS NULL AND $2::text[] IS NULL OR EXISTS (
  SELECT FROM device d JOIN station s ON s.code = d.station_code
  WHERE d.code = q.device_code AND ($1::text[] IS NULL OR s.region_code = ANY ($1))
    AND ($2::text[] IS NULL OR d.customer_code = ANY ($2))))`;

function previewOf(payload: Buffer): string {
  const head = payload.subarray(0, PREVIEW_BYTES);
  try {
    // A character cut in the middle is no reason to call text binary.
    return new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: payload.length > PREVIEW_BYTES });
  } catch {
    return head.toString('base64');
  }
}

const viewOf = (row: Row): Quarantined => ({
  id: Number(row.id),
  device: row.device_code,
  topic: row.topic,
  reason: row.reason,
  detail: row.detail,
  receivedAt: isoOf(row.received_at.getTime()),
  seen: row.seen,
  state: row.state,
  bytes: row.payload.length,
  preview: previewOf(row.payload),
});

export interface QuarantineOptions {
  database: Database;
  prepare: (message: UpMessage) => Work | Promise<Work>;
  commit: (work: Work) => Promise<void>;
}

export function quarantineOver({ database, prepare, commit }: QuarantineOptions): Quarantine {
  async function load(id: number): Promise<Row> {
    const { rows } = await database.query<Row>(`SELECT ${COLUMNS} FROM quarantine q WHERE id = $1`, [id]);
    const [row] = rows;
    if (!row) throw new Problem('not-found', `There is no quarantined message ${id}`);
    return row;
  }

  async function loadHeld(id: number): Promise<Row> {
    const row = await load(id);
    if (row.state !== 'held') throw new Problem('transition-refused', `The message was ${row.state} already`);
    return row;
  }

  async function moveTo(id: number, state: QuarantineState): Promise<Quarantined> {
    await database.query(`UPDATE quarantine SET state = $2 WHERE id = $1 AND state = 'held'`, [id, state]);
    return viewOf(await load(id));
  }

  return {
    async list(query, scope) {
      const limit = limitOf(query);
      const before = keyOf(query, 'integer')?.[0] ?? null;
      const { rows } = await database.query<Row>(
        `SELECT ${COLUMNS} FROM quarantine q WHERE ${SCOPED}
           AND ($3::text IS NULL OR q.state = $3) AND ($4::bigint IS NULL OR q.id < $4)
           AND ($5::text IS NULL OR q.device_code = $5)
         ORDER BY q.id DESC LIMIT $6`,
        [scope.regions, scope.customers, query.state ?? null, before, query.device ?? null, limit + 1],
      );
      return pageOf(rows, limit, (row) => [String(row.id)], viewOf);
    },
    async one(id, scope) {
      const { rows } = await database.query<Row>(`SELECT ${COLUMNS} FROM quarantine q WHERE ${SCOPED} AND q.id = $3`, [
        scope.regions,
        scope.customers,
        id,
      ]);
      return rows[0] ? viewOf(rows[0]) : null;
    },
    async replay(id) {
      const { topic, device_code: device, payload, received_at } = await loadHeld(id);
      const parsed = parseUpTopic(topic);
      if (!parsed) throw new Problem('refused', `${topic} is not a topic of a device`);
      const work = await prepare({ device, kind: parsed.kind, topic, payload, arrivedAtMs: received_at.getTime() });
      const refusal = refusalOf(work);
      if (refusal) throw new Problem('refused', refusal.detail, { reason: refusal.reason });
      const { seen } = await load(id);
      await commit(work);
      // The database may refuse it again; it is then the same entry, seen once more.
      if ((await load(id)).seen > seen) throw new Problem('refused', 'The database refused the message again');
      return moveTo(id, 'replayed');
    },
    async discard(id) {
      await loadHeld(id);
      return moveTo(id, 'discarded');
    },
  };
}
