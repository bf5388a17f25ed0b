// What one publish leaves behind: the retained message and a copy for every session that subscribes to its topic, kept
// together in one step and only then sent.
import type { Client, PublishPacket, Subscription } from 'aedes';
import type { BaseLogger } from 'pino';
import type { Handshakes } from './handshakes.ts';
import type { Change, Ledger, Message, Qos, QueuedMessage } from './ledger.ts';
import type { SessionLimits } from './limits.ts';
import type { Dropped } from './metrics.ts';
import type { Outbox } from './outbox.ts';
import type { Retained } from './retained.ts';
import { forget, offer, type Session } from './session.ts';
import type { SessionTable } from './session-table.ts';

export interface Publish extends Pick<PublishPacket, 'topic' | 'payload' | 'qos' | 'retain'> {
  messageId?: number | undefined;
}

export interface FanOutOptions {
  table: SessionTable;
  outbox: Outbox;
  retained: Retained;
  handshakes: Handshakes;
  ledger: Ledger;
  limits: SessionLimits;
  onDropped: (reason: Dropped) => void;
  log: BaseLogger;
}

export interface FanOut {
  publish(client: Client | null, packet: Publish): Promise<void>;
  retain(packet: Publish): Promise<void>;
  /** Notes which retained messages a SUBSCRIBE asked for, and begins to send them. */
  ask(session: Session, subscriptions: readonly Subscription[]): void;
  /** Queues the next of them; they are far more than a queue holds when somebody subscribes to everything. */
  feed(session: Session): void;
}

interface Copy {
  session: Session;
  /** `null`: sent at QoS 0. */
  queued: QueuedMessage | null;
}

/** Retained messages queued at once for one session. */
const FED_AT_ONCE = 20;

const bufferOf = (payload: string | Buffer): Buffer => (typeof payload === 'string' ? Buffer.from(payload) : payload);
const lower = (a: Qos, b: Qos): Qos => (a < b ? a : b);

export function createFanOut(options: FanOutOptions): FanOut {
  const { table, outbox, retained, handshakes, ledger, limits, onDropped, log } = options;

  function copyFor(session: Session, message: Message, qos: Qos, isRetained: boolean): Copy | null {
    if (qos === 0) return { session, queued: null };
    if (!outbox.hasRoom(session)) {
      onDropped('memory-full');
      return null;
    }
    const queued = offer(session, message, { qos, isRetained }, limits);
    if (!queued) onDropped('queue-full');
    return queued && { session, queued };
  }

  const changesOf = (copies: readonly Copy[]): Change[] =>
    copies.flatMap(({ session: { clientId, isStored }, queued }) =>
      isStored && queued ? [{ of: 'queued', clientId, seq: queued.seq, row: queued }] : [],
    );

  async function keepAndSend(message: Message, copies: readonly Copy[], others: Change[], isRetained = false) {
    const changes = [...others, ...changesOf(copies)];
    try {
      // Also with nothing to keep: what was published before goes out before.
      if (changes.length > 0 || !ledger.isSettled) await ledger.write(changes);
    } catch (error) {
      for (const { session, queued } of copies) if (queued) forget(session, queued);
      throw error;
    }
    // In the next turn: a client that hears itself gets its acknowledgement first.
    if (copies.length > 0) setImmediate(() => send(message, copies, isRetained));
  }

  function send(message: Message, copies: readonly Copy[], isRetained: boolean): void {
    for (const { session, queued } of copies) {
      if (queued) outbox.arrived(session, queued);
      else outbox.sendNow(session, message, isRetained);
    }
  }

  function keepRetained(message: Message): Change[] {
    const changes = retained.put(message);
    if (changes !== 'full') return changes;
    onDropped('retained-full');
    return [];
  }

  function messageOf({ topic, payload, qos }: Publish): Message {
    return { topic, payload: bufferOf(payload), qos };
  }

  async function feedSome(session: Session): Promise<void> {
    for (const { topic, qos } of session.retainedDue.splice(-FED_AT_ONCE)) {
      const message = retained.get(topic);
      const copy = message && copyFor(session, message, lower(qos, message.qos), true);
      if (copy) await keepAndSend(message, [copy], [], true);
    }
  }

  function feed(session: Session): void {
    if (session.isFeeding || session.retainedDue.length === 0) return;
    session.isFeeding = true;
    feedSome(session)
      .catch((error: unknown) => log.warn({ client: session.clientId, error }, 'retained messages could not be queued'))
      .finally(() => {
        session.isFeeding = false;
        outbox.pump(session);
      });
  }

  return {
    async publish(client, packet) {
      const message = messageOf(packet);
      const changes = packet.retain ? keepRetained(message) : [];
      if (client && packet.qos === 2) changes.push(...handshakes.keep(client, packet));
      const copies: Copy[] = [];
      for (const [session, granted] of table.subscribersOf(packet.topic)) {
        const copy = copyFor(session, message, lower(granted, packet.qos), false);
        if (copy) copies.push(copy);
      }
      await keepAndSend(message, copies, changes);
    },
    async retain(packet) {
      const changes = keepRetained(messageOf(packet));
      if (changes.length > 0) await ledger.write(changes);
    },
    ask(session, subscriptions) {
      for (const { topic: filter, qos } of subscriptions) {
        // What was refused is granted as 128 (MQTT-3.9.3).
        if (qos > 2) continue;
        for (const topic of retained.topicsOf(filter)) session.retainedDue.push({ topic, qos });
      }
      feed(session);
    },
    feed,
  };
}
