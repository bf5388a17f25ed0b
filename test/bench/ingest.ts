// Ingest under load: 1,000 devices, QoS 1, ten messages in flight each, with one and with ten metrics a message. In the
// same run the peer (the MQTT engine alone) and the limit (the same rows into the same table without MQTT).
import { parseArgs } from 'node:util';
import { chooseDatabase } from './choose-database.ts';
import { SERVICE_FLAGS, startChild } from './child.ts';
import type { LoadOptions, LoadReport } from './mqtt-load.ts';

const DEVICES = 1_000;
const IN_FLIGHT = 10;
const HOUR_MS = 3_600_000;

interface Measured {
  load: LoadReport;
  /** Of the broker and ingest process, since the last clearing. */
  cpuUs: number;
  stored: number;
  limitPerS: number;
}

const round = (value: number): number => Math.round(value);
const ratio = (value: number): number => Math.round(value * 1000) / 1000;

async function withLoad<T>(
  work: (load: (options: Partial<LoadOptions> & { port: number }) => Promise<LoadReport>) => Promise<T>,
  seconds: number,
) {
  const generator = startChild('./mqtt-load.ts');
  // Well in the past, so that no simulated clock runs ahead.
  const startMs = Date.now() - 48 * HOUR_MS;
  try {
    return await work((options) =>
      generator.ask('load', { devices: DEVICES, inFlight: IN_FLIGHT, metrics: 1, seconds, startMs, ...options }),
    );
  } finally {
    await generator.end();
  }
}

async function brokerAlone(metrics: number, seconds: number): Promise<LoadReport> {
  const peer = startChild('./aedes-alone.ts');
  const port = await peer.ask<number>('port');
  const report = await withLoad((load) => load({ port, metrics }), seconds);
  await peer.end();
  return report;
}

async function measure(metrics: number, seconds: number): Promise<Measured & { kind: string }> {
  const server = startChild('./ingest-server.ts', [], SERVICE_FLAGS);
  const port = await server.ask<number>('port');
  const kind = await server.ask<string>('kind');
  const load = await withLoad(async (publish) => {
    await publish({ port, metrics, seconds: 2 });
    await server.ask('clear');
    return publish({ port, metrics });
  }, seconds);
  const cpuUs = await server.ask<number>('cpuUs');
  const stored = await server.ask<number>('rows');
  const limitPerS = await server.ask<number>('limit');
  await server.end();
  return { load, cpuUs, stored, limitPerS, kind };
}

export async function run(args: readonly string[]): Promise<void> {
  const options = { database: { type: 'string' }, seconds: { type: 'string', default: '10' } } as const;
  const { values } = parseArgs({ args: [...args], options });
  chooseDatabase(values.database);
  const seconds = Number(values.seconds);

  const alone = await brokerAlone(1, seconds);
  console.log(`engine alone: ${round(alone.acknowledged / alone.seconds)} messages/s`);
  const figures: Record<string, number> = { engineAlonePerS: round(alone.acknowledged / alone.seconds) };
  const ratios: Record<string, number> = {};
  let kind = '';
  for (const metrics of [1, 10]) {
    const measured = await measure(metrics, seconds);
    const { load, cpuUs, stored, limitPerS } = measured;
    kind = measured.kind;
    const messagesPerS = load.acknowledged / load.seconds;
    const limit = kind === 'server' ? 'copy' : 'insert';
    console.log(
      `${metrics} metrics: ${round(messagesPerS)} messages/s, acknowledged after ${load.ackP50Ms} / ${load.ackP99Ms} ms (p50/p99); ` +
        `${stored} of ${load.acknowledged * metrics} readings stored; ${limit} alone ${round(limitPerS)} rows/s`,
    );
    if (stored !== load.acknowledged * metrics) {
      console.error('Rows stored and rows acknowledged differ.');
      process.exitCode = 1;
    }
    figures[`metrics${metrics}MessagesPerS`] = round(messagesPerS);
    figures[`metrics${metrics}ReadingsPerS`] = round(messagesPerS * metrics);
    figures[`metrics${metrics}CpuPerMessageUs`] = ratio(cpuUs / load.acknowledged);
    figures[`metrics${metrics}AckP50Ms`] = load.ackP50Ms;
    figures[`metrics${metrics}AckP99Ms`] = load.ackP99Ms;
    figures[`metrics${metrics}${limit === 'copy' ? 'Copy' : 'Insert'}RowsPerS`] = round(limitPerS);
    ratios[`metrics${metrics}ToEngineAlone`] = ratio(messagesPerS / (alone.acknowledged / alone.seconds));
    ratios[`metrics${metrics}To${limit === 'copy' ? 'Copy' : 'Insert'}`] = ratio((messagesPerS * metrics) / limitPerS);
  }
  // On the embedded database COPY is not available; the limit there is the same statement without anything around it.
  console.log(JSON.stringify({ bench: 'ingest', database: kind, figures, ratios }));
}
