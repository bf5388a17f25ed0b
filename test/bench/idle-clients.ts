// Connections that sign in and then say nothing but a ping when they are asked to.
import type { Socket } from 'node:net';
import { answer } from './child.ts';
import { connectDevice } from './mqtt-device.ts';

/** As many sign in at once; more would wait in the backlog of the door. */
const AT_ONCE = 100;
const PINGREQ = Buffer.from([0xc0, 0]);
const ANSWER_WITHIN_MS = 10_000;

const sockets: Socket[] = [];

async function connect({ port, count }: { port: number; count: number }): Promise<void> {
  while (sockets.length < count) {
    const first = sockets.length + 1;
    const names = Array.from({ length: Math.min(AT_ONCE, count - sockets.length) }, (_, i) => `dev-${first + i}`);
    const opened = await Promise.all(names.map((name) => connectDevice(port, name)));
    for (const socket of opened) sockets.push(socket.on('error', () => {}));
  }
}

function answersPing(socket: Socket): Promise<boolean> {
  return new Promise((resolve) => {
    const late = setTimeout(() => resolve(false), ANSWER_WITHIN_MS);
    socket.once('data', () => {
      clearTimeout(late);
      resolve(true);
    });
    socket.write(PINGREQ);
  });
}

answer({
  connect,
  /** How many of them are there and served. */
  alive: async () => (await Promise.all(sockets.map(answersPing))).filter(Boolean).length,
});
