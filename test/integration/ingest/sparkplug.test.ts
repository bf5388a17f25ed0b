// Sparkplug B over a real socket and database: births name what data sends by alias, a gap asks for a birth, and what was
// received in between is stored when it comes.
import type { MqttClient } from 'mqtt';
import { gzipSync } from 'node:zlib';
import proto from 'sparkplug-payload/lib/sparkplugPayloadProto.js';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EVERYTHING } from '../../../src/contracts/access.ts';
import { nodeCommandTopic, sparkplugTopic } from '../../../src/contracts/sparkplug-topics.ts';
import type { DeviceSource, MetricFacts } from '../../../src/ingest/ports.ts';
import { createEdgeNode, type EdgeMessage, type EdgeNode } from '../../../src/simulators/edge-node.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { registerDevices } from './devices.ts';
import { type Instance, startInstance } from './instance.ts';

const { Payload, DataType } = proto.org.eclipse.tahu.protobuf;
const T0 = Date.UTC(2026, 0, 5, 8);
const METRICS = new Map<string, MetricFacts>([
  ['temperature', { kind: 'gauge', unit: 'K' }],
  ['flow', { kind: 'gauge', unit: 'L/min' }],
  ['mode', { kind: 'state', unit: '' }],
]);
let database: TestDatabase;
let devices: DeviceSource;
let instance: Instance;

const start = (): Promise<Instance> => startInstance({ database: database.dedicated('ingest'), devices });

/** `gw-1` speaks for `dev-1`, and so on. */
beforeAll(async () => {
  database = await openTestDatabase();
  const gateway = (code: string): string | null => (code.startsWith('dev-') ? code.replace('dev', 'gw') : null);
  await registerDevices(database, 9, 'gw-');
  devices = await registerDevices(database, 9, 'dev-', METRICS, gateway);
  instance = await start();
});
afterAll(async () => {
  await instance.close();
  await database.close();
});

interface Edge {
  node: EdgeNode;
  client: MqttClient;
  /** Requests for a birth that it got. */
  requests: string[];
  send: (message: EdgeMessage, qos?: 0 | 1) => Promise<void>;
}

async function connectEdge(
  device: string,
  nodeId = device,
  node = createEdgeNode({ group: 'g', node: nodeId }),
): Promise<Edge> {
  const will = node.connect();
  const client = await instance.connect(device, { will: { ...will, qos: 1, retain: false } });
  const requests: string[] = [];
  const filter = nodeCommandTopic({ group: 'g', node: nodeId });
  client.on('message', (topic, payload) => {
    const { metrics } = Payload.decode(payload);
    requests.push(`${topic} ${metrics[0]?.name} ${metrics[0]?.booleanValue}`);
  });
  await client.subscribeAsync(filter);
  const send = async ({ topic, payload }: EdgeMessage, qos: 0 | 1 = 1): Promise<void> => {
    await client.publishAsync(topic, payload, { qos });
  };
  return { node, client, requests, send };
}

async function storedOf(device: string): Promise<(number | string)[][]> {
  const { rows } = await database.query<{ metric: string; at: Date; value: number; label: string | null }>(
    `SELECT m.code AS metric, measured_at AS at, value, s.label
     FROM reading r JOIN device d ON d.id = r.device_id JOIN metric m ON m.id = r.metric_id
     LEFT JOIN metric_state s ON s.metric_id = m.id AND s.code = r.value
     WHERE d.code = $1 ORDER BY measured_at, m.code`,
    [device],
  );
  return rows.map(({ metric, at, value, label }) => [metric, at.getTime() - T0, label ?? value]);
}

const heldOf = async (device: string, state: 'held' | 'replayed' = 'held') =>
  (await instance.ingest.quarantine.list({ device, state, limit: 100 }, EVERYTHING)).items;

const METRICS_AT_BIRTH = [
  { name: 'temperature', value: 20, unit: '°C' },
  { name: 'flow', value: 1 },
];

test('births define names, units and types; data by alias is stored under them, and presence follows', async () => {
  const { node, client, send } = await connectEdge('gw-1');
  await send(
    node.nodeBirth(T0, [
      { name: 'Properties/FW', value: '4.2' },
      { name: 'uptime', value: 7 },
    ]),
  );
  await send(node.deviceBirth('dev-1', T0, [...METRICS_AT_BIRTH, { name: 'mode', value: 'idle' }]));
  await send(node.data('dev-1', T0 + 1000, { temperature: 21, mode: 'scan' }), 0);
  await send(node.data(null, T0 + 2000, { uptime: 8 }));
  expect(await storedOf('dev-1')).toEqual([
    ['flow', 0, 1],
    ['mode', 0, 'idle'],
    ['temperature', 0, 293.15],
    ['mode', 1000, 'scan'],
    ['temperature', 1000, 294.15],
  ]);
  expect(await storedOf('gw-1')).toEqual([
    ['uptime', 0, 7],
    ['uptime', 2000, 8],
  ]);
  expect(instance.metas.at(-1)?.meta.firmware).toBe('4.2');
  await expect.poll(() => instance.presences).toContain('dev-1 online');
  await send(node.deviceDeath('dev-1', T0 + 3000));
  await expect.poll(() => instance.presences.at(-1)).toBe('dev-1 offline');
  await send(node.deviceBirth('dev-1', T0 + 4000, METRICS_AT_BIRTH));
  await expect.poll(() => instance.presences.at(-1)).toBe('dev-1 online');
  // The will: a death nobody sent.
  client.stream.destroy();
  await expect.poll(() => instance.presences).toEqual(expect.arrayContaining(['gw-1 offline']));
  await expect.poll(() => instance.presences.filter((one) => one === 'dev-1 offline')).toHaveLength(2);
  expect(await heldOf('gw-1')).toEqual([]);
});

test('a message that is missing asks for a birth; what came meanwhile is held and then stored under its names', async () => {
  const { node, send, requests } = await connectEdge('gw-2');
  await send(node.nodeBirth(T0));
  await send(node.deviceBirth('dev-2', T0, METRICS_AT_BIRTH));
  node.data('dev-2', T0 + 1000, { flow: 2 });
  await send(node.data('dev-2', T0 + 2000, { flow: 3 }));
  await send(node.data('dev-2', T0 + 3000, { flow: 4 }));
  expect((await heldOf('gw-2')).map(({ reason }) => reason)).toEqual(['birth-missing', 'birth-missing']);
  await expect.poll(() => requests).toEqual(['spBv1.0/g/NCMD/gw-2 Node Control/Rebirth true']);
  await send(node.nodeBirth(T0 + 4000));
  await send(node.deviceBirth('dev-2', T0 + 4000, METRICS_AT_BIRTH));
  await expect.poll(() => heldOf('gw-2')).toEqual([]);
  expect(await heldOf('gw-2', 'replayed')).toHaveLength(2);
  expect((await storedOf('dev-2')).filter(([metric]) => metric === 'flow')).toEqual([
    ['flow', 0, 1],
    ['flow', 2000, 3],
    ['flow', 3000, 4],
    ['flow', 4000, 1],
  ]);
});

test('data before any birth is held, and stays held when the next session gives its aliases another meaning', async () => {
  const { node, client, send } = await connectEdge('gw-3');
  node.nodeBirth(T0);
  node.deviceBirth('dev-3', T0, METRICS_AT_BIRTH);
  await send(node.data('dev-3', T0 + 1000, { temperature: 30 }));
  expect(await heldOf('gw-3')).toHaveLength(1);
  client.stream.destroy();
  await expect.poll(() => instance.presences).toContain('gw-3 offline');
  const again = await connectEdge('gw-3', 'gw-3', node);
  await again.send(again.node.nodeBirth(T0 + 5000));
  await again.send(again.node.deviceBirth('dev-3', T0 + 5000, METRICS_AT_BIRTH.toReversed()));
  await again.send(again.node.data('dev-3', T0 + 6000, { temperature: 31 }));
  expect(await heldOf('gw-3')).toHaveLength(1);
  expect((await storedOf('dev-3')).map(([, at]) => at)).toEqual([5000, 5000, 6000]);
});

test('a device speaks for itself and those behind it, and for nobody else', async () => {
  const own = await connectEdge('gw-4', 'ward 7');
  await own.send(own.node.nodeBirth(T0));
  await own.send(own.node.deviceBirth('dev-5', T0, METRICS_AT_BIRTH));
  await own.send(own.node.deviceBirth('nobody', T0, METRICS_AT_BIRTH));
  expect((await heldOf('gw-4')).map(({ reason }) => reason)).toEqual(['unknown-device', 'foreign-node']);
  const thief = await connectEdge('gw-5', 'ward 7');
  await thief.send(thief.node.nodeBirth(T0, [{ name: 'x', value: 1 }]));
  const other = await connectEdge('gw-6', 'gw-7');
  await other.send(other.node.nodeBirth(T0, [{ name: 'x', value: 1 }]));
  expect((await heldOf('gw-5')).map(({ reason }) => reason)).toEqual(['foreign-node']);
  expect((await heldOf('gw-6')).map(({ reason }) => reason)).toEqual(['foreign-node']);
  expect([...(await storedOf('dev-5')), ...(await storedOf('gw-5')), ...(await storedOf('gw-6'))]).toEqual([]);
  // Its session goes on all the same.
  await own.send(own.node.nodeBirth(T0 + 1000, [{ name: 'x', value: 2 }]));
  expect(await storedOf('gw-4')).toEqual([['x', 1000, 2]]);
});

test('every datatype is read as what it is; what is no value is left out, and nothing else with it', async () => {
  const { node, send } = await connectEdge('gw-8');
  await send(node.nodeBirth(T0));
  const metrics = [
    { name: 'int8', datatype: DataType.Int8, intValue: 0xff },
    { name: 'int16', datatype: DataType.Int16, intValue: 0xfffffffe },
    { name: 'int32', datatype: DataType.Int32, intValue: 0xfffffffd },
    { name: 'int64', datatype: DataType.Int64, longValue: -4 },
    { name: 'uint32', datatype: DataType.UInt32, longValue: 4_294_967_295 },
    { name: 'uint32-int', datatype: DataType.UInt32, intValue: 4_294_967_295 },
    { name: 'uint64', datatype: DataType.UInt64, longValue: 2 ** 53 },
    { name: 'date', datatype: DataType.DateTime, longValue: T0 },
    { name: 'float', datatype: DataType.Float, floatValue: 0.5 },
    { name: 'old', datatype: DataType.Double, doubleValue: 6, timestamp: T0 - 60_000, isHistorical: true },
    { name: 'truth', datatype: DataType.Boolean, booleanValue: true },
    { name: 'text', datatype: DataType.Text, stringValue: 'ok' },
    { name: 'none', datatype: DataType.Double, isNull: true },
    { name: 'bytes', datatype: DataType.Bytes, bytesValue: Buffer.from('x') },
    { name: 'set', datatype: DataType.DataSet, datasetValue: { numOfColumns: 0 } },
    { name: 'nan', datatype: DataType.Double, doubleValue: Number.NaN },
  ];
  const inner = Payload.encode({ timestamp: T0, seq: 1, metrics }).finish();
  const algorithm = { name: 'algorithm', datatype: DataType.String, stringValue: 'GZIP' };
  const packed = { uuid: 'SPBV1.0_COMPRESSED', body: gzipSync(inner), metrics: [algorithm] };
  const topic = sparkplugTopic({ group: 'g', node: 'gw-8' }, 'NDATA');
  await send({ topic, payload: Buffer.from(Payload.encode(packed).finish()) });
  expect(await storedOf('gw-8')).toEqual([
    ['old', -60_000, 6],
    ['date', 0, T0],
    ['float', 0, 0.5],
    ['int16', 0, -2],
    ['int32', 0, -3],
    ['int64', 0, -4],
    ['int8', 0, -1],
    ['text', 0, 'ok'],
    ['truth', 0, 1],
    ['uint32', 0, 4_294_967_295],
    ['uint32-int', 0, 4_294_967_295],
    ['uint64', 0, 2 ** 53],
  ]);
  expect((await heldOf('gw-8')).map(({ reason }) => reason)).toEqual(['not-finite']);
  await send({ topic, payload: Buffer.from('no protobuf') });
  const bomb = { uuid: 'SPBV1.0_COMPRESSED', body: gzipSync(Buffer.alloc(2 ** 21)), metrics: [algorithm] };
  await send({ topic, payload: Buffer.from(Payload.encode(bomb).finish()) });
  expect((await heldOf('gw-8')).map(({ reason }) => reason)).toEqual(['not-sparkplug', 'not-sparkplug', 'not-finite']);
});

test('a restart forgets the births: what was acknowledged before the next one is held, then stored', async () => {
  const before = await connectEdge('gw-9');
  await before.send(before.node.nodeBirth(T0));
  await before.send(before.node.deviceBirth('dev-9', T0, METRICS_AT_BIRTH));
  await instance.close();
  instance = await start();
  const will = { ...before.node.nodeDeath(), qos: 1 as const, retain: false };
  const client = await instance.connect('gw-9', { will });
  let requests = 0;
  client.on('message', () => requests++);
  await client.subscribeAsync(nodeCommandTopic({ group: 'g', node: 'gw-9' }));
  const send = ({ topic, payload }: EdgeMessage) => client.publishAsync(topic, payload, { qos: 1 });
  for (const n of [1, 2, 3]) await send(before.node.data('dev-9', T0 + n * 1000, { flow: n }));
  expect((await heldOf('gw-9')).map(({ reason }) => reason)).toEqual(Array(3).fill('birth-missing'));
  await expect.poll(() => requests).toBe(1);
  await send(before.node.nodeBirth(T0 + 4000));
  await send(before.node.deviceBirth('dev-9', T0 + 4000, METRICS_AT_BIRTH));
  await expect.poll(() => heldOf('gw-9')).toEqual([]);
  expect((await storedOf('dev-9')).filter(([metric]) => metric === 'flow').map(([, at]) => at)).toEqual([
    0, 1000, 2000, 3000, 4000,
  ]);
});
