// The SQL of the database ledger: each statement takes all rows of one kind at once and changes nothing when it is
// repeated after an unknown COMMIT.
import { createHash } from 'node:crypto';
import type { Transaction } from '../../db/database.ts';
import type { Change, QueuedMessage } from './ledger.ts';
import type { Round } from './change-rounds.ts';

/** Index key of a text of any length. */
export const keyOf = (text: string): Buffer => createHash('sha256').update(text).digest();

type Of<Kind extends Change['of']> = Extract<Change, { of: Kind }>;
type Kept<Kind extends Change['of']> = Of<Kind> & { row: Exclude<Of<Kind>['row'], null> };

class Kinds {
  readonly #changes: Change[];

  constructor({ changes }: Round) {
    this.#changes = [...changes.values()];
  }

  #all<Kind extends Change['of']>(kind: Kind): Of<Kind>[] {
    return this.#changes.filter((change): change is Of<Kind> => change.of === kind);
  }

  kept<Kind extends Change['of']>(kind: Kind): Kept<Kind>[] {
    return this.#all(kind).filter((change): change is Kept<Kind> => change.row !== null);
  }

  gone<Kind extends Change['of']>(kind: Kind): Of<Kind>[] {
    return this.#all(kind).filter(({ row }) => row === null);
  }
}

type Run = (name: string, text: string, columns: readonly (readonly unknown[])[]) => Promise<void>;

/** Runs a statement unless there is nothing for it. */
const runOn =
  (tx: Transaction): Run =>
  async (name, text, columns) => {
    if (columns[0]?.length) await tx.prepared(`mqtt-${name}`, text, columns);
  };

export async function writeRound(tx: Transaction, round: Round): Promise<void> {
  const run = runOn(tx);
  const kinds = new Kinds(round);
  await run('end', 'DELETE FROM mqtt_session WHERE client_key = ANY ($1::bytea[])', [[...round.ended].map(keyOf)]);
  await writeSessions(run, kinds);
  await writeQueued(run, kinds);
  await writeIncoming(run, kinds);
  await writeRetained(run, kinds);
  await writeWills(run, kinds);
}

async function writeSessions(run: Run, kinds: Kinds): Promise<void> {
  const sessions = kinds.kept('session');
  await run(
    'session',
    `INSERT INTO mqtt_session (client_key, client_id, disconnected_at)
     SELECT * FROM unnest($1::bytea[], $2::text[], $3::timestamptz[])
     ON CONFLICT (client_key) DO UPDATE SET disconnected_at = excluded.disconnected_at`,
    [
      sessions.map(({ clientId }) => keyOf(clientId)),
      sessions.map(({ clientId }) => clientId),
      sessions.map(({ row }) => (row.disconnectedAtMs === null ? null : new Date(row.disconnectedAtMs))),
    ],
  );
  const left = kinds.gone('subscription');
  await run(
    'unsubscribe',
    `DELETE FROM mqtt_subscription s USING unnest($1::bytea[], $2::bytea[]) AS g(client_key, filter_key)
     WHERE s.client_key = g.client_key AND s.filter_key = g.filter_key`,
    [left.map(({ clientId }) => keyOf(clientId)), left.map(({ filter }) => keyOf(filter))],
  );
  const taken = kinds.kept('subscription');
  await run(
    'subscribe',
    `INSERT INTO mqtt_subscription (client_key, filter_key, filter, qos)
     SELECT * FROM unnest($1::bytea[], $2::bytea[], $3::text[], $4::int2[])
     ON CONFLICT (client_key, filter_key) DO UPDATE SET qos = excluded.qos`,
    [
      taken.map(({ clientId }) => keyOf(clientId)),
      taken.map(({ filter }) => keyOf(filter)),
      taken.map(({ filter }) => filter),
      taken.map(({ row }) => row.qos),
    ],
  );
}

async function writeQueued(run: Run, kinds: Kinds): Promise<void> {
  const kept = kinds.kept('queued');
  const added = kept.flatMap(({ clientId, row }) => (row === 'released' ? [] : [{ clientId, row }]));
  const released = kept.filter(({ row }) => row === 'released');
  const gone = kinds.gone('queued');
  const keysOf = (items: readonly { clientId: string; seq: number }[]): unknown[][] => [
    items.map(({ clientId }) => keyOf(clientId)),
    items.map(({ seq }) => seq),
  ];
  const column = <T>(pick: (row: QueuedMessage) => T): T[] => added.map(({ row }) => pick(row));
  await run(
    'queue',
    `INSERT INTO mqtt_queued (client_key, seq, topic, payload, qos, is_retained, is_released)
     SELECT * FROM unnest($1::bytea[], $2::int8[], $3::text[], $4::bytea[], $5::int2[], $6::bool[], $7::bool[])
     ON CONFLICT DO NOTHING`,
    [
      added.map(({ clientId }) => keyOf(clientId)),
      column(({ seq }) => seq),
      column(({ topic }) => topic),
      column(({ payload }) => payload),
      column(({ qos }) => qos),
      column(({ isRetained }) => isRetained),
      column(({ isReleased }) => isReleased),
    ],
  );
  await run(
    'release',
    `UPDATE mqtt_queued q SET is_released = true FROM unnest($1::bytea[], $2::int8[]) AS r(client_key, seq)
     WHERE q.client_key = r.client_key AND q.seq = r.seq`,
    keysOf(released),
  );
  await run(
    'unqueue',
    `DELETE FROM mqtt_queued q USING unnest($1::bytea[], $2::int8[]) AS g(client_key, seq)
     WHERE q.client_key = g.client_key AND q.seq = g.seq`,
    keysOf(gone),
  );
}

async function writeIncoming(run: Run, kinds: Kinds): Promise<void> {
  const keysOf = (items: readonly Of<'incoming'>[]): unknown[][] => [
    items.map(({ clientId }) => keyOf(clientId)),
    items.map(({ packetId }) => packetId),
  ];
  await run(
    'take-id',
    `INSERT INTO mqtt_incoming (client_key, packet_id) SELECT * FROM unnest($1::bytea[], $2::int4[])
     ON CONFLICT DO NOTHING`,
    keysOf(kinds.kept('incoming')),
  );
  await run(
    'free-id',
    `DELETE FROM mqtt_incoming i USING unnest($1::bytea[], $2::int4[]) AS g(client_key, packet_id)
     WHERE i.client_key = g.client_key AND i.packet_id = g.packet_id`,
    keysOf(kinds.gone('incoming')),
  );
}

async function writeRetained(run: Run, kinds: Kinds): Promise<void> {
  const kept = kinds.kept('retained');
  await run('unretain', 'DELETE FROM mqtt_retained WHERE topic_key = ANY ($1::bytea[])', [
    kinds.gone('retained').map(({ topic }) => keyOf(topic)),
  ]);
  await run(
    'retain',
    `INSERT INTO mqtt_retained (topic_key, topic, payload, qos)
     SELECT * FROM unnest($1::bytea[], $2::text[], $3::bytea[], $4::int2[])
     ON CONFLICT (topic_key) DO UPDATE SET payload = excluded.payload, qos = excluded.qos`,
    [
      kept.map(({ topic }) => keyOf(topic)),
      kept.map(({ topic }) => topic),
      kept.map(({ row }) => row.payload),
      kept.map(({ row }) => row.qos),
    ],
  );
}

async function writeWills(run: Run, kinds: Kinds): Promise<void> {
  const kept = kinds.kept('will');
  await run('drop-will', 'DELETE FROM mqtt_will WHERE client_key = ANY ($1::bytea[])', [
    kinds.gone('will').map(({ clientId }) => keyOf(clientId)),
  ]);
  await run(
    'will',
    `INSERT INTO mqtt_will (client_key, client_id, topic, payload, qos, is_retained)
     SELECT * FROM unnest($1::bytea[], $2::text[], $3::text[], $4::bytea[], $5::int2[], $6::bool[])
     ON CONFLICT (client_key) DO UPDATE
     SET topic = excluded.topic, payload = excluded.payload, qos = excluded.qos, is_retained = excluded.is_retained`,
    [
      kept.map(({ clientId }) => keyOf(clientId)),
      kept.map(({ clientId }) => clientId),
      kept.map(({ row }) => row.topic),
      kept.map(({ row }) => row.payload),
      kept.map(({ row }) => row.qos),
      kept.map(({ row }) => row.isRetained),
    ],
  );
}
