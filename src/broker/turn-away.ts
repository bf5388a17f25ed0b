// Tells those there is no place for that the server is unavailable (CONNACK 3, MQTT-3.2.2.3), as far as that is cheap:
// a few at a time, each for a moment; the others find their connection closed.
import type { Duplex } from 'node:stream';

const CONNECT_FIRST_BYTE = 0x10;
const SERVER_UNAVAILABLE = Buffer.from([0x20, 2, 0, 3]);
/** Those that are being told at once. */
const MAX_TOLD = 100;
const PATIENCE_MS = 2_000;

export function turnAway(): (socket: Duplex) => void {
  let told = 0;
  return (socket) => {
    socket.on('error', () => {});
    if (told >= MAX_TOLD) return void socket.destroy();
    told += 1;
    const patience = setTimeout(() => socket.destroy(), PATIENCE_MS);
    socket.once('close', () => {
      told -= 1;
      clearTimeout(patience);
    });
    socket.once('data', (bytes: Buffer) => {
      if (bytes[0] !== CONNECT_FIRST_BYTE) return void socket.destroy();
      socket.end(SERVER_UNAVAILABLE, () => socket.destroy());
    });
  };
}
