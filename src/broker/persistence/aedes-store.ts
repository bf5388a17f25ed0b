// The sessions as aedes asks for them. aedes answers the protocol and calls its store for state; it neither queues nor
// delivers here: what it would store after an acknowledgement is stored before it, by `Sessions.publish`.
import { Readable } from 'node:stream';
import type { Client, ConnectPacket } from 'aedes';
import type { Numbered } from './handshakes.ts';
import type { Will } from './ledger.ts';
import type { Sessions } from './sessions.ts';

/**
 * aedes takes a session without subscriptions for none (MQTT-3.2.2-2 does not), so such a session is answered with a
 * filter that no topic can match and that nobody may be granted.
 */
const EMPTY_SESSION = { topic: '\0', qos: 0 } as const;

export const isEmptySessionMark = (filter: string): boolean => filter === EMPTY_SESSION.topic;

type Acknowledgement = Numbered & { cmd?: string };
type WillPacket = NonNullable<ConnectPacket['will']>;

const nothing = (): Readable => Readable.from([]);

const willOf = ({ topic, payload, qos, retain }: WillPacket): Will => ({
  topic,
  payload: Buffer.from(payload),
  qos: qos ?? 0,
  isRetained: retain ?? false,
});

/** aedes names the client of a will that is done by a bare object, the one that signs in by its connection. */
const isConnection = (client: Client | { id: string }): client is Client => 'conn' in client;

export function aedesStore(sessions: Sessions) {
  const { handshakes } = sessions;
  return {
    // aedes insists on its being async.
    async setup(): Promise<void> {},

    async subscriptionsByClient({ id }: { id: string }) {
      const { isNew, subscriptions } = await sessions.restore(id);
      return isNew || subscriptions.length > 0 ? subscriptions : [{ ...EMPTY_SESSION }];
    },
    cleanSubscriptions: ({ id }: Client) => sessions.discard(id),
    // Kept when it was granted; what is refused in the same packet comes along here and must not be.
    async addSubscriptions(): Promise<void> {},
    removeSubscriptions: (client: Client, filters: string[]) => sessions.unsubscribe(client, filters),
    subscriptionsByTopic: async () => [],

    async storeRetained(): Promise<void> {},
    createRetainedStreamCombi: nothing,
    async outgoingEnqueueCombi(): Promise<void> {},
    outgoingStream: nothing,
    async outgoingUpdate(client: Client, { messageId = 0 }: Numbered): Promise<void> {
      await sessions.received(client, messageId);
    },
    async outgoingClearMessageId(client: Client, { messageId = 0, cmd }: Acknowledgement): Promise<void> {
      sessions.acknowledged(client, messageId, cmd === 'pubcomp');
    },

    async incomingGetPacket(client: Client, packet: Numbered): Promise<Numbered> {
      if (handshakes.isTaken(client, packet)) return packet;
      throw new Error('a packet id that is not taken');
    },
    incomingStorePacket: (client: Client, packet: Numbered) => handshakes.store(client, packet),
    incomingDelPacket: (client: Client, packet: Numbered) => handshakes.release(client, packet),
    async cleanIncoming(): Promise<void> {},

    putWill: (client: Client, will: WillPacket) => sessions.putWill(client, willOf(will)),
    async delWill(client: Client | { id: string }): Promise<void> {
      // aedes leaves a rejection of this to nobody; the will that follows is refused in its place.
      if (isConnection(client)) await sessions.putWill(client, null).catch(() => {});
      else sessions.dropWill(client.id);
    },
    streamWill: nothing,
  };
}
