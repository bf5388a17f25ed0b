// Reads back what the sessions left, once, when a broker starts; of the queues only their size, since they may be long.
import type { Database, Queryable } from '../../db/database.ts';
import type { EpochMs } from '../../contracts/time.ts';
import { keyOf } from './ledger-statements.ts';
import type { Message, Qos, QueuedMessage, Snapshot, StoredSession, Will } from './ledger.ts';

interface SessionRow {
  clientId: string;
  disconnectedAt: Date | null;
  filters: string[] | null;
  qos: Qos[] | null;
  incoming: number[] | null;
  count: number;
  bytes: number;
  lastSeq: number;
}

const SESSIONS = `
  SELECT s.client_id AS "clientId", s.disconnected_at AS "disconnectedAt", b.filters, b.qos, i.incoming,
    coalesce(q.count, 0)::int4 AS count, coalesce(q.bytes, 0)::float8 AS bytes, coalesce(q.last, -1)::float8 AS "lastSeq"
  FROM mqtt_session s
  LEFT JOIN (SELECT client_key, array_agg(filter ORDER BY filter_key) AS filters,
      array_agg(qos::int4 ORDER BY filter_key) AS qos FROM mqtt_subscription GROUP BY client_key) b USING (client_key)
  LEFT JOIN (SELECT client_key, array_agg(packet_id) AS incoming FROM mqtt_incoming GROUP BY client_key) i
    USING (client_key)
  LEFT JOIN (SELECT client_key, count(*) AS count, sum(octet_length(payload)) AS bytes, max(seq) AS last
      FROM mqtt_queued GROUP BY client_key) q USING (client_key)`;

const sessionOf = ({ clientId, disconnectedAt, filters, qos, incoming, ...queued }: SessionRow): StoredSession => ({
  clientId,
  disconnectedAtMs: disconnectedAt?.getTime() ?? null,
  filters: (filters ?? []).map((filter, i) => ({ filter, qos: qos?.[i] ?? 0 })),
  incoming: incoming ?? [],
  queued,
});

/** `nowMs` becomes the end of the connections that the last broker could not see end. */
export async function loadSnapshot(database: Database, nowMs: EpochMs): Promise<Snapshot> {
  await database.query('UPDATE mqtt_session SET disconnected_at = $1 WHERE disconnected_at IS NULL', [new Date(nowMs)]);
  const { rows: sessions } = await database.query<SessionRow>(SESSIONS);
  const { rows: retained } = await database.query<Message>('SELECT topic, payload, qos FROM mqtt_retained');
  const { rows: wills } = await database.query<Will & { clientId: string }>(
    'SELECT client_id AS "clientId", topic, payload, qos, is_retained AS "isRetained" FROM mqtt_will',
  );
  return { sessions: sessions.map(sessionOf), retained, wills };
}

export async function loadQueued(
  queryable: Queryable,
  clientId: string,
  seq: number,
  limit: number,
): Promise<QueuedMessage[]> {
  const { rows } = await queryable.prepared<QueuedMessage>(
    'mqtt-queued',
    `SELECT seq::float8 AS seq, topic, payload, qos, is_retained AS "isRetained", is_released AS "isReleased"
     FROM mqtt_queued WHERE client_key = $1 AND seq > $2 ORDER BY seq LIMIT $3`,
    [keyOf(clientId), seq, limit],
  );
  return rows;
}
