// The MQTT engine, narrowed: what devices publish goes to ingest and is never fanned out over MQTT, so no slow
// subscriber can hold it up; only what the server itself publishes (commands) reaches subscribers.
import { Aedes, type AedesOptions, type Client, type PublishPacket } from 'aedes';

type Done = (error?: Error) => void;

export class CommandBroker extends Aedes {
  constructor(options: AedesOptions) {
    // With a bounded concurrency a subscriber that stops reading and leaves ends the process (RangeError in mqemitter).
    super({ ...options, concurrency: 0 });
  }

  override publish(packet: PublishPacket, clientOrDone: Client | Done | null, done?: Done): void {
    if (typeof clientOrDone === 'function' || clientOrDone === null)
      super.publish(packet, (clientOrDone ?? done) as Done);
    else done?.();
  }
}
