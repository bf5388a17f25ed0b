// QoS 2 as the receiver (MQTT-4.3.3): a packet id is taken from PUBLISH to PUBREL, and what comes again meanwhile is the
// same message. The ids of a stored session are in its ledger before PUBREC.
import type { Client } from 'aedes';
import type { Change, Ledger } from './ledger.ts';
import type { SessionTable } from './session-table.ts';

/** A publish or a release of a client; aedes hands the same object to every step. */
export interface Numbered {
  messageId?: number | undefined;
}

export interface Handshakes {
  /** Takes the packet id; false when it is taken, by this very message. */
  begin(client: Client, packet: Numbered): boolean;
  /** The message was not taken after all. */
  abandon(client: Client, packet: Numbered): void;
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
  const first = new WeakSet<Numbered>();

  function keep(client: Client, { messageId: packetId }: Numbered): Change[] {
    if (packetId === undefined) return [];
    const { incoming, isStored, isEnded } = table.of(client);
    const isKept = incoming.get(packetId) === 'kept';
    incoming.set(packetId, 'kept');
    return isKept || !isStored || isEnded ? [] : [{ of: 'incoming', clientId: client.id, packetId, row: true }];
  }

  return {
    begin(client, packet) {
      const { incoming } = table.of(client);
      const packetId = packet.messageId ?? 0;
      if (incoming.has(packetId)) return false;
      incoming.set(packetId, 'fresh');
      first.add(packet);
      return true;
    },
    abandon: (client, { messageId = 0 }) => void table.of(client).incoming.delete(messageId),
    isTaken: (client, packet) => !first.has(packet) && table.of(client).incoming.has(packet.messageId ?? 0),
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
