// The database goes away while a fleet publishes, and comes back: who was cut off, what was lost, how long the backlog
// took. A server is cut off; the embedded one's process stands still.
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { chooseDatabase } from './choose-database.ts';
import { type Child, SERVICE_FLAGS, startChild } from './child.ts';
import type { PaceOptions, Progress } from './paced-load.ts';

const DEVICES = 1_000;
const BEFORE_MS = 5_000;
const AFTER_MS = 3_000;
const POLL_MS = 50;
/** Cleared: no more waits for its acknowledgement than this much of the load. */
const STEADY_S = 0.1;
const HOUR_MS = 3_600_000;

async function untilCleared(fleet: Child, ratePerS: number): Promise<number> {
  const startedMs = performance.now();
  for (;;) {
    const { due, acknowledged } = await fleet.ask<Progress>('progress');
    if (due - acknowledged <= ratePerS * STEADY_S) return (performance.now() - startedMs) / 1000;
    await sleep(POLL_MS);
  }
}

export async function run(args: readonly string[]): Promise<void> {
  const options = {
    database: { type: 'string' },
    seconds: { type: 'string', default: '60' },
    rate: { type: 'string', default: '2000' },
  } as const;
  const { values } = parseArgs({ args: [...args], options });
  chooseDatabase(values.database);
  const ratePerS = Number(values.rate);
  const server = startChild('./ingest-server.ts', ['may-go-away'], SERVICE_FLAGS);
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
  await sleep(BEFORE_MS);
  await server.ask('away');
  await sleep(Number(values.seconds) * 1000);
  const atReturn = await fleet.ask<Progress>('progress');
  const memoryBytes = await server.ask<number>('memory');
  await server.ask('back');
  const clearedS = await untilCleared(fleet, ratePerS);
  await sleep(AFTER_MS);
  const { acknowledged, dropped } = await fleet.ask<Progress>('finish');
  const stored = await server.ask<number>('rows');
  await fleet.end();
  await server.end();
  const backlog = atReturn.due - atReturn.acknowledged;
  const figures = {
    connectionsDropped: dropped,
    readingsLost: acknowledged - stored,
    backlogMessages: backlog,
    backlogClearedS: Math.round(clearedS * 100) / 100,
    serviceMemoryMb: Math.round(memoryBytes / 2 ** 20),
  };
  console.log(
    `${values.seconds} s away at ${ratePerS} messages/s: ${dropped} connections dropped, ${figures.readingsLost} of ` +
      `${acknowledged} acknowledged readings lost, ${backlog} messages of backlog cleared in ${figures.backlogClearedS} s`,
  );
  if (figures.readingsLost !== 0) process.exitCode = 1;
  console.log(JSON.stringify({ bench: 'database-away', database, figures, ratios: {} }));
}
