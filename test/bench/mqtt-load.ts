// A fleet that publishes as fast as it may: every device keeps a fixed number of QoS 1 publishes in flight.
import type { Socket } from 'node:net';
import { answer } from './child.ts';
import { Latencies } from './latencies.ts';
import { connectDevice, MqttDevice, type Telemetry } from './mqtt-device.ts';

export interface LoadOptions extends Telemetry {
  port: number;
  devices: number;
  inFlight: number;
  seconds: number;
}

export interface LoadReport {
  acknowledged: number;
  seconds: number;
  ackP50Ms: number;
  ackP99Ms: number;
}

interface Tally {
  latencies: Latencies;
  isOn: boolean;
  sent: number;
}

function keepInFlight(device: MqttDevice, inFlight: number, tally: Tally): () => void {
  const sentAt = new Float64Array(inFlight + 1);
  let packets: Buffer[] = [];
  const add = (id: number): void => {
    sentAt[id] = performance.now();
    tally.sent += 1;
    packets.push(device.next(id));
  };
  const flush = (): void => {
    if (packets.length > 0) device.socket.write(packets.length === 1 ? (packets[0] as Buffer) : Buffer.concat(packets));
    packets = [];
  };
  device.onAcknowledged = (id) => {
    tally.latencies.note(performance.now() - (sentAt[id] as number));
    if (tally.isOn) add(id);
  };
  device.onRead = flush;
  return () => {
    for (let id = 1; id <= inFlight; id++) add(id);
    flush();
  };
}

async function load(options: LoadOptions): Promise<LoadReport> {
  const tally: Tally = { latencies: new Latencies(), isOn: true, sent: 0 };
  const sockets: Socket[] = [];
  const starts: (() => void)[] = [];
  for (let i = 1; i <= options.devices; i++) {
    const socket = await connectDevice(options.port, `dev-${i}`);
    sockets.push(socket);
    starts.push(keepInFlight(new MqttDevice(socket, `dev-${i}`, options), options.inFlight, tally));
  }
  const started = performance.now();
  for (const start of starts) start();
  await new Promise((resolve) => setTimeout(resolve, options.seconds * 1000));
  tally.isOn = false;
  const { latencies } = tally;
  while (latencies.count < tally.sent) await new Promise((resolve) => setTimeout(resolve, 5));
  const seconds = (performance.now() - started) / 1000;
  for (const socket of sockets) socket.destroy();
  const { count: acknowledged } = latencies;
  return { acknowledged, seconds, ackP50Ms: latencies.quantileMs(0.5), ackP99Ms: latencies.quantileMs(0.99) };
}

answer({ load });
