// aedes, narrowed: it answers the protocol and delivers nothing. What clients publish goes where the policy says, so no
// slow subscriber can hold it up.
import { Aedes, type AedesOptions, type Client, type PublishPacket } from 'aedes';

type Done = (error?: Error) => void;

/** Where aedes looks up what a PUBACK or PUBCOMP settles; the rest of it is no concern here. */
interface SessionStore {
  outgoingClearMessageId(client: Client, packet: { messageId?: number }): Promise<unknown>;
}

export interface CommandBrokerOptions extends AedesOptions {
  /** Whether an acknowledgement of this client settles a message that went past its session's queue. */
  onAcknowledged: (clientId: string, packetId: number) => boolean;
}

export class CommandBroker extends Aedes {
  declare persistence: SessionStore;
  readonly #onAcknowledged: CommandBrokerOptions['onAcknowledged'];

  constructor({ onAcknowledged, ...options }: CommandBrokerOptions) {
    // With a bounded concurrency a subscriber that stops reading and leaves ends the process (RangeError in mqemitter).
    super({ ...options, concurrency: 0 });
    this.#onAcknowledged = onAcknowledged;
  }

  /** aedes tells its store of every acknowledgement, and nobody else of one it has no message for. */
  override async listen(): Promise<void> {
    await super.listen();
    const store = this.persistence;
    const clear = store.outgoingClearMessageId.bind(store);
    store.outgoingClearMessageId = async (client, packet) =>
      packet.messageId !== undefined && this.#onAcknowledged(client.id, packet.messageId)
        ? undefined
        : clear(client, packet);
  }

  override publish(packet: PublishPacket, clientOrDone: Client | Done | null, done?: Done): void {
    if (typeof clientOrDone === 'function' || clientOrDone === null)
      super.publish(packet, (clientOrDone ?? done) as Done);
    else done?.();
  }
}
