// A client that writes bytes and reads bytes, and knows nothing of MQTT but how to spell a packet.
import { createConnection, type Socket } from 'node:net';

const LIMIT_MS = 5_000;

/** Hex with spaces; 'text' in quotes is its own bytes; s'text' has its two length bytes in front. */
export function bytesOf(spelled: string): Buffer {
  const parts = spelled.match(/s?'[^']*'|[0-9a-f]+/gi) ?? [];
  return Buffer.concat(
    parts.map((part) => {
      if (!part.endsWith("'")) return Buffer.from(part, 'hex');
      const text = Buffer.from(part.slice(part.indexOf("'") + 1, -1), 'utf8');
      return part.startsWith('s') ? field(text) : text;
    }),
  );
}

export const field = (content: Buffer): Buffer =>
  Buffer.concat([Buffer.from([content.length >> 8, content.length & 0xff]), content]);

/** The first byte, the length, and the body behind it. */
export function packet(first: number, ...body: (string | Buffer)[]): Buffer {
  const content = Buffer.concat(body.map((part) => (typeof part === 'string' ? bytesOf(part) : part)));
  const header = [first];
  for (let left = content.length; header.length === 1 || left > 0; left >>= 7) {
    header.push((left & 0x7f) | (left > 0x7f ? 0x80 : 0));
  }
  return Buffer.concat([Buffer.from(header), content]);
}

export const CONNACK = bytesOf('20 02 00 00');

/** CONNECT of MQTT 3.1.1 with these flags, keep alive 10 s, and what follows it. */
export const connect = (flags: number, ...payload: (string | Buffer)[]): Buffer =>
  packet(0x10, "s'MQTT' 04", Buffer.from([flags]), '000a', ...payload);

export class RawClient {
  readonly #socket: Socket;
  #received = Buffer.alloc(0);
  #isClosed = false;
  #wake: () => void = () => {};

  constructor(port: number) {
    this.#socket = createConnection({ host: '127.0.0.1', port, noDelay: true });
    this.#socket.on('data', (chunk: Buffer) => {
      this.#received = Buffer.concat([this.#received, chunk]);
      this.#wake();
    });
    this.#socket.on('error', () => {});
    this.#socket.on('close', () => {
      this.#isClosed = true;
      this.#wake();
    });
  }

  send(bytes: Buffer): void {
    this.#socket.write(bytes);
  }

  /** Takes as many bytes as are asked for; fewer when the connection ends first or the time is up. */
  async receive(count: number): Promise<Buffer> {
    await this.#until(() => this.#received.length >= count);
    const taken = this.#received.subarray(0, count);
    this.#received = this.#received.subarray(taken.length);
    return taken;
  }

  /** Whether the server closed the connection, with nothing more to say. */
  async isClosed(): Promise<boolean> {
    await this.#until(() => false);
    return this.#isClosed && this.#received.length === 0;
  }

  /** Whether a ping is answered. */
  async isAlive(): Promise<boolean> {
    this.send(bytesOf('c000'));
    return (await this.receive(2)).equals(bytesOf('d000'));
  }

  /** What the server sends from now on stays in the network. */
  stopReading(): void {
    this.#socket.pause();
  }

  destroy(): void {
    this.#socket.destroy();
  }

  async #until(isDone: () => boolean): Promise<void> {
    let isLate = false;
    const late = setTimeout(() => {
      isLate = true;
      this.#wake();
    }, LIMIT_MS);
    while (!isDone() && !this.#isClosed && !isLate) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    clearTimeout(late);
  }
}
