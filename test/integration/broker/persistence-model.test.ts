// Whatever a subscriber and its broker go through - lost connections, restarts, slow reading - it hears every message that
// was acknowledged to its publisher, in order, and QoS 2 ones once.
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import type { Packet } from 'mqtt-packet';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type MqttEngine, startEngine } from '../../../src/broker/mqtt-engine.ts';
import { openPolicy } from '../../../src/broker/open-policy.ts';
import { createDatabaseLedger } from '../../../src/broker/persistence/database-ledger.ts';
import { openTestDatabase, silentLog, type TestDatabase } from '../../support/database.ts';
import { PacketClient } from './packet-client.ts';

type Step =
  | { does: 'publish'; count: number; qos: 1 | 2 }
  | { does: 'read'; count: number }
  | { does: 'drop' | 'leave' | 'come' | 'restart' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      does: fc.constant('publish' as const),
      count: fc.integer({ min: 1, max: 30 }),
      qos: fc.constantFrom(1 as const, 2 as const),
    }),
  },
  { weight: 4, arbitrary: fc.record({ does: fc.constant('read' as const), count: fc.integer({ min: 1, max: 40 }) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      does: fc.constantFrom('drop' as const, 'leave' as const, 'come' as const, 'restart' as const),
    }),
  },
);

let database: TestDatabase;
let engine: MqttEngine;
const log = silentLog();
const clock = { now: () => Date.now() };

async function start(): Promise<void> {
  engine = await startEngine({
    ports: { tcp: { host: '127.0.0.1', port: 0 } },
    policy: (tools) => openPolicy({ deniedFilters: [] }, tools),
    ledger: createDatabaseLedger({ database, clock, log }),
    sessionLimits: { maxUnacknowledged: 3 },
    clock,
    log,
    metrics: new Registry(),
  });
}

/** A subscriber as the specification wants it, which takes one packet when it is told to. */
class Subscriber {
  readonly heard: string[] = [];
  doubled = 0;
  #client: PacketClient | null = null;
  /** QoS 2 packet ids between PUBLISH and PUBREL; part of its session. */
  readonly #open = new Set<number>();

  async come(): Promise<void> {
    if (this.#client) return;
    this.#client = new PacketClient(engine.ports.tcp ?? 0);
    const isKnown = await this.#client.connect('subscriber');
    if (!isKnown) await this.#client.subscribe('t', 2);
  }

  async leave(): Promise<void> {
    await this.#client?.disconnect();
    this.#client = null;
  }

  drop(): void {
    this.#client?.destroy();
    this.#client = null;
  }

  /** Takes packets as long as there are any of those it knows how to answer. */
  async read(count: number): Promise<void> {
    const client = this.#client;
    if (!client) return;
    for (let i = 0; i < count; i++) {
      if (client.packets.length === 0) await client.settle();
      const packet = client.packets.shift();
      if (!packet) return;
      this.#answer(client, packet);
    }
  }

  #answer(client: PacketClient, packet: Packet): void {
    const id = packet.messageId ?? 0;
    if (packet.cmd === 'publish' && packet.qos === 1) {
      this.heard.push(packet.payload.toString());
      client.send({ cmd: 'puback', messageId: id });
    } else if (packet.cmd === 'publish') {
      if (!this.#open.has(id)) this.#hearOnce(packet.payload.toString());
      this.#open.add(id);
      client.send({ cmd: 'pubrec', messageId: id });
    } else if (packet.cmd === 'pubrel') {
      this.#open.delete(id);
      client.send({ cmd: 'pubcomp', messageId: id });
    }
  }

  #hearOnce(payload: string): void {
    if (this.heard.includes(payload)) this.doubled += 1;
    this.heard.push(payload);
  }
}

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

async function publish(from: number, count: number, qos: 1 | 2): Promise<string[]> {
  const publisher = new PacketClient(engine.ports.tcp ?? 0);
  await publisher.connect('publisher', { clean: true });
  const payloads = Array.from({ length: count }, (_, i) => String(from + i));
  for (const [i, payload] of payloads.entries()) publisher.publish('t', payload, { qos, messageId: i + 1 });
  for (const [i] of payloads.entries()) {
    await publisher.next(qos === 1 ? 'puback' : 'pubrec');
    if (qos === 2) publisher.send({ cmd: 'pubrel', messageId: i + 1 });
  }
  for (const _ of payloads) if (qos === 2) await publisher.next('pubcomp');
  publisher.destroy();
  return payloads;
}

test('every acknowledged message is heard, in order, QoS 2 once', { timeout: 120_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 20 }), async (steps) => {
      await database.query('TRUNCATE mqtt_session, mqtt_subscription, mqtt_queued, mqtt_incoming');
      await start();
      const subscriber = new Subscriber();
      const acknowledged: string[] = [];
      try {
        await subscriber.come();
        for (const one of steps) {
          if (one.does === 'publish') acknowledged.push(...(await publish(acknowledged.length, one.count, one.qos)));
          else if (one.does === 'read') await subscriber.read(one.count);
          else if (one.does === 'restart') {
            subscriber.drop();
            await engine.close();
            await start();
          } else await subscriber[one.does]();
        }
        await subscriber.come();
        const hasAll = (): boolean => acknowledged.every((payload) => subscriber.heard.includes(payload));
        for (let triesLeft = 2_000; triesLeft > 0 && !hasAll(); triesLeft--) {
          await subscriber.read(50);
          await sleep(5);
        }
        expect([...new Set(subscriber.heard)]).toEqual(acknowledged);
        expect(subscriber.doubled).toBe(0);
      } finally {
        subscriber.drop();
        await engine.close();
      }
    }),
    { seed: 11, numRuns: Number(process.env.TEST_RUNS ?? 15) },
  );
});
