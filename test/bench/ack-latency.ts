// How long a device waits for its acknowledgement - after the commit - while a fleet publishes at a steady rate.
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { chooseDatabase } from './choose-database.ts';
import { SERVICE_FLAGS, startChild } from './child.ts';
import type { PaceOptions, Progress } from './paced-load.ts';

const DEVICES = 1_000;
const WARM_UP_MS = 3_000;
const HOUR_MS = 3_600_000;

export async function run(args: readonly string[]): Promise<void> {
  const options = {
    database: { type: 'string' },
    seconds: { type: 'string', default: '20' },
    rate: { type: 'string', default: '5000' },
  } as const;
  const { values } = parseArgs({ args: [...args], options });
  chooseDatabase(values.database);
  const ratePerS = Number(values.rate);
  const server = startChild('./ingest-server.ts', [], SERVICE_FLAGS);
  const port = await server.ask<number>('port');
  const database = await server.ask<string>('kind');
  const fleet = startChild('./paced-load.ts');
  const pace: PaceOptions = {
    port,
    devices: DEVICES,
    inFlight: 20,
    ratePerS,
    metrics: 1,
    startMs: Date.now() - 48 * HOUR_MS,
  };
  await fleet.ask('start', pace);
  await sleep(WARM_UP_MS);
  await fleet.ask('clear');
  const before = await fleet.ask<Progress>('progress');
  const startedMs = performance.now();
  await sleep(Number(values.seconds) * 1000);
  const after = await fleet.ask<Progress>('progress');
  const acknowledgedPerS = (after.acknowledged - before.acknowledged) / ((performance.now() - startedMs) / 1000);
  await fleet.ask<Progress>('finish');
  const { ackP50Ms, ackP99Ms } = after;
  await fleet.end();
  await server.end();
  const rate = Math.round(acknowledgedPerS);
  console.log(`${rate} messages/s of ${DEVICES} devices: acknowledged after ${ackP50Ms} / ${ackP99Ms} ms (p50/p99)`);
  const figures = { ackP50Ms, ackP99Ms, acknowledgedPerS: rate };
  const ratios = { acknowledgedToDue: Math.round((acknowledgedPerS / ratePerS) * 1000) / 1000 };
  console.log(JSON.stringify({ bench: 'ack-latency', database, figures, ratios }));
}
