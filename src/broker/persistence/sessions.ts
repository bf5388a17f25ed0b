// The broker's sessions: they begin and end with connections or outlive them, and everything about them that is
// acknowledged is in the ledger first. Who may do what is decided elsewhere.
import type { Client, Subscription } from 'aedes';
import type { BaseLogger } from 'pino';
import type { Registry } from 'prom-client';
import { type Clock, HOUR_MS } from '../../contracts/time.ts';
import { createFanOut, type FanOut } from './fan-out.ts';
import { createHandshakes, type Handshakes } from './handshakes.ts';
import type { Change, Ledger, Qos, Will } from './ledger.ts';
import { DEFAULT_SESSION_LIMITS, type ReadingLimits, type SessionLimits } from './limits.ts';
import { type Dropped, sessionMetrics } from './metrics.ts';
import { type AcknowledgementKind, createOutbox, type Outbox } from './outbox.ts';
import { createRetained } from './retained.ts';
import { createSession } from './session.ts';
import { createSessionTable, startExpiry } from './session-table.ts';
import { createWills, type Wills } from './wills.ts';

export interface SessionsOptions {
  ledger: Ledger;
  /** Publishes a will that the broker before this one left. */
  publishWill: (clientId: string, will: Will) => Promise<void>;
  clock: Clock;
  log: BaseLogger;
  metrics: Registry;
  limits: Partial<SessionLimits> & ReadingLimits;
}

export interface Restored {
  isNew: boolean;
  subscriptions: { topic: string; qos: Qos }[];
}

/** Every promise resolves when its change is kept: then it may be acknowledged. */
export interface Sessions extends Pick<FanOut, 'publish' | 'retain'> {
  readonly handshakes: Handshakes;
  /** Begins a session that outlives its connection, or finds it. */
  restore(clientId: string): Promise<Restored>;
  /** A clean session begins: nothing of one before is left (MQTT-3.1.2-6). */
  discard(clientId: string): Promise<void>;
  /** CONNACK is out. */
  attach(client: Client): void;
  detach(client: Client): void;
  subscribe(client: Client, filter: string, qos: Qos): Promise<void>;
  /** SUBACK is out: what is retained under the filters follows (MQTT-3.3.1-6). */
  sendRetained(client: Client, subscriptions: readonly Subscription[]): void;
  unsubscribe(client: Client, filters: readonly string[]): Promise<void>;
  /** The same, for nobody who waits: a filter that may not be heard any more, or of a session that ends with it. */
  forgetFilters(client: Client, filters: readonly string[]): void;
  /** Whether an acknowledgement is one that the message it names calls for. */
  callsFor(client: Client, packetId: number, kind: AcknowledgementKind): boolean;
  /** PUBACK of a QoS 1 message, or PUBCOMP. */
  acknowledged(client: Client, packetId: number, isComplete: boolean): void;
  /** PUBREC: when it is kept PUBREL may go. */
  received(client: Client, packetId: number): Promise<void>;
  /** The will of a client that signs in, or that it has none. */
  putWill(client: Client, will: Will | null): Promise<void>;
  /** It was published, or its client said good-bye. */
  dropWill(clientId: string): void;
  close(): Promise<void>;
}

export class SessionRefused extends Error {
  override readonly name = 'SessionRefused';
}

export async function startSessions(options: SessionsOptions): Promise<Sessions> {
  const { ledger, clock, log } = options;
  const limits = { ...DEFAULT_SESSION_LIMITS, ...options.limits };
  const retained = createRetained(limits);
  const wills = createWills();
  const onRoom: FanOut['feed'] = (session) => fanOut.feed(session);
  const outbox: Outbox = createOutbox({ ledger, limits, onDropped, onRoom, log });
  const table = createSessionTable((session) => outbox.rewind(session));
  const handshakes = createHandshakes(table, ledger);
  const fanOut = createFanOut({ table, outbox, retained, handshakes, ledger, limits, onDropped, log });
  const metrics = sessionMetrics(options.metrics, {
    sessions: () => table.storedCount,
    queued: () => table.queuedCount(),
    retained: () => retained.count,
  });
  function onDropped(reason: Dropped): void {
    metrics.dropped.inc({ reason });
  }

  const snapshot = await ledger.load();
  for (const session of snapshot.sessions) table.load(session);
  retained.restore(snapshot.retained);
  wills.restore(snapshot.wills);

  /** What nobody waits for. */
  function writeLater(changes: readonly Change[]): void {
    if (changes.length === 0) return;
    ledger.write(changes).catch((error: unknown) => log.warn({ error }, 'a session could not be stored'));
  }
  function unsubscribe(client: Client, filters: readonly string[]): Change[] {
    if (!table.get(client.id)) return [];
    const session = table.of(client);
    const known = filters.filter((filter) => session.filters.has(filter));
    for (const filter of known) table.unsubscribe(session, filter);
    return session.isStored
      ? known.map((filter) => ({ of: 'subscription', clientId: client.id, filter, row: null }))
      : [];
  }
  const endWillDelay = startWillDelay(wills, options, limits.willDelayMs, writeLater);
  const endExpiry = startExpiry(table, {
    expiryMs: limits.expiryHours * HOUR_MS,
    clock,
    onExpired(clientIds) {
      metrics.expired.inc(clientIds.length);
      writeLater(clientIds.map((clientId) => ({ of: 'session', clientId, row: null })));
    },
  });

  return {
    ...fanOut,
    handshakes,
    async restore(clientId) {
      const known = table.get(clientId);
      if (known?.isStored) {
        return { isNew: false, subscriptions: [...known.filters].map(([topic, qos]) => ({ topic, qos })) };
      }
      if (known) table.end(known);
      if (table.storedCount >= limits.maxSessions) {
        onDropped('sessions-full');
        throw new SessionRefused(`there are ${limits.maxSessions} sessions already`);
      }
      const session = createSession(clientId, true);
      const disconnectedAtMs = (session.disconnectedAtMs = clock.now());
      table.add(session);
      await ledger.write([{ of: 'session', clientId, row: { disconnectedAtMs } }]).catch((error: unknown) => {
        table.end(session);
        throw error;
      });
      return { isNew: true, subscriptions: [] };
    },
    async discard(clientId) {
      const known = table.get(clientId);
      if (!known) return;
      table.end(known);
      if (known.isStored) await ledger.write([{ of: 'session', clientId, row: null }]);
    },
    attach(client) {
      // Most clean sessions never need one.
      if (client.clean && !table.get(client.id)) return;
      const session = table.of(client);
      session.isReady = true;
      if (session.isStored) {
        session.disconnectedAtMs = null;
        writeLater([{ of: 'session', clientId: client.id, row: { disconnectedAtMs: null } }]);
      }
      outbox.pump(session);
    },
    detach(client) {
      const session = table.get(client.id);
      if (session?.client !== client) return;
      if (!session.isStored) return table.end(session);
      outbox.rewind(session);
      session.client = null;
      session.isReady = false;
      for (const [packetId, { isKept }] of session.incoming) if (!isKept) session.incoming.delete(packetId);
      const disconnectedAtMs = (session.disconnectedAtMs = clock.now());
      writeLater([{ of: 'session', clientId: client.id, row: { disconnectedAtMs } }]);
    },
    async subscribe(client, filter, qos) {
      const session = table.of(client);
      session.isReady ||= client.connected;
      if (session.filters.get(filter) === qos) return;
      table.subscribe(session, filter, qos);
      if (session.isStored) await ledger.write([{ of: 'subscription', clientId: client.id, filter, row: { qos } }]);
    },
    sendRetained: (client, subscriptions) => fanOut.ask(table.of(client), subscriptions),
    async unsubscribe(client, filters) {
      const changes = unsubscribe(client, filters);
      if (changes.length > 0) await ledger.write(changes);
    },
    forgetFilters: (client, filters) => writeLater(unsubscribe(client, filters)),
    callsFor(client, packetId, kind) {
      const session = table.get(client.id);
      return session?.client !== client || outbox.callsFor(session, packetId, kind);
    },
    acknowledged(client, packetId, isComplete) {
      const session = table.get(client.id);
      if (session?.client === client) outbox.acknowledged(session, packetId, isComplete);
    },
    async received(client, packetId) {
      const session = table.get(client.id);
      if (session?.client === client) await outbox.received(session, packetId);
    },
    async putWill(client, will) {
      const changes = wills.put(client, will);
      if (changes.length > 0) await ledger.write(changes);
    },
    dropWill: (clientId) => writeLater(wills.drop(clientId)),
    async close() {
      endWillDelay();
      endExpiry();
      await ledger.close();
    },
  };
}

/** Gives clients time to return, then publishes the wills of those that did not; returns how to stop. */
function startWillDelay(
  wills: Wills,
  { publishWill, log }: SessionsOptions,
  delayMs: number,
  writeLater: (changes: readonly Change[]) => void,
): () => void {
  const timer = setTimeout(() => {
    for (const { clientId, will } of wills.takeStale()) {
      publishWill(clientId, will).then(
        () => writeLater([{ of: 'will', clientId, row: null }]),
        (error: unknown) => log.warn({ client: clientId, error }, 'a will could not be published'),
      );
    }
  }, delayMs);
  return () => clearTimeout(timer);
}
