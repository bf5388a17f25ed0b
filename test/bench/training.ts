// What training a model beside intake costs the devices: their wait for an acknowledgement and the rate of a fleet at a steady pace,
// in turns with and without a fit in its process of lowest priority.
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { median } from 'simple-statistics';
import { fitInProcess } from '../../src/predictor/models/fit-in-process.ts';
import { wearingFleet } from '../support/horizon-fleet.ts';
import { chooseDatabase } from './choose-database.ts';
import { type Child, SERVICE_FLAGS, startChild } from './child.ts';
import type { PaceOptions, Progress } from './paced-load.ts';

const DEVICES = 500;
const WARM_UP_MS = 3_000;
const SETTLE_MS = 1_000;
const HOUR_MS = 3_600_000;

interface Turn {
  ackP50Ms: number;
  ackP95Ms: number;
  ackP99Ms: number;
  acknowledgedPerS: number;
}

/** Trains again and again until told to stop; how many trainings came to an end. */
async function trainUntil(stop: AbortSignal, units: number): Promise<number> {
  const set = wearingFleet({ units, seed: 1, codes: 12, metrics: 8 });
  for (let done = 0; ; done++) {
    try {
      const options = { onProgress: () => undefined, signal: stop };
      await fitInProcess({ task: 'fit', kind: 'horizon', set, seed: done + 1 }, options);
    } catch (error) {
      if (stop.aborted) return done;
      throw error;
    }
  }
}

async function measure(fleet: Child, seconds: number): Promise<Turn> {
  await sleep(SETTLE_MS);
  await fleet.ask('clear');
  const before = await fleet.ask<Progress>('progress');
  const startedMs = performance.now();
  await sleep(seconds * 1000);
  const { acknowledged, ackP50Ms, ackP95Ms, ackP99Ms } = await fleet.ask<Progress>('progress');
  const acknowledgedPerS = (acknowledged - before.acknowledged) / ((performance.now() - startedMs) / 1000);
  return { ackP50Ms, ackP95Ms, ackP99Ms, acknowledgedPerS };
}

const middle = (turns: readonly Turn[], of: keyof Turn): number =>
  Math.round(median(turns.map((turn) => turn[of])) * 10) / 10;

const figuresOf = (name: string, turns: readonly Turn[]): Record<string, number> =>
  Object.fromEntries(
    (['ackP50Ms', 'ackP95Ms', 'ackP99Ms', 'acknowledgedPerS'] as const).map((of) => [
      `${of}${name}`,
      middle(turns, of),
    ]),
  );

export async function run(args: readonly string[]): Promise<void> {
  const options = {
    database: { type: 'string' },
    seconds: { type: 'string', default: '10' },
    rounds: { type: 'string', default: '3' },
    rate: { type: 'string', default: '2000' },
    units: { type: 'string', default: '150' },
  } as const;
  const { values } = parseArgs({ args: [...args], options });
  chooseDatabase(values.database);
  const [ratePerS, seconds] = [Number(values.rate), Number(values.seconds)];
  const server = startChild('./ingest-server.ts', [], SERVICE_FLAGS);
  const port = await server.ask<number>('port');
  const database = await server.ask<string>('kind');
  const fleet = startChild('./paced-load.ts');
  const startMs = Date.now() - 48 * HOUR_MS;
  const pace: PaceOptions = { port, devices: DEVICES, inFlight: 20, ratePerS, metrics: 1, startMs };
  await fleet.ask('start', pace);
  await sleep(WARM_UP_MS);
  const [alone, beside]: [Turn[], Turn[]] = [[], []];
  let trainings = 0;
  for (let round = 0; round < Number(values.rounds); round++) {
    alone.push(await measure(fleet, seconds));
    const stop = new AbortController();
    const training = trainUntil(stop.signal, Number(values.units));
    beside.push(await measure(fleet, seconds));
    stop.abort();
    trainings += await training;
  }
  await fleet.ask<Progress>('finish');
  await fleet.end();
  await server.end();
  const [quiet, busy] = [figuresOf('Alone', alone), figuresOf('BesideTraining', beside)];
  const ratioOf = (of: keyof Turn): number => Math.round((middle(beside, of) / middle(alone, of)) * 1000) / 1000;
  const ratios = { ackP95: ratioOf('ackP95Ms'), acknowledged: ratioOf('acknowledgedPerS') };
  console.log(`p95 ${middle(alone, 'ackP95Ms')} ms alone, ${middle(beside, 'ackP95Ms')} ms beside training`);
  console.log(JSON.stringify({ bench: 'training', database, figures: { ...quiet, ...busy, trainings }, ratios }));
}
