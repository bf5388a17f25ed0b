// Whether devices are connected: kept with the instant it became so and with its past, told when it changes and only
// then.
import { type Clock, type EpochMs, isoOf } from '../contracts/time.ts';
import type { Database, Transaction } from '../db/database.ts';
import { appendEvent } from '../db/event-log.ts';
import { createBatchLane } from '../db/batch-lane.ts';

export type PresenceState = 'online' | 'offline';

export interface Presence {
  /** News that is older than what is known changes nothing. */
  set(device: string, state: PresenceState, atMs: EpochMs): Promise<void>;
  /** A broker that starts has no connections: what was online when the last one ended is offline now. */
  setAllOffline(): Promise<void>;
}

interface News {
  device: string;
  state: PresenceState;
  atMs: EpochMs;
}

const UPDATE = `WITH changed AS (
    UPDATE device d SET presence = n.state, presence_at = n.at
    FROM unnest($1::text[], $2::text[], $3::timestamptz[]) AS n(code, state, at)
    WHERE d.code = n.code AND d.presence <> n.state AND (d.presence_at IS NULL OR d.presence_at <= n.at)
    RETURNING d.id, d.code, d.presence_at, d.presence
  ), past AS (
    INSERT INTO device_presence (device_id, at, presence) SELECT id, presence_at, presence FROM changed
  )
  SELECT code FROM changed`;

/** An UPDATE touches a row once, so news of one device goes in several rounds, each in the order it came. */
function roundsOf(news: readonly News[]): News[][] {
  const rounds: News[][] = [];
  const seen = new Map<string, number>();
  for (const item of news) {
    const round = seen.get(item.device) ?? 0;
    seen.set(item.device, round + 1);
    (rounds[round] ??= []).push(item);
  }
  return rounds;
}

function tellChange(tx: Transaction, { device, state, atMs }: News): void {
  appendEvent(tx, { type: 'device.presence-changed', at: isoOf(atMs), payload: { device, presence: state } });
}

async function applyRound(tx: Transaction, round: readonly News[]): Promise<void> {
  const { rows } = await tx.prepared<{ code: string }>('presence-set', UPDATE, [
    round.map(({ device }) => device),
    round.map(({ state }) => state),
    round.map(({ atMs }) => new Date(atMs)),
  ]);
  const changed = new Set(rows.map(({ code }) => code));
  for (const item of round) if (changed.has(item.device)) tellChange(tx, item);
}

export function createPresence({ database, clock }: { database: Database; clock: Clock }): Presence {
  const apply = createBatchLane<News, void>(async (news) => {
    await database.transaction(async (tx) => {
      for (const round of roundsOf(news)) await applyRound(tx, round);
    });
    return news.map(() => undefined);
  });
  return {
    set: (device, state, atMs) => apply({ device, state, atMs }),
    async setAllOffline() {
      const atMs = clock.now();
      await database.transaction(async (tx) => {
        const { rows } = await tx.query<{ code: string }>(
          `WITH changed AS (
             UPDATE device SET presence = 'offline', presence_at = $1 WHERE presence = 'online' RETURNING id, code
           ), past AS (
             INSERT INTO device_presence (device_id, at, presence) SELECT id, $1, 'offline' FROM changed
           )
           SELECT code FROM changed`,
          [new Date(atMs)],
        );
        for (const { code } of rows) tellChange(tx, { device: code, state: 'offline', atMs });
      });
    },
  };
}
