// What one device that floods the broker does to the others: their wait for an acknowledgement with it, against their wait
// without it, in turns so that nothing else that changes with time is taken for it.
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { chooseDatabase } from './choose-database.ts';
import { type Child, startChild } from './child.ts';
import type { PaceOptions, Progress } from './paced-load.ts';

const DEVICES = 500;
/** Registered with the server, and not one of the fleet. */
const FLOODER = 'dev-1000';
const WARM_UP_MS = 3_000;
const ROUNDS = 3;
const HOUR_MS = 3_600_000;

interface Turn {
  p50Ms: number[];
  p99Ms: number[];
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number;

async function measure(fleet: Child, milliseconds: number, turn: Turn): Promise<void> {
  await fleet.ask('clear');
  await sleep(milliseconds);
  const { ackP50Ms, ackP99Ms, dropped } = await fleet.ask<Progress>('progress');
  if (dropped > 0) throw new Error(`${dropped} devices of the fleet lost their connection`);
  turn.p50Ms.push(ackP50Ms);
  turn.p99Ms.push(ackP99Ms);
}

export async function run(args: readonly string[]): Promise<void> {
  const options = {
    database: { type: 'string' },
    seconds: { type: 'string', default: '10' },
    rate: { type: 'string', default: '2000' },
  } as const;
  const { values } = parseArgs({ args: [...args], options });
  chooseDatabase(values.database);
  const milliseconds = Number(values.seconds) * 1000;
  const server = startChild('./ingest-server.ts');
  const fleet = startChild('./paced-load.ts');
  const flooder = startChild('./flooding-client.ts');
  const without: Turn = { p50Ms: [], p99Ms: [] };
  const flooded: Turn = { p50Ms: [], p99Ms: [] };
  try {
    const port = await server.ask<number>('port');
    const database = await server.ask<string>('kind');
    const startMs = Date.now() - 48 * HOUR_MS;
    const pace: PaceOptions = {
      port,
      devices: DEVICES,
      inFlight: 20,
      ratePerS: Number(values.rate),
      metrics: 1,
      startMs,
    };
    await fleet.ask('start', pace);
    await sleep(WARM_UP_MS);
    for (let round = 0; round < ROUNDS; round++) {
      await measure(fleet, milliseconds, without);
      await flooder.ask('start', { port, name: FLOODER, startMs: startMs - 4_000 * HOUR_MS });
      await measure(fleet, milliseconds, flooded);
      await flooder.ask('stop');
    }
    const floodedPerS = (await flooder.ask<number>('acknowledged')) / ((ROUNDS * milliseconds) / 1000);
    await fleet.ask<Progress>('finish');
    const figures = {
      ackP50Ms: median(without.p50Ms),
      ackP99Ms: median(without.p99Ms),
      floodedAckP50Ms: median(flooded.p50Ms),
      floodedAckP99Ms: median(flooded.p99Ms),
      floodTakenPerS: Math.round(floodedPerS),
    };
    console.log(
      `others wait ${figures.ackP50Ms} / ${figures.ackP99Ms} ms (p50/p99), beside a flood ` +
        `${figures.floodedAckP50Ms} / ${figures.floodedAckP99Ms} ms; ${figures.floodTakenPerS} messages/s of it were taken`,
    );
    const ratios = { floodedToQuietP99: Math.round((figures.floodedAckP99Ms / figures.ackP99Ms) * 1000) / 1000 };
    console.log(JSON.stringify({ bench: 'flooding', database, figures, ratios }));
  } finally {
    for (const child of [flooder, fleet, server]) await child.end();
  }
}
