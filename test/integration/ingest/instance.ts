// A broker and ingest over a real database and a real socket, with a few registered devices: what the tests of both
// rooms talk to.
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { Registry } from 'prom-client';
import { type Broker, type BrokerOptions, startBroker } from '../../../src/broker/broker.ts';
import type { CommittedBatch } from '../../../src/contracts/readings.ts';
import type { Clock } from '../../../src/contracts/time.ts';
import type { Database } from '../../../src/db/database.ts';
import type { DeviceMeta } from '../../../src/ingest/decoders/meta.ts';
import { type Ingest, type IngestOptions, startIngest } from '../../../src/ingest/ingest.ts';
import type { DeviceSource } from '../../../src/ingest/ports.ts';
import { silentLog } from '../../support/database.ts';

export const TOKEN = 'token-of-the-device';
export const clock: Clock = { now: () => Date.now() };

export interface Instance {
  broker: Broker;
  ingest: Ingest;
  metrics: Registry;
  port: number;
  committed: CommittedBatch[];
  metas: { deviceId: number; meta: DeviceMeta }[];
  presences: string[];
  connect(device: string, options?: IClientOptions): Promise<MqttClient>;
  counter(name: string): Promise<number>;
  close(): Promise<void>;
}

export interface InstanceOptions {
  database: Database;
  devices: DeviceSource;
  broker?: Partial<BrokerOptions>;
  ingest?: Partial<IngestOptions>;
}

export async function startInstance({
  database,
  devices,
  broker: brokerOptions,
  ingest: ingestOptions,
}: InstanceOptions): Promise<Instance> {
  const metrics = new Registry();
  const log = silentLog();
  const committed: CommittedBatch[] = [];
  const metas: Instance['metas'] = [];
  const presences: string[] = [];
  const clients: MqttClient[] = [];
  const ingest = await startIngest({
    database,
    devices,
    metaStore: { apply: async (_tx, deviceId, meta) => void metas.push({ deviceId, meta }) },
    replyStore: { apply: async (_tx, replies) => replies.map(() => 'unasked' as const) },
    onCommitted: (batch) => void committed.push(batch),
    onPresence: (device, presence) => void presences.push(`${device} ${presence}`),
    onRebirthWanted: ({ device, topic, payload }) => void broker.send(device, { topic, payload, qos: 0 }),
    clock,
    log,
    metrics,
    ...ingestOptions,
  });
  const broker: Broker = await startBroker({
    ports: { tcp: { host: '127.0.0.1', port: 0 } },
    identity: { authenticate: async (device, token) => devices.find(device) !== null && token === TOKEN },
    ingest,
    onPresence(device, presence) {
      presences.push(`${device} ${presence}`);
      if (presence === 'offline') ingest.ended(device);
    },
    clock,
    log,
    metrics,
    ...brokerOptions,
  });
  const port = broker.ports.tcp ?? 0;
  return {
    broker,
    ingest,
    metrics,
    port,
    committed,
    metas,
    presences,
    async connect(device, options = {}) {
      const client = await mqtt.connectAsync(
        `mqtt://127.0.0.1:${port}`,
        { clientId: device, username: device, password: TOKEN, reconnectPeriod: 0, connectTimeout: 5_000, ...options },
        false,
      );
      clients.push(client);
      return client;
    },
    async counter(name) {
      const metric = await metrics.getSingleMetric(name)?.get();
      return metric?.values.reduce((sum, { value }) => sum + value, 0) ?? Number.NaN;
    },
    async close() {
      for (const client of clients) client.end(true);
      await broker.close();
      await ingest.close();
    },
  };
}
