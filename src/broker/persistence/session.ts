// What the broker holds of one session in memory: its filters, its QoS 2 handshakes, and the head of its queue. The rest
// of a stored session's queue is in the ledger. Decides what still fits; sends nothing.
import type { Client } from 'aedes';
import type { EpochMs } from '../../contracts/time.ts';
import type { Acknowledge } from '../ack-order.ts';
import type { SessionLimits } from './limits.ts';
import type { Message, Qos, QueuedMessage } from './ledger.ts';

/** Granted messages of one SUBSCRIBE that are still to be queued. */
export interface RetainedDue {
  topic: string;
  qos: Qos;
}

/** A QoS 2 message that was received and not released. */
export interface Handshake {
  /** The ledger has its packet id, or is about to. */
  isKept: boolean;
  /** The message is where it goes: it may be acknowledged. */
  isSettled: boolean;
  /** Repetitions of the message that came before it was settled. */
  waiting: Acknowledge[];
}

export const createHandshake = (isRestored: boolean): Handshake => ({
  isKept: isRestored,
  isSettled: isRestored,
  waiting: [],
});

export interface Session {
  readonly clientId: string;
  /** Outlives its connection (MQTT-3.1.2.4, clean session 0). */
  readonly isStored: boolean;
  readonly filters: Map<string, Qos>;
  /** QoS 2 messages that were received and not released, by packet id. */
  readonly incoming: Map<number, Handshake>;
  client: Client | null;
  /** CONNACK is out: messages may follow it. */
  isReady: boolean;
  isEnded: boolean;
  disconnectedAtMs: EpochMs | null;
  nextSeq: number;
  /** Messages and payload bytes that are not acknowledged yet, here or in the ledger. */
  count: number;
  bytes: number;
  /** Sent and not acknowledged, by packet id, the oldest first. */
  readonly inFlight: Map<number, QueuedMessage>;
  /** Next to be sent; all that came before them were. */
  waiting: QueuedMessage[];
  /** Up to here the queue has been in memory on this connection. */
  readUpTo: number;
  /** The ledger has more. */
  isBehind: boolean;
  isReading: boolean;
  isFeeding: boolean;
  /** Up to here messages may have been sent, on this connection or one before. */
  sentUpTo: number;
  retainedDue: RetainedDue[];
}

export function createSession(clientId: string, isStored: boolean): Session {
  return {
    clientId,
    isStored,
    filters: new Map(),
    incoming: new Map(),
    client: null,
    isReady: false,
    isEnded: false,
    disconnectedAtMs: null,
    nextSeq: 0,
    count: 0,
    bytes: 0,
    inFlight: new Map(),
    waiting: [],
    readUpTo: -1,
    isBehind: false,
    isReading: false,
    isFeeding: false,
    sentUpTo: -1,
    retainedDue: [],
  };
}

const PACKET_IDS = 65_535;
/** Between the oldest unacknowledged message and the newest; below the number of packet ids, so that none is used twice. */
const MAX_SPAN = 60_000;

/** Follows from the place in the queue, so it is the same on every connection (MQTT-4.4.0-1), also after a restart. */
export const packetIdOf = (seq: number): number => (seq % PACKET_IDS) + 1;

const oldestInFlight = ({ inFlight, nextSeq }: Session): number => {
  for (const { seq } of inFlight.values()) return seq;
  return nextSeq;
};

/** A place in the queue for a copy of `message`, or `null` when the queue is full. */
export function offer(
  session: Session,
  message: Message,
  { qos, isRetained }: { qos: Qos; isRetained: boolean },
  limits: SessionLimits,
): QueuedMessage | null {
  const { topic, payload } = message;
  const isFull =
    session.count >= limits.maxQueued ||
    session.bytes + payload.length > limits.maxQueuedBytes ||
    session.nextSeq - oldestInFlight(session) >= MAX_SPAN;
  if (isFull) return null;
  session.count += 1;
  session.bytes += payload.length;
  return { seq: session.nextSeq++, topic, payload, qos, isRetained, isReleased: false };
}

/** The message is acknowledged, or was refused its place after all. */
export function forget(session: Session, { payload }: QueuedMessage): void {
  session.count -= 1;
  session.bytes -= payload.length;
}
