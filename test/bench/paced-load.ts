// A fleet that publishes at a given rate whatever becomes of it: a message is due at its time, waits in its device while
// the device has enough in flight, and its latency counts from when it was due.
import { answer } from './child.ts';
import { Latencies } from './latencies.ts';
import { connectDevice, MqttDevice, type Telemetry } from './mqtt-device.ts';

export interface PaceOptions extends Telemetry {
  port: number;
  devices: number;
  /** Most publishes of a device that wait for their acknowledgement. */
  inFlight: number;
  ratePerS: number;
}

export interface Progress {
  due: number;
  acknowledged: number;
  /** Connections that ended, or on which pings went unanswered. */
  dropped: number;
  ackP50Ms: number;
  ackP95Ms: number;
  ackP99Ms: number;
}

const TICK_MS = 1;
const PING_EVERY_MS = 5_000;
const PINGS_UNTIL_DROPPED = 3;

const latencies = new Latencies();
const fleet: { device: MqttDevice; due(atMs: number): void }[] = [];
let due = 0;
let acknowledged = 0;
let ended = 0;
let timers: NodeJS.Timeout[] = [];

function paced(device: MqttDevice, inFlight: number): (atMs: number) => void {
  const free = Array.from({ length: inFlight }, (_, i) => i + 1);
  const dueAt = new Float64Array(inFlight + 1);
  let waiting: number[] = [];
  const send = (atMs: number): void => {
    const id = free.pop() as number;
    dueAt[id] = atMs;
    device.socket.write(device.next(id));
  };
  device.onAcknowledged = (id) => {
    acknowledged += 1;
    latencies.note(performance.now() - (dueAt[id] as number));
    free.push(id);
  };
  device.onRead = () => {
    if (waiting.length === 0) return;
    const sent = waiting.slice(0, free.length);
    waiting = waiting.slice(sent.length);
    device.socket.cork();
    for (const atMs of sent) send(atMs);
    device.socket.uncork();
  };
  return (atMs) => {
    if (free.length > 0 && waiting.length === 0) send(atMs);
    else waiting.push(atMs);
  };
}

async function start(options: PaceOptions): Promise<void> {
  for (let i = 1; i <= options.devices; i++) {
    const socket = await connectDevice(options.port, `dev-${i}`);
    socket.on('error', () => {}).on('close', () => void (ended += 1));
    const device = new MqttDevice(socket, `dev-${i}`, options);
    fleet.push({ device, due: paced(device, options.inFlight) });
  }
  const startedMs = performance.now();
  const tick = (): void => {
    const until = Math.floor(((performance.now() - startedMs) / 1000) * options.ratePerS);
    for (; due < until; due++) fleet[due % fleet.length]?.due(startedMs + (due / options.ratePerS) * 1000);
  };
  const ping = (): void => {
    for (const { device } of fleet) device.ping();
  };
  timers = [setInterval(tick, TICK_MS), setInterval(ping, PING_EVERY_MS)];
}

function progress(): Progress {
  const silent = fleet.filter(({ device }) => device.unansweredPings >= PINGS_UNTIL_DROPPED).length;
  return {
    due,
    acknowledged,
    dropped: ended + silent,
    ackP50Ms: latencies.quantileMs(0.5),
    ackP95Ms: latencies.quantileMs(0.95),
    ackP99Ms: latencies.quantileMs(0.99),
  };
}

answer({
  start,
  progress: async () => progress(),
  clear: async () => latencies.clear(),
  /** No message is due any more; resolves when all are acknowledged. */
  async finish(): Promise<Progress> {
    for (const timer of timers) clearInterval(timer);
    while (acknowledged < due && ended === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const report = progress();
    for (const { device } of fleet) device.socket.destroy();
    return report;
  },
});
