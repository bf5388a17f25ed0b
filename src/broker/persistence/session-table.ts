// All sessions by client id, with who subscribes to what, and the end of those whose client stays away.
import type { Client } from 'aedes';
import type { Clock, EpochMs } from '../../contracts/time.ts';
import type { Qos, StoredSession } from './ledger.ts';
import { createHandshake, createSession, type Session } from './session.ts';
import { createTopicTree } from './topic-tree.ts';

export interface SessionTable {
  readonly storedCount: number;
  queuedCount(): number;
  get(clientId: string): Session | undefined;
  add(session: Session): void;
  /** Takes what the ledger had. */
  load(stored: StoredSession): void;
  end(session: Session): void;
  subscribe(session: Session, filter: string, qos: Qos): void;
  unsubscribe(session: Session, filter: string): void;
  /** Sessions with a filter that takes `topic`, each with the highest QoS of those filters (MQTT-3.3.5-1). */
  subscribersOf(topic: string): Map<Session, Qos>;
  /** The session of this very connection, begun when it is needed first. */
  of(client: Client): Session;
  /** Ends sessions whose client went away before this instant, and says which. */
  expire(beforeMs: EpochMs): string[];
}

const EXPIRY_SWEEP_MS = 10 * 60_000;

/** `onRewind` lets go of what the session's last connection had in memory. */
export function createSessionTable(onRewind: (session: Session) => void): SessionTable {
  const sessions = new Map<string, Session>();
  const tree = createTopicTree<Session, Qos>();
  let storedCount = 0;

  function add(session: Session): void {
    sessions.set(session.clientId, session);
    if (session.isStored) storedCount += 1;
  }

  function end(session: Session): void {
    if (session.isEnded) return;
    session.isEnded = true;
    onRewind(session);
    for (const filter of session.filters.keys()) tree.delete(filter, session);
    sessions.delete(session.clientId);
    if (session.isStored) storedCount -= 1;
    session.client = null;
  }

  function subscribe(session: Session, filter: string, qos: Qos): void {
    session.filters.set(filter, qos);
    if (!session.isEnded) tree.set(filter, session, qos);
  }

  return {
    get storedCount() {
      return storedCount;
    },
    queuedCount() {
      let count = 0;
      for (const session of sessions.values()) count += session.count;
      return count;
    },
    get: (clientId) => sessions.get(clientId),
    add,
    load({ clientId, disconnectedAtMs, filters, incoming, queued }) {
      const session = createSession(clientId, true);
      session.disconnectedAtMs = disconnectedAtMs;
      session.count = queued.count;
      session.bytes = queued.bytes;
      session.nextSeq = queued.lastSeq + 1;
      // Which of them were sent is not known any more.
      session.sentUpTo = queued.lastSeq;
      for (const packetId of incoming) session.incoming.set(packetId, createHandshake(true));
      add(session);
      for (const { filter, qos } of filters) subscribe(session, filter, qos);
    },
    end,
    subscribe,
    unsubscribe(session, filter) {
      session.filters.delete(filter);
      tree.delete(filter, session);
    },
    subscribersOf(topic) {
      const found = new Map<Session, Qos>();
      tree.underFiltersFor(topic, (session, qos) => {
        if (qos >= (found.get(session) ?? 0)) found.set(session, qos);
      });
      return found;
    },
    of(client) {
      const known = sessions.get(client.id);
      if (known?.client === client) return known;
      const session = createSession(client.id, false);
      session.client = client;
      // A connection that has lost its place to a later one leaves no trace.
      if (client.closed || (known?.isStored && client.clean)) return Object.assign(session, { isEnded: true });
      if (known?.isStored) {
        onRewind(known);
        return Object.assign(known, { client, isReady: false });
      }
      if (known) end(known);
      add(session);
      return session;
    },
    expire(beforeMs) {
      const expired = [...sessions.values()].filter(
        ({ isStored, client, disconnectedAtMs }) =>
          isStored && !client && disconnectedAtMs !== null && disconnectedAtMs < beforeMs,
      );
      for (const session of expired) end(session);
      return expired.map(({ clientId }) => clientId);
    },
  };
}

/** Looks for expired sessions now and from time to time; returns how to stop. */
export function startExpiry(
  table: SessionTable,
  { expiryMs, clock, onExpired }: { expiryMs: number; clock: Clock; onExpired: (clientIds: string[]) => void },
): () => void {
  const sweep = (): void => {
    const expired = table.expire(clock.now() - expiryMs);
    if (expired.length > 0) onExpired(expired);
  };
  sweep();
  const timer = setInterval(sweep, EXPIRY_SWEEP_MS).unref();
  return () => clearInterval(timer);
}
