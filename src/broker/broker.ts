// The MQTT broker devices connect to: sessions, identity, who may say what where. It stores nothing; a publish is
// acknowledged when ingest says it is durable.
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'aedes';
import type { BaseLogger } from 'pino';
import type { Registry } from 'prom-client';
import type { Clock } from '../contracts/time.ts';
import { commandFilter } from '../contracts/topics.ts';
import type { ShownCertificate } from './client-certificate.ts';
import { CommandBroker } from './command-broker.ts';
import { ConnectionGuard } from './connection-guard.ts';
import { type Outgoing, startDeliveries } from './deliveries.ts';
import { intakeGate } from './intake-gate.ts';
import { type BrokerLimits, DEFAULT_BROKER_LIMITS } from './limits.ts';
import { type BrokerPorts, type Door, openDoors } from './listeners.ts';
import { brokerMetrics } from './metrics.ts';
import type { DeviceIdentity, IngestPort, OnPresence, Presence } from './ports.ts';
import { startPublishing } from './publishing.ts';
import { authenticateWith, isOwnWill } from './sign-in.ts';
import type { TrustedClients } from './tls-door.ts';

export interface BrokerOptions {
  ports: BrokerPorts;
  identity: DeviceIdentity;
  ingest: IngestPort;
  onPresence: OnPresence;
  clock: Clock;
  log: BaseLogger;
  metrics: Registry;
  limits?: Partial<BrokerLimits>;
  /** A session has begun to listen to its server, on a new subscription or a restored one. */
  onListening?: (device: string) => void;
}

export interface Broker {
  /** The ports that were opened, also where any free one was asked for. */
  readonly ports: Readonly<Partial<Record<Door, number>>>;
  /** Ends the session of a device whose credentials are no longer good; it has to sign in again. */
  disconnect(device: string): void;
  /** A new revocation list for those who come in from now on. */
  trust(clients: TrustedClients): void;
  /** Whether the device is connected and subscribed to this topic. */
  isListening(device: string, topic: string): boolean;
  /**
   * Publishes to this device alone. `offline`: it is not connected or not subscribed to the topic. Resolves when the
   * device acknowledged (at QoS 0: when it is written); rejects with NotDelivered when the session ends first.
   */
  send(device: string, message: Outgoing): 'offline' | Promise<void>;
  /** Stops taking, waits (bounded) for what is being committed, then ends the connections. */
  close(): Promise<void>;
}

const SWEEP_MS = 1_000;
const CLOSE_POLL_MS = 20;

export async function startBroker(options: BrokerOptions): Promise<Broker> {
  const { identity, ingest, clock, log } = options;
  const limits = { ...DEFAULT_BROKER_LIMITS, ...options.limits };
  const guards = new Set<ConnectionGuard>();
  const certificates = new WeakMap<ConnectionGuard, ShownCertificate>();
  const sessions = new Map<string, Client>();
  const counts = { messages: 0, acknowledged: 0 };
  const metrics = brokerMetrics(options.metrics, counts, () => guards.size);
  const gate = intakeGate(limits.maxPendingBytes, () => metrics.gateShut.inc());
  let isClosing = false;

  const refused = (reason: string): void => metrics.refused.inc({ reason });
  function onPresence(device: string, presence: Presence): void {
    // The server going away says nothing about the device.
    if (!isClosing) options.onPresence(device, presence, clock.now());
  }
  function onListening(client: Client): void {
    if (!isClosing && sessions.get(client.id) === client) options.onListening?.(client.id);
  }
  const publishing = startPublishing({
    ingest,
    gate,
    onPresence,
    onForeignTopic: () => refused('foreign-topic'),
    counts,
    clock,
    log,
  });

  const deliveries = startDeliveries();
  const aedes = new CommandBroker({
    onAcknowledged: (clientId, packetId) => deliveries.acknowledge(clientId, packetId),
    connectTimeout: limits.signInMs,
    maxInflightInbound: limits.inFlightWindow,
    maxTopicLevels: 7,
    preConnect(client, packet, done) {
      if (!isOwnWill(packet)) {
        refused('foreign-will');
        return done(new Error('the will is not on a topic of this device'), false);
      }
      guardOf(client).takeOverKeepalive(packet.keepalive ?? 0);
      packet.keepalive = 0;
      done(null, true);
    },
    authenticate: authenticateWith({
      identity,
      certificateOf: (client) => certificates.get(guardOf(client)),
      onRefused: refused,
      log,
    }),
    authorizePublish(client, packet, acknowledge) {
      // Without a client it is a will found in a store, which only a cluster has.
      if (!client) return acknowledge(new Error('a publish without its device'));
      const guard = client.closed ? null : guardOf(client);
      publishing.publish(client.id, { topic: packet.topic, payload: asBuffer(packet.payload) }, guard, acknowledge);
    },
    authorizeSubscribe(client, subscription, done) {
      if (subscription.topic === commandFilter(client.id)) return done(null, subscription);
      refused('foreign-subscription');
      log.info({ device: client.id, topic: subscription.topic.slice(0, 200) }, 'a subscription was refused');
      done(null, null); // 0x80 in SUBACK (MQTT-3.9.3)
    },
  });
  await aedes.listen();
  aedes.on('clientReady', (client) => {
    guardOf(client).admit();
    sessions.set(client.id, client);
    onPresence(client.id, 'online');
    onListening(client);
  });
  aedes.on('subscribe', (_subscriptions, client) => onListening(client));
  aedes.on('clientDisconnect', (client) => {
    if (sessions.get(client.id) === client) sessions.delete(client.id);
    deliveries.end(client);
    onPresence(client.id, 'offline');
  });
  aedes.on('clientError', (client, error) =>
    log.debug({ device: client.id, error: error.message }, 'a connection ended'),
  );
  aedes.on('connectionError', (_client, error) =>
    log.debug({ error: error.message }, 'a connection ended before sign-in'),
  );

  function onStream(socket: Duplex, certificate?: ShownCertificate): void {
    const onViolation = (violation: string): void => {
      refused(violation);
      log.info({ violation }, 'a connection was cut');
    };
    const guard = new ConnectionGuard({ socket, gate, limits, clock, onViolation });
    guards.add(guard);
    if (certificate) certificates.set(guard, certificate);
    guard.once('close', () => guards.delete(guard));
    aedes.handle(guard);
  }

  const doors = await openDoors(options.ports, { onStream, onRefused: refused, ...limits }).catch(
    async (error: unknown) => {
      await new Promise<void>((resolve) => aedes.close(resolve));
      throw error;
    },
  );
  const sweep = setInterval(() => cutSilent(guards, clock.now(), limits.signInMs, refused), SWEEP_MS);

  return {
    ports: Object.fromEntries(doors.map(({ door, port }) => [door, port])),
    trust(clients) {
      for (const door of doors) door.trust?.(clients);
    },
    disconnect(device) {
      const client = sessions.get(device);
      if (!client) return;
      refused('credentials-revoked');
      log.info({ device }, 'a session was ended: its credentials were revoked');
      guardOf(client).destroy();
    },
    isListening(device, topic) {
      const client = sessions.get(device);
      return client !== undefined && deliveries.isListening(client, topic);
    },
    send(device, message) {
      const client = sessions.get(device);
      return client ? deliveries.send(client, message) : 'offline';
    },
    async close() {
      isClosing = true;
      gate.shut();
      clearInterval(sweep);
      const doorsClosed = Promise.all(doors.map((door) => door.close()));
      for (let left = limits.closeMs; left > 0 && hasPending(guards); left -= CLOSE_POLL_MS) await sleep(CLOSE_POLL_MS);
      await new Promise<void>((resolve) => aedes.close(resolve));
      for (const guard of guards) guard.destroy();
      await doorsClosed;
    },
  };
}

function guardOf({ conn }: Client): ConnectionGuard {
  if (conn instanceof ConnectionGuard) return conn;
  throw new Error('a connection came past its guard');
}

const asBuffer = (payload: string | Buffer): Buffer => (typeof payload === 'string' ? Buffer.from(payload) : payload);

const hasPending = (guards: Iterable<ConnectionGuard>): boolean => [...guards].some((guard) => guard.inFlight > 0);

function cutSilent(
  guards: Iterable<ConnectionGuard>,
  nowMs: number,
  signInMs: number,
  refused: (reason: string) => void,
): void {
  for (const guard of guards) {
    if (guard.isSilent(nowMs)) {
      refused('keep-alive');
      guard.destroy();
    } else if (!guard.isAdmitted && nowMs - guard.openedAtMs > signInMs) {
      refused('sign-in-timeout');
      guard.destroy();
    }
  }
}
