// One device gone mad: it publishes as fast as its socket takes it, waits for nothing, and never stops by itself.
import type { Socket } from 'node:net';
import { answer } from './child.ts';
import { connectDevice, MqttDevice } from './mqtt-device.ts';

interface FloodOptions {
  port: number;
  name: string;
  startMs: number;
}

const MESSAGES_AT_ONCE = 200;
const MAX_PACKET_ID = 65_535;

let socket: Socket | null = null;
let acknowledged = 0;
let sent = 0;
let startMs = 0;

async function start({ port, name, ...options }: FloodOptions): Promise<void> {
  // Each flood begins where the last one ended: a reading that is stored already would cost less.
  startMs = Math.max(startMs, options.startMs) + sent * 1_000;
  socket = await connectDevice(port, name);
  const device = new MqttDevice(socket, name, { metrics: 1, startMs });
  device.onAcknowledged = () => void (acknowledged += 1);
  const open = socket.on('error', () => {}).on('close', () => (socket = null));
  const flood = (): void => {
    while (socket === open) {
      const packets = Array.from({ length: MESSAGES_AT_ONCE }, () => device.next((sent++ % MAX_PACKET_ID) + 1));
      if (!open.write(Buffer.concat(packets))) break;
    }
  };
  open.on('drain', flood);
  flood();
}

answer({
  start,
  stop: async () => void socket?.destroy(),
  acknowledged: async () => acknowledged,
});
