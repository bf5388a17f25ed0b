// The doors: TCP, TLS and WebSocket. Each hands plain byte streams to the broker; none of them speaks MQTT.
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
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

/** A byte stream that came in, and from where. */
export interface Arrival {
  stream: Duplex;
  address: string;
  certificate?: ShownCertificate;
}

export type DoorRefusal = CertificateRefusal | 'tls-handshake' | 'websocket-protocol' | 'websocket-text';

export interface DoorOptions {
  onStream: (arrival: Arrival) => void;
  onRefused: (refusal: DoorRefusal) => void;
  maxConnections: number;
  maxPacketBytes: number;
  /** From the connection to the end of the handshake of TLS or WebSocket. */
  signInMs: number;
}

/** Beyond the limit of connections a few more are let in, to be told so. */
const TURNED_AWAY = 200;
/** TCP asks a peer that has been silent for so long whether it is still there. */
const PROBE_AFTER_MS = 60_000;
const TCP = { noDelay: true, keepAlive: true, keepAliveInitialDelay: PROBE_AFTER_MS } as const;
/** How often connections are looked through for those that do not finish their handshake. */
const LATE_CHECK_MS = 1_000;
/** MQTT-6.0.0-3. */
const SUBPROTOCOL = 'mqtt';
/** A WebSocket message may carry several packets, or parts of them (MQTT-6.0.0-4). */
const PACKETS_PER_MESSAGE = 2;

const addressOf = ({ remoteAddress }: Socket): string => remoteAddress ?? '';

async function listen(door: Door, server: Server, { host, port }: ListenOn, maxConnections: number): Promise<OpenDoor> {
  server.maxConnections = maxConnections + TURNED_AWAY;
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

type WebSocketDoor = Pick<DoorOptions, 'onStream' | 'onRefused' | 'maxPacketBytes' | 'signInMs'>;

function webSocketServer(certificate: Partial<Certificate>, options: WebSocketDoor): Server {
  const { onStream, onRefused, maxPacketBytes, signInMs } = options;
  const { key, cert } = certificate;
  const times = {
    ...TCP,
    headersTimeout: signInMs,
    requestTimeout: signInMs,
    connectionsCheckingInterval: Math.min(signInMs, LATE_CHECK_MS),
  };
  const server =
    key && cert ? createHttpsServer({ ...times, key, cert, handshakeTimeout: signInMs }) : createHttpServer(times);
  const handleProtocols = (offered: Set<string>): string | false => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false);
  const sockets = new WebSocketServer({
    server,
    handleProtocols,
    maxPayload: PACKETS_PER_MESSAGE * maxPacketBytes,
    perMessageDeflate: false,
  });
  sockets.on('connection', (socket, { socket: below }) => {
    const refuse = (refusal: DoorRefusal): void => {
      onRefused(refusal);
      socket.terminate();
    };
    socket.on('error', () => {});
    if (socket.protocol !== SUBPROTOCOL) return refuse('websocket-protocol');
    socket.on('message', (_message, isBinary) => {
      if (!isBinary) refuse('websocket-text'); // MQTT-6.0.0-1
    });
    onStream({ stream: createWebSocketStream(socket), address: addressOf(below) });
  });
  // The server's own error event is answered in `listen`; the WebSocket layer only repeats it.
  sockets.on('error', () => {});
  return server;
}

/** Opens every configured door, or none: a port that cannot be opened closes those before it. */
export async function openDoors(ports: BrokerPorts, options: DoorOptions): Promise<OpenDoor[]> {
  const { onStream, onRefused, maxConnections, signInMs } = options;
  const open: OpenDoor[] = [];
  try {
    const { tcp, tls, ws } = ports;
    if (tcp) {
      const server = createTcpServer(TCP, (socket) => onStream({ stream: socket, address: addressOf(socket) }));
      open.push(await listen('tcp', server, tcp, maxConnections));
    }
    if (tls) {
      const { server, trust } = createTlsDoor({
        ...tls,
        socket: { ...TCP, handshakeTimeout: signInMs },
        onRefused,
        onStream: (socket, certificate) =>
          onStream({ stream: socket, address: addressOf(socket), ...(certificate ? { certificate } : {}) }),
      });
      open.push({ ...(await listen('tls', server, tls, maxConnections)), trust });
    }
    if (ws) open.push(await listen('ws', webSocketServer(ws, options), ws, maxConnections));
    return open;
  } catch (error) {
    await Promise.all(open.map((door) => door.close()));
    throw error;
  }
}
