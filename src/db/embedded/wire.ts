// Serves the embedded database's one session over the PostgreSQL wire protocol on a Unix socket, to one client at a
// time: a new connection takes the place of the one before and finds the session clean.
import { type Server, type Socket, createServer } from 'node:net';

/** Answers one message of the protocol; synchronous, because the database runs in this very thread. */
export type AnswerMessage = (message: Uint8Array) => Uint8Array;

const SSL_REQUEST = 80877103;
const GSS_REQUEST = 80877104;
const PROTOCOL_3 = 196608;

/** After these the client waits for an answer: Sync, Query, Flush. */
const ANSWERED_AT = new Set(['S', 'Q', 'H']);
const TERMINATE = 'X';

/** What a lost connection left open in the session, and what the build set for its own start, is put right. */
const SESSION_RESET = [
  'ROLLBACK',
  'DISCARD ALL',
  'SET search_path = public',
  'SET enable_seqscan = on',
  'SET allow_system_table_mods = off',
];

function frame(type: string, ...parts: (string | number)[]): Buffer {
  const body = Buffer.concat(
    parts.map((part) => {
      if (typeof part === 'string') return Buffer.from(`${part}\0`);
      const int = Buffer.alloc(4);
      int.writeInt32BE(part);
      return int;
    }),
  );
  const head = Buffer.alloc(5);
  head.write(type, 'latin1');
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

/** AuthenticationOk, the parameters a client reads, BackendKeyData and ReadyForQuery: the folder's mode is the door. */
const greeting = (): Buffer =>
  Buffer.concat([
    frame('R', 0),
    frame('S', 'server_version', '17.5'),
    frame('S', 'server_encoding', 'UTF8'),
    frame('S', 'client_encoding', 'UTF8'),
    frame('S', 'standard_conforming_strings', 'on'),
    frame('S', 'integer_datetimes', 'on'),
    frame('K', 0, 0),
    Buffer.from('Z\0\0\0\x05I', 'latin1'),
  ]);

/** Cuts a stream of bytes into messages. The first message of a connection has no type byte. */
export class MessageReader {
  private chunks: Buffer[] = [];
  private size = 0;

  push(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.size += chunk.length;
  }

  /** The next whole message, else undefined. */
  take(isStartup: boolean): Buffer | undefined {
    const lengthAt = isStartup ? 0 : 1;
    const length = this.lengthField(lengthAt);
    if (length === undefined || this.size < lengthAt + length) return undefined;
    const all = this.chunks.length === 1 && this.chunks[0] ? this.chunks[0] : Buffer.concat(this.chunks);
    const end = lengthAt + length;
    this.chunks = end < all.length ? [all.subarray(end)] : [];
    this.size -= end;
    return all.subarray(0, end);
  }

  private lengthField(at: number): number | undefined {
    if (this.size < at + 4) return undefined;
    // Joined only when the first chunk is cut within its first bytes, so that a long message is joined once.
    if ((this.chunks[0]?.length ?? 0) < at + 4) this.chunks = [Buffer.concat(this.chunks)];
    return this.chunks[0]?.readInt32BE(at);
  }
}

/** Handles one connection; `onBroken` is told when the database itself threw, after which it cannot be trusted. */
function attach(socket: Socket, answer: AnswerMessage, onBroken: (error: unknown) => void): void {
  const reader = new MessageReader();
  let hasStarted = false;
  let answers: Buffer[] = [];

  const send = (): void => {
    const reply = Buffer.concat(answers);
    answers = [];
    if (reply.length > 0) socket.write(reply);
  };

  function start(message: Buffer): void {
    const code = message.readInt32BE(4);
    if (code === SSL_REQUEST || code === GSS_REQUEST) {
      socket.write('N');
      return;
    }
    if (code !== PROTOCOL_3) {
      socket.destroy();
      return;
    }
    for (const statement of SESSION_RESET) answer(frame('Q', statement));
    hasStarted = true;
    socket.write(greeting());
  }

  function receive(message: Buffer): void {
    const type = String.fromCharCode(message[0] ?? 0);
    if (type === TERMINATE) {
      socket.end();
      return;
    }
    // The answer lies in memory that the next message overwrites.
    answers.push(Buffer.from(answer(message)));
    if (ANSWERED_AT.has(type)) send();
  }

  socket.on('data', (chunk) => {
    reader.push(chunk);
    try {
      for (let message = reader.take(!hasStarted); message; message = reader.take(!hasStarted)) {
        if (hasStarted) receive(message);
        else start(message);
      }
    } catch (error) {
      socket.destroy();
      onBroken(error);
    }
  });
  socket.on('error', () => socket.destroy());
}

export async function serveWire(
  socketPath: string,
  answer: AnswerMessage,
  onBroken: (error: unknown) => void,
): Promise<Server> {
  let current: Socket | undefined;
  const server = createServer((socket) => {
    current?.destroy();
    current = socket;
    attach(socket, answer, onBroken);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(socketPath, resolve);
  });
  return server;
}
