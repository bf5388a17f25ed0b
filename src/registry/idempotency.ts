// What an idempotent write answered the first time, so that the same request sent again is answered and not done again.
import { Problem } from '../contracts/problems.ts';
import { type Clock, DAY_MS, type EpochMs } from '../contracts/time.ts';
import type { Database, Queryable } from '../db/database.ts';

export interface Idempotency {
  /** 'new': the caller does the work and then calls `finish`, or `abandon` when nothing was done. */
  begin(userId: number, key: string, requestHash: Buffer): Promise<'new' | { status: number; body: unknown }>;
  finish(userId: number, key: string, status: number, body: unknown): Promise<void>;
  abandon(userId: number, key: string): Promise<void>;
}

interface Row {
  request_hash: Buffer;
  status: number | null;
  body: unknown;
}

function answerOf({ request_hash, status, body }: Row, requestHash: Buffer): { status: number; body: unknown } {
  if (!request_hash.equals(requestHash)) {
    throw new Problem('idempotency-mismatch', 'This Idempotency-Key was used for another request; use a new one');
  }
  if (status === null) {
    // Still running, or its process ended midway: whether it took effect is not known, so it is not done again.
    throw new Problem(
      'transition-refused',
      'A request with this Idempotency-Key has begun and not answered yet. Ask again in a moment; if this goes on, look ' +
        'whether it took effect before you send it under a new key',
    );
  }
  return { status, body };
}

export function createIdempotency({ database, clock }: { database: Database; clock: Clock }): Idempotency {
  async function begin(userId: number, key: string, requestHash: Buffer): ReturnType<Idempotency['begin']> {
    const { rowCount } = await database.query(
      `INSERT INTO idempotency_key (user_id, key, request_hash, created_at) VALUES ($1, $2, $3, $4)
       ON CONFLICT (user_id, key) DO NOTHING`,
      [userId, key, requestHash, new Date(clock.now())],
    );
    if (rowCount === 1) return 'new';
    const { rows } = await database.query<Row>(
      'SELECT request_hash, status, body FROM idempotency_key WHERE user_id = $1 AND key = $2',
      [userId, key],
    );
    // Gone between the two statements: the first request was abandoned, so this one is the first.
    return rows[0] ? answerOf(rows[0], requestHash) : begin(userId, key, requestHash);
  }

  return {
    begin,
    async finish(userId, key, status, body) {
      await database.query('UPDATE idempotency_key SET status = $3, body = $4 WHERE user_id = $1 AND key = $2', [
        userId,
        key,
        status,
        JSON.stringify(body ?? null),
      ]);
    },
    async abandon(userId, key) {
      const text = 'DELETE FROM idempotency_key WHERE user_id = $1 AND key = $2 AND status IS NULL';
      await database.query(text, [userId, key]);
    },
  };
}

/** Forgets answers older than a day: nobody repeats a request so late. */
export async function purgeIdempotency(db: Queryable, nowMs: EpochMs): Promise<number> {
  const text = 'DELETE FROM idempotency_key WHERE created_at < $1';
  const { rowCount } = await db.query(text, [new Date(nowMs - DAY_MS)]);
  return rowCount;
}
