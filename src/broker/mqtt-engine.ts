// MQTT 3.1.1 over every door: guards, sessions, limits, orderly close. Who may do what is the policy's to say; what is
// kept is the sessions'.
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'aedes';
import type { BaseLogger } from 'pino';
import type { Registry } from 'prom-client';
import type { Clock } from '../contracts/time.ts';
import type { AccessPolicy, PolicyTools } from './access-policy.ts';
import { CommandBroker } from './command-broker.ts';
import { type Outgoing, startDeliveries } from './deliveries.ts';
import { intakeGate } from './intake-gate.ts';
import { type BrokerLimits, DEFAULT_BROKER_LIMITS } from './limits.ts';
import { type BrokerPorts, type Door, openDoors } from './listeners.ts';
import { brokerMetrics } from './metrics.ts';
import { PUBACK, PUBREC } from './packets/fixed-header.ts';
import { levelsOf } from './packets/topic.ts';
import { aedesStore, isEmptySessionMark } from './persistence/aedes-store.ts';
import type { Ledger } from './persistence/ledger.ts';
import type { SessionLimits } from './persistence/limits.ts';
import { createMemoryLedger } from './persistence/memory-ledger.ts';
import { startSessions } from './persistence/sessions.ts';
import type { Presence } from './ports.ts';
import { guardOf, startReception } from './reception.ts';
import { subscriptionLimits } from './subscription-limits.ts';
import type { TrustedClients } from './tls-door.ts';

export interface EngineOptions {
  ports: BrokerPorts;
  policy: (tools: PolicyTools) => AccessPolicy;
  clock: Clock;
  log: BaseLogger;
  metrics: Registry;
  limits?: Partial<BrokerLimits>;
  /** Where sessions, retained messages and queues are kept; in memory when left out. Closed with the engine. */
  ledger?: Ledger;
  sessionLimits?: Partial<SessionLimits>;
  /** A session has begun to listen to its server, on a new subscription or a restored one. */
  onListening?: (clientId: string) => void;
}

export interface MqttEngine {
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

const CLOSE_POLL_MS = 20;
/** How aedes names the end of a client that does not read. */
const DRAIN_TIMEOUT = 'drain timeout';

export async function startEngine(options: EngineOptions): Promise<MqttEngine> {
  const { clock, log } = options;
  const limits = { ...DEFAULT_BROKER_LIMITS, ...options.limits };
  const clients = new Map<string, Client>();
  const counts = { messages: 0, acknowledged: 0 };
  const metrics = brokerMetrics(options.metrics, counts, () => reception.count);
  const gate = intakeGate(limits.maxPendingBytes, () => metrics.gateShut.inc());
  let isClosing = false;

  const onRefused = (reason: string): void => metrics.refused.inc({ reason });
  const reception = startReception({
    limits,
    gate,
    clock,
    log,
    onRefused,
    onLimit: (limit) => metrics.limited.inc({ limit }),
    serve: (guard) => aedes.handle(guard),
    isCalledFor: (client, type, packetId) =>
      sessions.callsFor(client, packetId, type === PUBACK ? 'puback' : type === PUBREC ? 'pubrec' : 'pubcomp'),
  });
  const { certificateOf } = reception;
  const sessions = await startSessions({
    ledger: options.ledger ?? createMemoryLedger(),
    publishWill: (clientId, { isRetained, ...will }) =>
      new Promise((resolve, reject) => {
        const publish = { ...will, retain: isRetained, from: null };
        policy.publish(clientId, publish, null, (error) => (error ? reject(error) : resolve()));
      }),
    clock,
    log,
    metrics: options.metrics,
    limits: { ...options.sessionLimits, maxUnreadBytes: limits.maxOutgoingBytes, maxUnreadMs: limits.slowReaderMs },
  });
  const policy = options.policy({ gate, counts, onRefused, certificateOf, sessions });
  const deliveries = startDeliveries();
  const subscriptions = subscriptionLimits(limits);

  // The server going away says nothing about the device.
  function onPresence(clientId: string, presence: Presence): void {
    if (!isClosing) policy.onPresence(clientId, presence);
  }
  function onListening(client: Client): void {
    if (!isClosing && clients.get(client.id) === client) options.onListening?.(client.id);
  }
  function refusalOfFilter(client: Client, filter: string): string | null {
    return policy.maySubscribe(client.id, filter) ? subscriptions.grant(client, filter) : 'foreign-subscription';
  }

  const aedes = new CommandBroker({
    onAcknowledged: (clientId, packetId) => deliveries.acknowledge(clientId, packetId),
    persistence: aedesStore(sessions),
    connectTimeout: limits.signInMs,
    drainTimeout: limits.slowReaderMs,
    maxInflightInbound: limits.inFlightWindow,
    preConnect(client, connect, done) {
      if (!policy.mayLeaveWill(connect)) {
        onRefused('foreign-will');
        return done(new Error('the will is not on a topic of this device'), false);
      }
      guardOf(client).takeOverKeepalive(connect.keepalive ?? 0);
      connect.keepalive = 0;
      done(null, true);
    },
    authenticate: policy.authenticate,
    // The sessions deliver; what the engine says about itself is for nobody.
    authorizeForward: () => null,
    authorizePublish(client, packet, acknowledge) {
      // Without a client it is a will found in a store, which only a cluster has.
      if (!client) return acknowledge(new Error('a publish without its device'));
      const { topic } = packet;
      const guard = client.closed ? null : guardOf(client);
      if (levelsOf(topic) > limits.maxTopicLevels) {
        onRefused('topic-levels');
        guard?.settle();
        return acknowledge(new Error(`more than ${limits.maxTopicLevels} topic levels`));
      }
      const { qos, retain, dup, messageId } = packet;
      if (qos === 2 && messageId !== undefined && !sessions.handshakes.begin(client, packet)) {
        // The same message again: it is acknowledged when the first is, and goes nowhere (MQTT-4.3.3-2).
        guard?.settle();
        return sessions.handshakes.repeat(client, packet, acknowledge);
      }
      const publish = { topic, payload: asBuffer(packet.payload), qos, retain, dup, messageId, from: client };
      if (qos < 2) return policy.publish(client.id, publish, guard, acknowledge);
      policy.publish(client.id, publish, guard, (error = null) => {
        sessions.handshakes.settle(client, packet, error);
        acknowledge(error);
      });
    },
    authorizeSubscribe(client, subscription, answer) {
      const { topic: filter, qos } = subscription;
      if (isEmptySessionMark(filter)) return answer(null, null);
      const refusal = refusalOfFilter(client, filter);
      if (refusal === null)
        return void sessions.subscribe(client, filter, qos).then(() => answer(null, subscription), answer);
      sessions.forgetFilters(client, [filter]);
      onRefused(refusal);
      log.info({ device: client.id, refusal, topic: filter.slice(0, 200) }, 'a subscription was refused');
      answer(null, null); // 0x80 in SUBACK (MQTT-3.9.3)
    },
  });
  await aedes.listen();
  aedes.on('clientReady', (client) => {
    guardOf(client).admit();
    clients.set(client.id, client);
    sessions.attach(client);
    onPresence(client.id, 'online');
    onListening(client);
  });
  aedes.on('subscribe', (granted, client) => {
    sessions.sendRetained(client, granted);
    onListening(client);
  });
  aedes.on('unsubscribe', (filters, client) => {
    subscriptions.release(client, filters);
    sessions.forgetFilters(client, filters);
  });
  aedes.on('clientDisconnect', (client) => {
    if (clients.get(client.id) === client) clients.delete(client.id);
    deliveries.end(client);
    sessions.detach(client);
    onPresence(client.id, 'offline');
  });
  aedes.on('clientError', (client, error) => {
    if (error.message === DRAIN_TIMEOUT) onRefused('slow-reader');
    log.debug({ device: client.id, error: error.message }, 'a connection ended');
  });
  aedes.on('connectionError', (_client, error) =>
    log.debug({ error: error.message }, 'a connection ended before sign-in'),
  );

  const doors = await openDoors(options.ports, { onStream: reception.receive, onRefused, ...limits }).catch(
    async (error: unknown) => {
      reception.stopLooking();
      await new Promise<void>((resolve) => aedes.close(resolve));
      await sessions.close();
      throw error;
    },
  );

  return {
    ports: Object.fromEntries(doors.map(({ door, port }) => [door, port])),
    trust(trusted) {
      for (const door of doors) door.trust?.(trusted);
    },
    disconnect(device) {
      const client = clients.get(device);
      if (!client) return;
      onRefused('credentials-revoked');
      log.info({ device }, 'a session was ended: its credentials were revoked');
      guardOf(client).destroy();
    },
    isListening(device, topic) {
      const client = clients.get(device);
      return client !== undefined && deliveries.isListening(client, topic);
    },
    send(device, message) {
      const client = clients.get(device);
      return client ? deliveries.send(client, message) : 'offline';
    },
    async close() {
      isClosing = true;
      gate.shut();
      reception.stopLooking();
      const doorsClosed = Promise.all(doors.map((door) => door.close()));
      for (let left = limits.closeMs; left > 0 && reception.hasPending; left -= CLOSE_POLL_MS)
        await sleep(CLOSE_POLL_MS);
      await new Promise<void>((resolve) => aedes.close(resolve));
      reception.endAll();
      await sessions.close();
      await doorsClosed;
    },
  };
}

const asBuffer = (payload: string | Buffer): Buffer => (typeof payload === 'string' ? Buffer.from(payload) : payload);
