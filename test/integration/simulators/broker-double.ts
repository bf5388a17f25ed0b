// A plain MQTT broker for the simulators' tests that keeps what it acknowledged and can be unplugged: it holds back
// PUBACKs, drops its connections, or refuses a token.
import { createServer, type Server, type Socket } from 'node:net';
import { Aedes, type AuthenticateError } from 'aedes';

export interface BrokerDouble {
  url: string;
  port: number;
  received: { topic: string; payload: string; device: string }[];
  /** Every connection ends, and new ones are refused for this long. */
  unplug(forMs: number): Promise<void>;
  /** Publishes are answered only after this long. */
  answerAfter(ms: number): void;
  close(): Promise<void>;
}

export async function startBroker(token: string, port = 0): Promise<BrokerDouble> {
  const received: BrokerDouble['received'] = [];
  let delayMs = 0;
  const aedes = await Aedes.createBroker();
  aedes.authenticate = (_client, _username, password, done) => {
    if (password?.toString() === token) return done(null, true);
    return done(Object.assign<Error, Pick<AuthenticateError, 'returnCode'>>(new Error('no'), { returnCode: 4 }), false);
  };
  aedes.authorizePublish = (client, packet, done) => {
    const message = { topic: packet.topic, payload: packet.payload.toString(), device: client?.id ?? '' };
    setTimeout(() => {
      received.push(message);
      done(null);
    }, delayMs);
  };
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    aedes.handle(socket);
  });
  const listen = (at: number): Promise<void> => new Promise((resolve) => server.listen(at, '127.0.0.1', resolve));
  const stopListening = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  await listen(port);
  const bound = (server.address() as { port: number }).port;
  return {
    url: `mqtt://127.0.0.1:${bound}`,
    port: bound,
    received,
    async unplug(forMs) {
      await stopListening();
      await new Promise((resolve) => setTimeout(resolve, forMs));
      await listen(bound);
    },
    answerAfter: (ms) => void (delayMs = ms),
    async close() {
      await stopListening();
      await new Promise<void>((resolve) => aedes.close(() => resolve()));
    },
  };
}
