// A client that sends the packets it is told to and keeps those it gets; it acknowledges nothing by itself.
import { EventEmitter, once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { generate, type IConnectPacket, type IPublishPacket, type Packet, parser } from 'mqtt-packet';

const LIMIT_MS = 10_000;

export class PacketClient {
  readonly packets: Packet[] = [];
  readonly #socket: Socket;
  readonly #arrivals = new EventEmitter();

  constructor(port: number) {
    this.#socket = createConnection({ host: '127.0.0.1', port, noDelay: true });
    const read = parser();
    read.on('packet', (packet) => {
      this.packets.push(packet);
      this.#arrivals.emit('packet');
    });
    this.#socket.on('data', (chunk) => read.parse(chunk)).on('error', () => {});
  }

  /** Signs in and answers whether the server knew the session. */
  async connect(clientId: string, options: Partial<IConnectPacket> = {}): Promise<boolean> {
    const packet = { cmd: 'connect', protocolId: 'MQTT', protocolVersion: 4, clean: false, keepalive: 0 } as const;
    this.send({ ...packet, clientId, ...options });
    return (await this.next('connack')).sessionPresent;
  }

  async subscribe(topic: string, qos: 0 | 1 | 2, messageId = 1): Promise<number> {
    this.send({ cmd: 'subscribe', messageId, subscriptions: [{ topic, qos }] });
    return Number((await this.next('suback')).granted[0]);
  }

  publish(topic: string, payload: string, options: Partial<IPublishPacket> = {}): void {
    const packet = { cmd: 'publish', qos: 1, messageId: 1, dup: false, retain: false } as const;
    this.send({ ...packet, topic, payload, ...options });
  }

  send(packet: Packet): void {
    this.#socket.write(generate(packet));
  }

  /** Takes the next packet of this kind out of what came. */
  async next<Cmd extends Packet['cmd']>(cmd: Cmd): Promise<Extract<Packet, { cmd: Cmd }>> {
    const deadline = AbortSignal.timeout(LIMIT_MS);
    const wanted = (): Packet | undefined => this.packets.find((candidate) => candidate.cmd === cmd);
    while (!wanted()) {
      await once(this.#arrivals, 'packet', { signal: deadline }).catch(() => {
        throw new Error(`no ${cmd} came`);
      });
    }
    const found = wanted() as Packet;
    this.packets.splice(this.packets.indexOf(found), 1);
    return found as Extract<Packet, { cmd: Cmd }>;
  }

  /** What a message says, shortly. */
  async nextMessage(): Promise<{
    topic: string;
    payload: string;
    qos: number;
    dup: boolean;
    retain: boolean;
    id?: number;
  }> {
    const { topic, payload, qos, dup, retain, messageId } = await this.next('publish');
    return { topic, payload: payload.toString(), qos, dup, retain, ...(messageId ? { id: messageId } : {}) };
  }

  count(cmd: Packet['cmd']): number {
    return this.packets.filter((packet) => packet.cmd === cmd).length;
  }

  /** Resolves when everything sent before has been read: PINGRESP comes behind it. */
  async settle(): Promise<void> {
    this.send({ cmd: 'pingreq' });
    await this.next('pingresp');
  }

  pause(): void {
    this.#socket.pause();
  }

  async disconnect(): Promise<void> {
    this.send({ cmd: 'disconnect' });
    await once(this.#socket, 'close');
  }

  destroy(): void {
    this.#socket.destroy();
  }
}
