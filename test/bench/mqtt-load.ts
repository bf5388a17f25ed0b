// A fleet as plain sockets: every device keeps a fixed number of QoS 1 publishes in flight. Encodes by patching a
// template, so that on two cores the generator costs as little as possible.
import { createConnection, type Socket } from 'node:net';
import { generate } from 'mqtt-packet';
import { telemetryTopic } from '../../src/contracts/topics.ts';
import { answer } from './child.ts';

export interface LoadOptions {
  port: number;
  devices: number;
  inFlight: number;
  metrics: number;
  seconds: number;
  startMs: number;
}

export interface LoadReport {
  acknowledged: number;
  seconds: number;
  ackP50Ms: number;
  ackP99Ms: number;
}

const STEP_MS = 0.1;
const TS_DIGITS = 13;
const PUBACK_BYTES = 4;

class Device {
  readonly #socket: Socket;
  readonly #template: Buffer;
  readonly #tsAt: number;
  readonly #idAt: number;
  readonly #sentAt: Float64Array;
  readonly #tally: Tally;
  #nextTs: number;
  #rest: Buffer | null = null;

  constructor(socket: Socket, name: string, { inFlight, metrics, startMs }: LoadOptions, tally: Tally) {
    this.#socket = socket;
    this.#tally = tally;
    this.#sentAt = new Float64Array(inFlight + 1);
    this.#nextTs = startMs;
    const values = Array.from({ length: metrics }, (_, i) => `"m${i}":${(20 + Math.random() * 60).toFixed(3)}`);
    const payload = `{"ts":${startMs},"values":{${values.join(',')}}}`;
    const topic = telemetryTopic(name);
    this.#template = generate({ cmd: 'publish', topic, payload, qos: 1, messageId: 1, dup: false, retain: false });
    this.#tsAt = this.#template.length - payload.length + '{"ts":'.length;
    this.#idAt = this.#template.length - payload.length - 2;
    socket.on('data', (chunk) => this.#onBytes(chunk));
  }

  start(): void {
    const first = Array.from({ length: this.#sentAt.length - 1 }, (_, i) => this.#next(i + 1));
    this.#socket.write(Buffer.concat(first));
  }

  #next(id: number): Buffer {
    const packet = Buffer.from(this.#template);
    packet.write(String(this.#nextTs), this.#tsAt, TS_DIGITS, 'latin1');
    packet.writeUInt16BE(id, this.#idAt);
    this.#nextTs += 1_000;
    this.#sentAt[id] = performance.now();
    this.#tally.sent += 1;
    return packet;
  }

  #onBytes(chunk: Buffer): void {
    const bytes = this.#rest ? Buffer.concat([this.#rest, chunk]) : chunk;
    const whole = bytes.length - (bytes.length % PUBACK_BYTES);
    this.#rest = whole < bytes.length ? bytes.subarray(whole) : null;
    const now = performance.now();
    const packets: Buffer[] = [];
    for (let at = 0; at < whole; at += PUBACK_BYTES) {
      if (bytes[at] !== 0x40) throw new Error(`not a PUBACK: ${bytes.toString('hex', at, at + PUBACK_BYTES)}`);
      const id = bytes.readUInt16BE(at + 2);
      this.#tally.note(now - (this.#sentAt[id] as number));
      if (this.#tally.isOn) packets.push(this.#next(id));
    }
    if (packets.length > 0) this.#socket.write(packets.length === 1 ? (packets[0] as Buffer) : Buffer.concat(packets));
  }
}

class Tally {
  readonly #buckets = new Uint32Array(200_000);
  isOn = true;
  sent = 0;
  acknowledged = 0;

  note(latencyMs: number): void {
    this.acknowledged += 1;
    const bucket = Math.min(this.#buckets.length - 1, Math.floor(latencyMs / STEP_MS));
    this.#buckets[bucket] = (this.#buckets[bucket] as number) + 1;
  }

  quantile(share: number): number {
    let left = this.acknowledged * share;
    const bucket = this.#buckets.findIndex((count) => (left -= count) <= 0);
    return Math.round(bucket * STEP_MS * 10) / 10;
  }
}

async function connect(port: number, name: string): Promise<Socket> {
  const socket = createConnection({ host: '127.0.0.1', port, noDelay: true });
  socket.write(
    generate({
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: 4,
      clean: true,
      clientId: name,
      keepalive: 0,
      username: name,
      password: Buffer.from('token'),
    }),
  );
  const connack = await new Promise<Buffer>((resolve, reject) => socket.once('data', resolve).once('error', reject));
  if (connack[3] !== 0) throw new Error(`sign-in of ${name} refused: ${connack.toString('hex')}`);
  return socket;
}

async function load(options: LoadOptions): Promise<LoadReport> {
  const tally = new Tally();
  const sockets: Socket[] = [];
  const fleet: Device[] = [];
  for (let i = 1; i <= options.devices; i++) {
    const socket = await connect(options.port, `dev-${i}`);
    sockets.push(socket);
    fleet.push(new Device(socket, `dev-${i}`, options, tally));
  }
  const started = performance.now();
  for (const device of fleet) device.start();
  await new Promise((resolve) => setTimeout(resolve, options.seconds * 1000));
  tally.isOn = false;
  while (tally.acknowledged < tally.sent) await new Promise((resolve) => setTimeout(resolve, 5));
  const seconds = (performance.now() - started) / 1000;
  for (const socket of sockets) socket.destroy();
  return { acknowledged: tally.acknowledged, seconds, ackP50Ms: tally.quantile(0.5), ackP99Ms: tally.quantile(0.99) };
}

answer({ load });
