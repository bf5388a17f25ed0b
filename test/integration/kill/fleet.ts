// Devices that never stop talking: each keeps some publishes in flight, sends again after a lost connection what was not
// acknowledged, and remembers what was.
import { setTimeout as sleep } from 'node:timers/promises';
import mqtt, { type MqttClient } from 'mqtt';
import { telemetryTopic } from '../../../src/contracts/topics.ts';
import type { Queryable } from '../../../src/db/database.ts';

export const DEVICES = 8;
const IN_FLIGHT = 25;
const T0 = Date.UTC(2026, 0, 5);

export interface Fleet {
  /** Times of the readings that were acknowledged, by device. */
  acknowledged: Map<string, Set<number>>;
  total: () => number;
  /** Publishes nothing new and waits for the last acknowledgement. */
  drain(): Promise<void>;
  end(): void;
}

export function startFleet(port: number): Fleet {
  const acknowledged = new Map<string, Set<number>>();
  const clients: MqttClient[] = [];
  let isOn = true;
  const talks: Promise<void>[] = [];

  /** One publish after another; one that failed is sent again until it is acknowledged. */
  async function talk(client: MqttClient, device: string, times: Set<number>, next: () => number): Promise<void> {
    while (isOn) {
      const ts = next();
      const payload = JSON.stringify({ ts, values: { helium_level: ts % 100 } });
      while (!times.has(ts)) {
        await client.publishAsync(telemetryTopic(device), payload, { qos: 1 }).then(
          () => times.add(ts),
          () => sleep(50),
        );
      }
    }
  }

  for (let n = 1; n <= DEVICES; n++) {
    const device = `dev-${n}`;
    const times = new Set<number>();
    let last = T0;
    acknowledged.set(device, times);
    const client = mqtt.connect(`mqtt://127.0.0.1:${port}`, {
      clientId: device,
      username: device,
      password: 'token',
      reconnectPeriod: 50,
      connectTimeout: 2_000,
    });
    client.on('error', () => {});
    clients.push(client);
    for (let i = 0; i < IN_FLIGHT; i++) talks.push(talk(client, device, times, () => (last += 1_000)));
  }

  return {
    acknowledged,
    total: () => [...acknowledged.values()].reduce((sum, times) => sum + times.size, 0),
    async drain() {
      isOn = false;
      await Promise.all(talks);
    },
    end() {
      for (const client of clients) client.end(true);
    },
  };
}

export interface Outcome {
  acknowledged: number;
  /** Acknowledged and not stored. */
  lost: number;
  /** Stored more than once. */
  doubled: number;
}

/** What is in the database against what was acknowledged. */
export async function compare(database: Queryable, fleet: Fleet): Promise<Outcome> {
  const { rows } = await database.query<{ code: string; at: Date }>(
    'SELECT code, measured_at AS at FROM reading r JOIN device d ON d.id = r.device_id',
  );
  const stored = new Map<string, Set<number>>();
  for (const { code, at } of rows) stored.set(code, (stored.get(code) ?? new Set()).add(at.getTime()));
  const distinct = [...stored.values()].reduce((sum, times) => sum + times.size, 0);
  let lost = 0;
  for (const [device, times] of fleet.acknowledged) {
    for (const time of times) if (!stored.get(device)?.has(time)) lost += 1;
  }
  return { acknowledged: fleet.total(), lost, doubled: rows.length - distinct };
}
