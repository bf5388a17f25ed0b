// QoS 2 as the receiver (MQTT-4.3.3): a packet id is taken from PUBLISH to PUBREL, and what comes again meanwhile is the
// same message. The ids of a stored session are in its ledger before PUBREC.
import type { Client } from 'aedes';
import type { Acknowledge } from '../ack-order.ts';
import type { Change, Ledger } from './ledger.ts';
import { createHandshake, type Handshake } from './session.ts';
import type { SessionTable } from './session-table.ts';

/** A publish or a release of a client; aedes hands the same object to every step. */
export interface Numbered {
  messageId?: number | undefined;
}

export interface Handshakes {
  /** Takes the packet id; false when it is taken, by this very message. */
  begin(client: Client, packet: Numbered): boolean;
  /** Acknowledges a repetition when the message itself is. */
  repeat(client: Client, packet: Numbered, acknowledge: Acknowledge): void;
  /** The message is where it goes, or was not taken after all. */
  settle(client: Client, packet: Numbered, error: Error | null): void;
  /** Whether an earlier packet has the id. */
  isTaken(client: Client, packet: Numbered): boolean;
  /** What the ledger has to keep of it. */
  keep(client: Client, packet: Numbered): Change[];
  /** Resolves when it is kept, so that PUBREC may go. */
  store(client: Client, packet: Numbered): Promise<void>;
  /** PUBREL; resolves when the id may be used again, so that PUBCOMP may go. */
  release(client: Client, packet: Numbered): Promise<void>;
}

export function createHandshakes(table: SessionTable, ledger: Ledger): Handshakes {
  const begun = new WeakMap<Numbered, Handshake>();

  function keep(client: Client, { messageId: packetId }: Numbered): Change[] {
    if (packetId === undefined) return [];
    const { incoming, isStored, isEnded } = table.of(client);
    const handshake = incoming.get(packetId) ?? createHandshake(false);
    incoming.set(packetId, handshake);
    if (handshake.isKept) return [];
    handshake.isKept = true;
    return isStored && !isEnded ? [{ of: 'incoming', clientId: client.id, packetId, row: true }] : [];
  }

  return {
    begin(client, packet) {
      const { incoming } = table.of(client);
      const { messageId: packetId = 0 } = packet;
      if (incoming.has(packetId)) return false;
      const handshake = createHandshake(false);
      incoming.set(packetId, handshake);
      begun.set(packet, handshake);
      return true;
    },
    repeat(client, { messageId: packetId = 0 }, acknowledge) {
      const handshake = table.of(client).incoming.get(packetId);
      if (handshake && !handshake.isSettled) handshake.waiting.push(acknowledge);
      else acknowledge(null);
    },
    settle(client, packet, error) {
      const handshake = begun.get(packet);
      if (!handshake) return;
      handshake.isSettled = true;
      const { messageId: packetId = 0 } = packet;
      // By its id: the connection may have ended meanwhile and the session gone on.
      const incoming = table.get(client.id)?.incoming;
      if (error && incoming?.get(packetId) === handshake) incoming.delete(packetId);
      for (const acknowledge of handshake.waiting.splice(0)) acknowledge(error);
    },
    isTaken: (client, packet) => !begun.has(packet) && table.of(client).incoming.has(packet.messageId ?? 0),
    keep,
    async store(client, packet) {
      const changes = keep(client, packet);
      if (changes.length > 0) await ledger.write(changes);
    },
    async release(client, { messageId: packetId = 0 }) {
      const { incoming, isStored } = table.of(client);
      if (!incoming.has(packetId)) return;
      if (isStored) await ledger.write([{ of: 'incoming', clientId: client.id, packetId, row: null }]);
      incoming.delete(packetId);
    },
  };
}
