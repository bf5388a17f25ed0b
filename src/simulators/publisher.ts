// One device's MQTT connection: QoS 1, a bound on what is unacknowledged, reconnect with resend, presence by will.
// A message counts as acknowledged when the broker's PUBACK has come, never before.
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { commandFilter, commandReplyTopic, commandTopic, stateTopic } from '../contracts/topics.ts';
import type { Answer, CommandBody } from './command-desk.ts';

export interface PublisherOptions {
  url: string;
  deviceId: string;
  token: string;
  /** Publishes without PUBACK at which `publish` waits. */
  maxInFlight?: number;
  /** How long the first connection may take before it is given up. */
  connectWithinMs?: number;
  reconnectMs?: number;
  onAcknowledged?: (topic: string, payload: string | Buffer, latencyMs: number) => void;
  /** Certificates and the like for `mqtts://`. */
  tls?: Pick<IClientOptions, 'ca' | 'cert' | 'key' | 'rejectUnauthorized'>;
}

export interface PublisherStats {
  published: number;
  acknowledged: number;
  reconnects: number;
}

export interface Publisher {
  /** Resolves when the message is on its way (a slot was free); `acknowledged` is called when it is. */
  publish(topic: string, payload: string | Buffer, acknowledged?: () => void): Promise<void>;
  /** True when everything is acknowledged, false when the limit passed first. */
  drain(limitMs: number): Promise<boolean>;
  /** Drops the connection without a word and lets it come back. */
  dropConnection(): void;
  /** Drops it and stays away for so long. */
  goAway(forMs: number): void;
  /** From here on it listens to its commands and publishes what is answered. */
  takeCommands(answer: (request: string, body: CommandBody) => Promise<Answer>): void;
  /** Listens to one topic more. */
  listen(topic: string, heard: () => void): void;
  /** Says goodbye; what is unacknowledged by then is given up. */
  close(): Promise<void>;
  stats(): Readonly<PublisherStats>;
}

const MAX_IN_FLIGHT = 64;
const CONNECT_WITHIN_MS = 15_000;
const RECONNECT_MS = 1_000;
const GOODBYE_WITHIN_MS = 2_000;
/** CONNACK codes that waiting does not cure: protocol, client id, credentials, not authorised. */
const REFUSALS = new Set([1, 2, 4, 5]);

export async function connectPublisher(options: PublisherOptions): Promise<Publisher> {
  const client = mqtt.connect(options.url, {
    clientId: options.deviceId,
    username: options.deviceId,
    password: options.token,
    protocolVersion: 4,
    clean: true,
    reconnectPeriod: options.reconnectMs ?? RECONNECT_MS,
    reconnectOnConnackError: true,
    will: { topic: stateTopic(options.deviceId), payload: Buffer.from('offline'), qos: 1, retain: true },
    ...options.tls,
  });
  await firstConnection(client, options);
  return createPublisher(client, options);
}

async function firstConnection(
  client: MqttClient,
  { url, deviceId, connectWithinMs }: PublisherOptions,
): Promise<void> {
  let lastError = 'no answer';
  let giveUp: NodeJS.Timeout | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      giveUp = setTimeout(
        () => reject(new Error(`${deviceId}: no connection to ${url} (${lastError}); is the broker running there?`)),
        connectWithinMs ?? CONNECT_WITHIN_MS,
      );
      client.once('connect', () => resolve());
      client.on('error', (error) => {
        lastError = error.message || ('code' in error ? String(error.code) : error.name);
        if ('code' in error && REFUSALS.has(error.code)) {
          reject(
            new Error(`${deviceId}: ${url} refused it (${error.message}); is it registered, is the token current?`),
          );
        }
      });
    });
  } catch (error) {
    client.end(true);
    throw error;
  } finally {
    clearTimeout(giveUp);
  }
}

function createPublisher(client: MqttClient, options: PublisherOptions): Publisher {
  const maxInFlight = options.maxInFlight ?? MAX_IN_FLIGHT;
  const stats: PublisherStats = { published: 0, acknowledged: 0, reconnects: 0 };
  const waiting: (() => void)[] = [];
  let inFlight = 0;
  let isClosing = false;
  const wakeOnSettled = new Set<() => void>();

  const announce = (state: 'online' | 'offline', done?: () => void): void => {
    client.publish(stateTopic(options.deviceId), state, { qos: 1, retain: true }, () => done?.());
  };
  announce('online');
  client.on('connect', () => announce('online'));
  // Not `connect`: the library emits that only when everything unacknowledged has been sent again.
  client.on('packetreceive', (packet) => {
    if (packet.cmd === 'connack' && packet.returnCode === 0) stats.reconnects++;
  });

  const settle = (): void => {
    // A waiting message takes the slot over.
    const next = waiting.shift();
    if (next) next();
    else inFlight--;
    if (inFlight === 0) for (const wake of wakeOnSettled) wake();
  };
  const send = (topic: string, payload: string | Buffer, sentAt: number, acknowledged?: () => void): void => {
    client.publish(topic, payload, { qos: 1 }, (error) => {
      if (error && !isClosing) {
        // The connection went while the message was queued inside the client: it was not stored, so it goes again.
        setImmediate(send, topic, payload, sentAt, acknowledged);
        return;
      }
      if (!error) {
        stats.acknowledged++;
        acknowledged?.();
        options.onAcknowledged?.(topic, payload, performance.now() - sentAt);
      }
      settle();
    });
  };
  const publisher: Publisher = {
    async publish(topic, payload, acknowledged) {
      if (isClosing) throw new Error(`${options.deviceId}: publish after close`);
      if (inFlight < maxInFlight) inFlight++;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      stats.published++;
      send(topic, payload, performance.now(), acknowledged);
    },
    drain: (limitMs) => (inFlight === 0 ? Promise.resolve(true) : settledWithin(wakeOnSettled, limitMs)),
    dropConnection: () => void client.stream.destroy(),
    goAway(forMs) {
      const { reconnectPeriod = RECONNECT_MS } = client.options;
      client.options.reconnectPeriod = forMs;
      client.once('connect', () => {
        client.options.reconnectPeriod = reconnectPeriod;
      });
      client.stream.destroy();
    },
    takeCommands(answer) {
      client.on('message', (topic, payload) => {
        const request = requestOf(options.deviceId, topic);
        if (request !== null) void obey(publisher, options.deviceId, request, payload, answer);
      });
      client.subscribe(commandFilter(options.deviceId), { qos: 1 });
    },
    listen(wanted, heard) {
      client.on('message', (topic) => {
        if (topic === wanted) heard();
      });
      client.subscribe(wanted);
    },
    async close() {
      isClosing = true;
      if (client.connected) {
        await new Promise<void>((resolve) => {
          const giveUp = setTimeout(resolve, GOODBYE_WITHIN_MS);
          announce('offline', () => {
            clearTimeout(giveUp);
            resolve();
          });
        });
      }
      await client.endAsync(!client.connected || inFlight > 0);
    },
    stats: () => stats,
  };
  return publisher;
}

const requestOf = (deviceId: string, topic: string): string | null => {
  const request = topic.split('/').at(-1) ?? '';
  return topic === commandTopic(deviceId, request) ? request : null;
};

async function obey(
  publisher: Publisher,
  deviceId: string,
  request: string,
  payload: Buffer,
  answer: (request: string, body: CommandBody) => Promise<Answer>,
): Promise<void> {
  const body = JSON.parse(payload.toString('utf8')) as CommandBody;
  const reply = JSON.stringify(await answer(request, body));
  // A device that was closed meanwhile has nothing to say any more.
  await publisher.publish(commandReplyTopic(deviceId, request), reply).catch(() => undefined);
}

function settledWithin(wakeOnSettled: Set<() => void>, limitMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (isSettled: boolean): void => {
      clearTimeout(limit);
      wakeOnSettled.delete(wake);
      resolve(isSettled);
    };
    const wake = (): void => end(true);
    const limit = setTimeout(end, limitMs, false);
    wakeOnSettled.add(wake);
  });
}
