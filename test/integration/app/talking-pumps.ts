// Pumps that talk without pause to a service under test: each keeps some publishes in flight and remembers which were
// acknowledged. A lost connection comes back by itself and what was not acknowledged goes again.
import mqtt, { type MqttClient } from 'mqtt';
import { telemetryTopic } from '../../../src/contracts/topics.ts';

const IN_FLIGHT = 10;
const FIRST_MS = Date.UTC(2026, 2, 1);

export interface TalkingPumps {
  /** Readings acknowledged by now, all of them different. */
  acknowledged(): number;
  published(): number;
  /** Publishes nothing new; resolves when everything is acknowledged. */
  finish(): Promise<void>;
  /** Leaves without a word. */
  leave(): void;
}

export function startTalking(brokerUrl: string, tokens: ReadonlyMap<string, string>): TalkingPumps {
  let acknowledged = 0;
  let published = 0;
  const stop = new AbortController();
  const clients: MqttClient[] = [];
  const talks: Promise<void>[] = [];

  async function talk(client: MqttClient, device: string, next: () => number): Promise<void> {
    while (!stop.signal.aborted) {
      const payload = JSON.stringify({ ts: next(), values: { motor_current: 80 } });
      published += 1;
      await client.publishAsync(telemetryTopic(device), payload, { qos: 1 });
      acknowledged += 1;
    }
  }

  for (const [device, password] of tokens) {
    const client = mqtt.connect(brokerUrl, { clientId: device, username: device, password, reconnectPeriod: 100 });
    client.on('error', () => {});
    clients.push(client);
    let lastMs = FIRST_MS;
    for (let lane = 0; lane < IN_FLIGHT; lane++) talks.push(talk(client, device, () => (lastMs += 1_000)));
  }
  // Whoever leaves gives up what is in flight.
  for (const ended of talks) ended.catch(() => {});

  return {
    acknowledged: () => acknowledged,
    published: () => published,
    async finish() {
      stop.abort();
      await Promise.all(talks);
      for (const client of clients) await client.endAsync();
    },
    leave() {
      stop.abort();
      for (const client of clients) client.end(true);
    },
  };
}
