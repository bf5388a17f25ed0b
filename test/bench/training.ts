// What training a model beside intake costs the devices: their wait for an acknowledgement and the rate of a fleet at a steady pace,
// in turns with and without a fit in its process of lowest priority. How many fits came to an end, and the share of a core they had,
// say that there was training to be beside of.
import { readFileSync } from 'node:fs';
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
const LOOK_MS = 50;
const HOUR_MS = 3_600_000;

interface Turn {
  ackP50Ms: number;
  ackP95Ms: number;
  ackP99Ms: number;
  acknowledgedPerS: number;
}

/** Trains again and again until told to stop; how many trainings came to an end, the last one by the share of it that was done. */
async function trainUntil(stop: AbortSignal, units: number): Promise<number> {
  const set = wearingFleet({ units, seed: 1, codes: 12, metrics: 8 });
  let share = 0;
  for (let done = 0; ; done++) {
    try {
      share = 0;
      const options = { onProgress: (now: number) => (share = now), signal: stop };
      await fitInProcess({ task: 'fit', kind: 'horizon', set, seed: done + 1 }, options);
    } catch (error) {
      if (stop.aborted) return done + share;
      throw error;
    }
  }
}

const TICKS_PER_S = 100;

/** Processor seconds of the fits that run now, by process; empty where the system does not tell. */
function fitSeconds(): Map<string, number> {
  const seconds = new Map<string, number>();
  try {
    const children = readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').trim().split(' ');
    for (const pid of children) {
      if (!readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('fit-process')) continue;
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
      seconds.set(pid, (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S);
    }
  } catch {
    // A process that ended meanwhile, or a system without such files.
  }
  return seconds;
}

/** Looks at the fits until told to stop; the processor seconds they had. */
async function watchFits(stop: AbortSignal): Promise<number> {
  const most = new Map<string, number>();
  while (!stop.aborted) {
    for (const [pid, seconds] of fitSeconds()) most.set(pid, seconds);
    await sleep(LOOK_MS);
  }
  return [...most.values()].reduce((sum, seconds) => sum + seconds, 0);
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
    units: { type: 'string', default: '40' },
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
  let fitS = 0;
  for (let round = 0; round < Number(values.rounds); round++) {
    alone.push(await measure(fleet, seconds));
    const stop = new AbortController();
    const training = trainUntil(stop.signal, Number(values.units));
    const watched = watchFits(stop.signal);
    beside.push(await measure(fleet, seconds));
    stop.abort();
    trainings += await training;
    fitS += await watched;
  }
  await fleet.ask<Progress>('finish');
  await fleet.end();
  await server.end();
  const [quiet, busy] = [figuresOf('Alone', alone), figuresOf('BesideTraining', beside)];
  const ratioOf = (of: keyof Turn): number => Math.round((middle(beside, of) / middle(alone, of)) * 1000) / 1000;
  const besideS = Number(values.rounds) * (seconds + SETTLE_MS / 1000);
  const trained = {
    trainings: Math.round(trainings * 100) / 100,
    trainingCorePercent: Math.round((fitS / besideS) * 1000) / 10,
  };
  const ratios = { ackP95: ratioOf('ackP95Ms'), acknowledged: ratioOf('acknowledgedPerS') };
  console.log(`p95 ${middle(alone, 'ackP95Ms')} ms alone, ${middle(beside, 'ackP95Ms')} ms beside training`);
  console.log(JSON.stringify({ bench: 'training', database, figures: { ...quiet, ...busy, ...trained }, ratios }));
}
