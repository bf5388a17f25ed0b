// Sends each session's queue to its client, in order, never more unacknowledged than the window; what does not fit into
// memory waits in the ledger. The only place from which a client gets a message of another.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'aedes';
import type { BaseLogger } from 'pino';
import { publishFrame, pubrelFrame } from '../publish-frame.ts';
import type { ReadingLimits, SessionLimits } from './limits.ts';
import type { Ledger, Message, QueuedMessage } from './ledger.ts';
import type { Dropped } from './metrics.ts';
import { forget, packetIdOf, type Session } from './session.ts';

/** Messages read from the ledger at once. */
const PAGE = 20;
const READ_AGAIN_MS = 500;

export type AcknowledgementKind = 'puback' | 'pubrec' | 'pubcomp';

export interface OutboxOptions {
  ledger: Ledger;
  limits: SessionLimits & ReadingLimits;
  onDropped: (reason: Dropped) => void;
  /** There is room for retained messages that a subscription asked for. */
  onRoom: (session: Session) => void;
  log: BaseLogger;
}

export interface Outbox {
  /** Writes a message without acknowledgement, or drops it when the client does not read. */
  sendNow(session: Session, message: Message, isRetained: boolean): void;
  /** Whether a queued message of a session without a ledger can be held. */
  hasRoom(session: Session): boolean;
  /** A queued message is kept and may be sent. */
  arrived(session: Session, message: QueuedMessage): void;
  /** Whether the message that this acknowledges calls for it now (MQTT-4.3); also true when there is no such message. */
  callsFor(session: Session, packetId: number, kind: AcknowledgementKind): boolean;
  /** PUBACK, PUBCOMP. */
  acknowledged(session: Session, packetId: number, isComplete: boolean): void;
  /** PUBREC; resolves when it is kept, so that PUBREL may go. */
  received(session: Session, packetId: number): Promise<void>;
  /** Lets go of what is in memory: the connection ended or another one takes over. */
  rewind(session: Session): void;
  pump(session: Session): void;
}

export function createOutbox({ ledger, limits, onDropped, onRoom, log }: OutboxOptions): Outbox {
  let heldBytes = 0;
  const unread = new WeakSet<Client>();

  function whenRead(client: Client, session: Session): void {
    if (unread.has(client)) return;
    unread.add(client);
    // The words by which aedes ends such a client when it is itself that writes to it.
    const timer = setTimeout(() => client.conn.destroy(new Error('drain timeout')), limits.maxUnreadMs).unref();
    client.conn.once('close', () => clearTimeout(timer));
    client.conn.once('drain', () => {
      clearTimeout(timer);
      unread.delete(client);
      pump(session);
    });
  }

  function hold(session: Session, message: QueuedMessage): void {
    heldBytes += message.payload.length;
    session.waiting.push(message);
    session.readUpTo = message.seq;
  }

  function send(client: Client, session: Session, message: QueuedMessage): void {
    const packetId = packetIdOf(message.seq);
    session.inFlight.set(packetId, message);
    const isRepeated = message.seq <= session.sentUpTo;
    session.sentUpTo = Math.max(session.sentUpTo, message.seq);
    client.conn.write(message.isReleased ? pubrelFrame(packetId) : publishFrame({ ...message, packetId, isRepeated }));
  }

  function pump(session: Session): void {
    const { client } = session;
    if (!client || !session.isReady || client.conn.destroyed) return;
    while (session.inFlight.size < limits.maxUnacknowledged && !client.conn.writableNeedDrain) {
      const next = session.waiting.shift();
      if (!next) break;
      send(client, session, next);
    }
    if (client.conn.writableNeedDrain) return whenRead(client, session);
    if (session.waiting.length > 0) return;
    if (session.isBehind) void read(session, client);
    else if (session.retainedDue.length > 0 && session.inFlight.size < limits.maxUnacknowledged) onRoom(session);
  }

  /** With the memory for all used up a session still gets on, one message after the other. */
  function pageFor({ inFlight }: Session): number {
    if (heldBytes < limits.maxHeldBytes) return PAGE;
    return inFlight.size === 0 ? 1 : 0;
  }

  async function read(session: Session, client: Client): Promise<void> {
    const limit = pageFor(session);
    if (session.isReading || limit === 0) return;
    session.isReading = true;
    session.isBehind = false;
    try {
      const page = await ledger.queuedAfter(session.clientId, session.readUpTo, limit);
      if (session.client !== client) return;
      for (const message of page) hold(session, message);
      if (page.length === limit) session.isBehind = true;
    } catch (error) {
      session.isBehind = true;
      log.warn({ client: session.clientId, error }, 'a queue could not be read; trying again');
      await sleep(READ_AGAIN_MS, undefined, { ref: false });
    } finally {
      session.isReading = false;
      pump(session);
    }
  }

  return {
    sendNow({ client, isReady }, { topic, payload }, isRetained) {
      if (!client || !isReady || client.conn.destroyed) return;
      if (client.conn.writableLength > limits.maxUnreadBytes) return onDropped('slow-subscriber');
      client.conn.write(publishFrame({ topic, payload, qos: 0, isRetained }));
    },
    hasRoom: ({ isStored }) => isStored || heldBytes < limits.maxHeldBytes,
    arrived(session, message) {
      if (session.isEnded || message.seq <= session.readUpTo) return;
      const isKeptElsewhere =
        session.isStored && (session.isBehind || session.isReading || session.waiting.length >= PAGE);
      if (!session.client || isKeptElsewhere || (session.isStored && heldBytes >= limits.maxHeldBytes)) {
        session.isBehind = session.isStored;
      } else {
        hold(session, message);
      }
      pump(session);
    },
    callsFor({ inFlight, isStored }, packetId, kind) {
      const message = inFlight.get(packetId);
      if (!message) return true;
      if (message.qos !== 2) return kind === 'puback';
      if (kind === 'puback') return false;
      if (kind === 'pubcomp') return message.isReleased;
      // The engine tells the store of PUBREC only when there is something to keep.
      message.isReleased ||= !isStored;
      return true;
    },
    acknowledged(session, packetId, isComplete) {
      const message = session.inFlight.get(packetId);
      if (!message || isComplete !== (message.qos === 2)) return;
      session.inFlight.delete(packetId);
      heldBytes -= message.payload.length;
      forget(session, message);
      if (session.isStored) {
        const { clientId } = session;
        ledger
          .write([{ of: 'queued', clientId, seq: message.seq, row: null }])
          .catch((error: unknown) => log.warn({ client: clientId, error }, 'an acknowledgement could not be stored'));
      }
      pump(session);
    },
    async received(session, packetId) {
      const message = session.inFlight.get(packetId);
      if (message?.qos !== 2) return;
      message.isReleased = true;
      if (!session.isStored) return;
      await ledger.write([{ of: 'queued', clientId: session.clientId, seq: message.seq, row: 'released' }]);
    },
    rewind(session) {
      for (const { payload } of session.inFlight.values()) heldBytes -= payload.length;
      for (const { payload } of session.waiting) heldBytes -= payload.length;
      session.inFlight.clear();
      session.waiting = [];
      session.retainedDue = [];
      session.readUpTo = -1;
      session.isBehind = session.isStored && session.count > 0;
    },
    pump,
  };
}
