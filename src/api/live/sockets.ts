// The socket server itself: who may connect, how much a socket may lag behind, and for how long a session counts.
import type { Server as HttpServer } from 'node:http';
import type { FastifyBaseLogger } from 'fastify';
import { type DefaultEventsMap, Server, type Socket } from 'socket.io';
import type { Principal } from '../../contracts/access.ts';
import type { ClientToServer, ServerToClient } from '../../contracts/live.ts';
import type { Sessions } from '../ports.ts';

interface SignedIn {
  principal: Principal;
  token: string;
}
type SessionReads = Pick<Sessions, 'authenticate'>;
export type LiveSocket = Socket<ClientToServer, ServerToClient, DefaultEventsMap, SignedIn>;
export type SocketServer = Server<ClientToServer, ServerToClient, DefaultEventsMap, SignedIn>;

const CONNECTION_LIMIT = 2000;
const MESSAGE_LIMIT_BYTES = 16 * 1024;
/** Changes a socket may be behind (handed to it, not taken by the network) before it is dropped to resume later. */
const BEHIND_LIMIT = 1000;

export function createSocketServer(server: HttpServer, sessions: SessionReads): SocketServer {
  const io = new Server<ClientToServer, ServerToClient, DefaultEventsMap, SignedIn>(server, {
    serveClient: false,
    maxHttpBufferSize: MESSAGE_LIMIT_BYTES,
    connectTimeout: 10_000,
    allowRequest: (_request, decide) => decide(null, io.engine.clientsCount < CONNECTION_LIMIT),
  });
  // Only `/live` is there; the default namespace takes nobody.
  io.use((_socket, decide) => decide(new Error('not-found')));
  io.of('/live').use((socket, decide) => void admit(socket, sessions).then(decide));
  return io;
}

/** Nothing when the socket is let in, else the error its client is told. */
async function admit(socket: LiveSocket, sessions: SessionReads): Promise<Error | undefined> {
  const token: unknown = socket.handshake.auth.token;
  if (typeof token !== 'string' || token.length > 512) return new Error('not-signed-in');
  try {
    const principal = await sessions.authenticate(token);
    if (!principal) return new Error('not-signed-in');
    Object.assign(socket.data, { principal, token });
    return undefined;
  } catch {
    return new Error('database-away');
  }
}

/** Sends, and counts what the network has not taken: `drain` tells when engine.io has handed everything on. */
export function senderFor(socket: LiveSocket, log: FastifyBaseLogger): ServerToClient['change'] {
  let behind = 0;
  socket.conn.on('drain', () => {
    behind = 0;
  });
  return (change) => {
    behind += 1;
    if (behind <= BEHIND_LIMIT) socket.emit('change', change);
    else if (socket.connected) {
      log.warn({ behind }, 'a live connection was too slow and is dropped; it resumes by itself');
      socket.conn.close(true);
    }
  };
}

/** Cuts off whoever's session has ended or whose role or view has changed: they sign in again. */
export async function checkSessions(
  sockets: readonly LiveSocket[],
  sessions: SessionReads,
  log: FastifyBaseLogger,
): Promise<void> {
  for (const socket of sockets) {
    try {
      const principal = await sessions.authenticate(socket.data.token);
      const isSame = JSON.stringify(principal) === JSON.stringify(socket.data.principal);
      if (!isSame) socket.disconnect(true);
    } catch (error) {
      log.warn({ err: error }, 'a live session could not be checked; it is checked again');
    }
  }
}
