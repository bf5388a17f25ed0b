// One device of a load generator as a plain socket: encodes publishes by patching a template and reads acknowledgements,
// so that on two cores the generator costs as little as possible. When it publishes is for others to say.
import { createConnection, type Socket } from 'node:net';
import { generate } from 'mqtt-packet';
import { telemetryTopic } from '../../src/contracts/topics.ts';

export interface Telemetry {
  metrics: number;
  /** Time of its first message; each further one is a second later. */
  startMs: number;
}

const TS_DIGITS = 13;
const PUBACK = 0x40;
const PUBACK_BYTES = 4;
const PINGRESP = 0xd0;
const PING_BYTES = 2;
const PINGREQ = Buffer.from([0xc0, 0]);

export class MqttDevice {
  readonly socket: Socket;
  onAcknowledged: (id: number) => void = () => {};
  /** Called once for all acknowledgements that came together. */
  onRead: () => void = () => {};
  unansweredPings = 0;
  readonly #template: Buffer;
  readonly #tsAt: number;
  readonly #idAt: number;
  #nextTs: number;
  #rest: Buffer | null = null;

  constructor(socket: Socket, name: string, { metrics, startMs }: Telemetry) {
    this.socket = socket;
    this.#nextTs = startMs;
    const values = Array.from({ length: metrics }, (_, i) => `"m${i}":${(20 + Math.random() * 60).toFixed(3)}`);
    const payload = `{"ts":${startMs},"values":{${values.join(',')}}}`;
    const topic = telemetryTopic(name);
    this.#template = generate({ cmd: 'publish', topic, payload, qos: 1, messageId: 1, dup: false, retain: false });
    this.#tsAt = this.#template.length - payload.length + '{"ts":'.length;
    this.#idAt = this.#template.length - payload.length - 2;
    socket.on('data', (chunk) => this.#onBytes(chunk));
  }

  /** The next message, to be written under this packet id. */
  next(id: number): Buffer {
    const packet = Buffer.from(this.#template);
    packet.write(String(this.#nextTs), this.#tsAt, TS_DIGITS, 'latin1');
    packet.writeUInt16BE(id, this.#idAt);
    this.#nextTs += 1_000;
    return packet;
  }

  ping(): void {
    this.unansweredPings += 1;
    this.socket.write(PINGREQ);
  }

  #onBytes(chunk: Buffer): void {
    const bytes = this.#rest ? Buffer.concat([this.#rest, chunk]) : chunk;
    let at = 0;
    while (at < bytes.length) {
      const length = bytes[at] === PINGRESP ? PING_BYTES : PUBACK_BYTES;
      if (bytes[at] !== PINGRESP && bytes[at] !== PUBACK)
        throw new Error(`not a PUBACK: ${bytes.toString('hex', at, at + PUBACK_BYTES)}`);
      if (at + length > bytes.length) break;
      if (length === PING_BYTES) this.unansweredPings = 0;
      else this.onAcknowledged(bytes.readUInt16BE(at + 2));
      at += length;
    }
    this.#rest = at < bytes.length ? bytes.subarray(at) : null;
    this.onRead();
  }
}

export async function connectDevice(port: number, name: string): Promise<Socket> {
  const socket = createConnection({ host: '127.0.0.1', port, noDelay: true });
  const connect = {
    cmd: 'connect',
    protocolId: 'MQTT',
    protocolVersion: 4,
    clean: true,
    clientId: name,
    keepalive: 0,
    username: name,
    password: Buffer.from('token'),
  } as const;
  socket.write(generate(connect));
  const connack = await new Promise<Buffer>((resolve, reject) => socket.once('data', resolve).once('error', reject));
  if (connack[3] !== 0) throw new Error(`sign-in of ${name} refused: ${connack.toString('hex')}`);
  return socket;
}
