// The doors: TCP, TLS and WebSocket. Each hands plain byte streams to the broker; none of them speaks MQTT.
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer as createTcpServer, type Server } from 'node:net';
import type { Duplex } from 'node:stream';
import { createWebSocketStream, WebSocketServer } from 'ws';
import type { CertificateRefusal, ShownCertificate } from './client-certificate.ts';
import { createTlsDoor, type TrustedClients } from './tls-door.ts';

export interface ListenOn {
  host: string;
  /** 0 takes any free port. */
  port: number;
}

export interface Certificate {
  key: Buffer | string;
  cert: Buffer | string;
}

export interface BrokerPorts {
  tcp?: ListenOn;
  /** With `clients`, a device may show a certificate instead of its token. */
  tls?: ListenOn & Certificate & { clients?: TrustedClients };
  /** With a certificate it is `wss`. */
  ws?: ListenOn & Partial<Certificate>;
}

export type Door = keyof BrokerPorts;

/** Where each port is configured, to name it in an error. */
const VARIABLES: Record<Door, string> = {
  tcp: 'STETHOS_MQTT_PORT',
  tls: 'STETHOS_MQTTS_PORT',
  ws: 'STETHOS_MQTT_WS_PORT',
};

export class ListenError extends Error {
  readonly port: number;
  readonly variable: string;

  constructor(door: Door, port: number, cause: NodeJS.ErrnoException) {
    const variable = VARIABLES[door];
    const why =
      cause.code === 'EADDRINUSE'
        ? 'is in use by another program'
        : `cannot be opened (${cause.code ?? cause.message})`;
    super(`Port ${port} ${why}: stop that program or set ${variable} to another port`, { cause });
    this.name = 'ListenError';
    this.port = port;
    this.variable = variable;
  }
}

export interface OpenDoor {
  door: Door;
  port: number;
  close(): Promise<void>;
  /** Takes a new revocation list; only where certificates are asked for. */
  trust?(clients: TrustedClients): void;
}

export interface DoorOptions {
  onStream: (stream: Duplex, certificate?: ShownCertificate) => void;
  onRefused: (refusal: CertificateRefusal | 'tls-handshake') => void;
  maxConnections: number;
  maxPacketBytes: number;
}

async function listen(door: Door, server: Server, { host, port }: ListenOn, maxConnections: number): Promise<OpenDoor> {
  server.maxConnections = maxConnections;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(new ListenError(door, port, error)));
    server.listen({ host, port, backlog: 1024 }, resolve);
  });
  const address = server.address();
  return {
    door,
    port: typeof address === 'object' && address ? address.port : port,
    close: () => new Promise((resolve) => void server.close(() => resolve())),
  };
}

function webSocketServer({ key, cert }: Partial<Certificate>, { onStream, maxPacketBytes }: DoorOptions): Server {
  const server = key && cert ? createHttpsServer({ key, cert }) : createHttpServer();
  // MQTT-6.0.0-3: the subprotocol is `mqtt`.
  const handleProtocols = (offered: Set<string>): string | false => (offered.has('mqtt') ? 'mqtt' : false);
  const sockets = new WebSocketServer({
    server,
    handleProtocols,
    maxPayload: maxPacketBytes,
    perMessageDeflate: false,
  });
  sockets.on('connection', (socket) => onStream(createWebSocketStream(socket)));
  // The server's own error event is answered in `listen`; the WebSocket layer only repeats it.
  sockets.on('error', () => {});
  return server;
}

/** Opens every configured door, or none: a port that cannot be opened closes those before it. */
export async function openDoors(ports: BrokerPorts, options: DoorOptions): Promise<OpenDoor[]> {
  const { onStream, maxConnections } = options;
  const open: OpenDoor[] = [];
  try {
    const { tcp, tls, ws } = ports;
    if (tcp)
      open.push(
        await listen(
          'tcp',
          createTcpServer({ noDelay: true }, (socket) => onStream(socket)),
          tcp,
          maxConnections,
        ),
      );
    if (tls) {
      const { server, trust } = createTlsDoor({ ...tls, ...options });
      open.push({ ...(await listen('tls', server, tls, maxConnections)), trust });
    }
    if (ws) open.push(await listen('ws', webSocketServer(ws, options), ws, maxConnections));
    return open;
  } catch (error) {
    await Promise.all(open.map((door) => door.close()));
    throw error;
  }
}
