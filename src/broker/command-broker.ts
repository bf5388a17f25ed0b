// aedes, narrowed: what clients publish is fanned out only where that is wanted. For devices it is not: it goes to
// ingest, so no slow subscriber can hold it up, and only what the server itself publishes reaches subscribers.
import { Aedes, type AedesOptions, type Client, type PublishPacket, type Subscription } from 'aedes';

type Done = (error?: Error) => void;
/** What aedes takes, and its types leave out. */
type PublishFrom = (this: Aedes, packet: PublishPacket, client: Client, done?: Done) => void;

/** Where aedes looks up what a PUBACK or PUBCOMP settles, and keeps filters; the rest of it is no concern here. */
interface SessionStore {
  outgoingClearMessageId(client: Client, packet: { messageId?: number }): Promise<unknown>;
  addSubscriptions(client: Client, subscriptions: Subscription[]): Promise<unknown>;
}

export interface CommandBrokerOptions extends AedesOptions {
  /** Whether an acknowledgement of this client settles a message that went past its session's queue. */
  onAcknowledged: (clientId: string, packetId: number) => boolean;
  /** Whether a filter of a SUBSCRIBE was granted; aedes would keep those that were refused too. */
  isGranted: (client: Client, filter: string) => boolean;
  /** Whether what clients publish goes to subscribers. */
  fansOut: boolean;
}

export class CommandBroker extends Aedes {
  declare persistence: SessionStore;
  readonly #onAcknowledged: CommandBrokerOptions['onAcknowledged'];
  readonly #isGranted: CommandBrokerOptions['isGranted'];
  readonly #fansOut: boolean;

  constructor({ onAcknowledged, isGranted, fansOut, ...options }: CommandBrokerOptions) {
    // With a bounded concurrency a subscriber that stops reading and leaves ends the process (RangeError in mqemitter).
    super({ ...options, concurrency: 0 });
    this.#onAcknowledged = onAcknowledged;
    this.#isGranted = isGranted;
    this.#fansOut = fansOut;
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
    const add = store.addSubscriptions.bind(store);
    store.addSubscriptions = (client, subscriptions) =>
      add(
        client,
        subscriptions.filter(({ topic }) => this.#isGranted(client, topic)),
      );
  }

  override publish(packet: PublishPacket, clientOrDone: Client | Done | null, done?: Done): void {
    if (typeof clientOrDone === 'function' || clientOrDone === null)
      super.publish(packet, (clientOrDone ?? done) as Done);
    else if (this.#fansOut) (super.publish as unknown as PublishFrom).call(this, packet, clientOrDone, done);
    else done?.();
  }
}
