// A device's connection over a real socket: bounded in flight, nothing lost when the broker goes away and comes back,
// presence, and plain words when it cannot connect.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { telemetryTopic } from '../../../src/contracts/topics.ts';
import { connectPublisher, type PublisherOptions } from '../../../src/simulators/publisher.ts';
import { type BrokerDouble, startBroker } from './broker-double.ts';

const TOKEN = 'secret';
const topic = telemetryTopic('D-1');
let broker: BrokerDouble;
const optionsOf = (more: Partial<PublisherOptions> = {}): PublisherOptions => ({
  url: broker.url,
  deviceId: 'D-1',
  token: TOKEN,
  reconnectMs: 20,
  ...more,
});
const payloads = (): string[] =>
  broker.received.filter((message) => message.topic === topic).map(({ payload }) => payload);
const presence = (): string[] =>
  broker.received.filter((message) => message.topic.endsWith('/state')).map(({ payload }) => payload);

beforeEach(async () => {
  broker = await startBroker(TOKEN);
});
afterEach(() => broker.close());

describe('a publisher', () => {
  test('counts what is acknowledged, and says online and offline', async () => {
    const latencies: number[] = [];
    const publisher = await connectPublisher(
      optionsOf({ onAcknowledged: (_topic, _payload, ms) => latencies.push(ms) }),
    );
    for (let index = 0; index < 500; index++) await publisher.publish(topic, String(index));
    expect(await publisher.drain(5000)).toBe(true);
    expect(publisher.stats()).toEqual({ published: 500, acknowledged: 500, reconnects: 0 });
    expect(payloads()).toEqual(Array.from({ length: 500 }, (_, index) => String(index)));
    expect(latencies).toHaveLength(500);
    await publisher.close();
    expect(presence()).toEqual(['online', 'offline']);
    await expect(publisher.publish(topic, 'late')).rejects.toThrow('after close');
  });

  test('waits when too much is unacknowledged', async () => {
    broker.answerAfter(80);
    const publisher = await connectPublisher(optionsOf({ maxInFlight: 4 }));
    const waits: number[] = [];
    for (let index = 0; index < 12; index++) {
      await publisher.publish(topic, String(index));
      waits.push(publisher.stats().published - publisher.stats().acknowledged);
    }
    expect(Math.max(...waits)).toBe(4);
    expect(await publisher.drain(1)).toBe(false);
    expect(await publisher.drain(5000)).toBe(true);
    await publisher.close();
  });

  test('loses nothing when the broker is away, and sends again what was not acknowledged', async () => {
    broker.answerAfter(5);
    const publisher = await connectPublisher(optionsOf({ maxInFlight: 16 }));
    const publishing = (async () => {
      for (let index = 0; index < 1200; index++) await publisher.publish(topic, String(index));
    })();
    for (const pauseMs of [40, 10, 90]) {
      await new Promise((resolve) => setTimeout(resolve, 60));
      await broker.unplug(pauseMs);
    }
    await publishing;
    expect(await publisher.drain(20_000)).toBe(true);
    expect(publisher.stats()).toMatchObject({ published: 1200, acknowledged: 1200 });
    expect(publisher.stats().reconnects).toBeGreaterThanOrEqual(3);
    expect(new Set(payloads()).size).toBe(1200);
    await publisher.close();
  });

  test('a dropped connection comes back by itself', async () => {
    const publisher = await connectPublisher(optionsOf());
    for (let index = 0; index < 50; index++) {
      await publisher.publish(topic, String(index));
      if (index % 20 === 10) publisher.dropConnection();
    }
    expect(await publisher.drain(10_000)).toBe(true);
    expect(new Set(payloads()).size).toBe(50);
    expect(publisher.stats().reconnects).toBeGreaterThan(0);
    await publisher.close();
  });

  test('says why it was refused', async () => {
    await expect(connectPublisher(optionsOf({ token: 'wrong' }))).rejects.toThrow(
      /D-1: .* refused it .* is the token current/,
    );
  });

  test('gives up when nothing answers', async () => {
    const url = 'mqtt://127.0.0.1:1';
    await expect(connectPublisher(optionsOf({ url, connectWithinMs: 150 }))).rejects.toThrow(
      /no connection to .*ECONNREFUSED/,
    );
  });
});
