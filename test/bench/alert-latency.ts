// From the publish of a faulty reading to its alert in front of a person: on the dashboard in a real browser, and beside
// it on a plain client of the live channel. On an idle instance, and with 1,000 readings a second of a simulated fleet.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { loadavg } from 'node:os';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { build } from 'vite';
import { ADMINISTRATOR } from '../support/app.ts';
import { type AlertInstance, type Pump, publishFault, startAlertInstance } from './alert-instance.ts';
import { type AlertViewer, openDashboard, openPlainClient } from './alert-viewers.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const EPISODES = 60;
/** The first alerts find cold caches and uncompiled code; they are told apart and not counted. */
const WARM_UP = 5;
const LIMIT_MS = 1_000;
const GIVE_UP_MS = 15_000;
/** Pauses that fall on every part of the server's own rhythm alike. */
const PAUSE_MS = 150;
const PAUSE_STEP_MS = 61.8;

/** Ventilators report 11 metrics a message. */
const FLEET = { devices: 100, metrics: 11, readingsPerS: 1_000, settleMs: 5_000 } as const;

interface Latencies {
  browser: number[];
  plain: number[];
}

async function measure(pumps: readonly Pump[], browser: AlertViewer, plain: AlertViewer): Promise<Latencies> {
  const latencies: Latencies = { browser: [], plain: [] };
  for (const [index, pump] of pumps.entries()) {
    await sleep(PAUSE_MS + ((index * PAUSE_STEP_MS) % 100));
    const sentMs = performance.timeOrigin + performance.now();
    await publishFault(pump);
    // Both note the time by themselves; asking the browser later keeps this process free for the plain client.
    const toldMs = await plain.seenAt(pump.id, GIVE_UP_MS);
    const drawnMs = await browser.seenAt(pump.id, GIVE_UP_MS);
    if (index < WARM_UP) continue;
    latencies.browser.push(drawnMs - sentMs);
    latencies.plain.push(toldMs - sentMs);
  }
  return latencies;
}

const quantile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.max(0, Math.ceil(values.length * share) - 1)] ?? Number.NaN;

/** Named as `idleBrowserP50Ms`; also said in words. */
function figuresOf(state: string, { browser, plain }: Latencies): Record<string, number> {
  const viewers = [
    ['Browser', browser],
    ['PlainClient', plain],
  ] as const;
  return Object.fromEntries(
    viewers.flatMap(([viewer, times]) => {
      const [p50, p95] = [Math.round(quantile(times, 0.5)), Math.round(quantile(times, 0.95))];
      console.log(`${state}, ${viewer}: ${p50} / ${p95} ms (p50/p95), n ${times.length}`);
      return [
        [`${state}${viewer}P50Ms`, p50],
        [`${state}${viewer}P95Ms`, p95],
      ];
    }),
  );
}

function startFleet({ httpUrl, brokerUrl }: AlertInstance): ChildProcess {
  const { email, password } = ADMINISTRATOR;
  const rate = FLEET.readingsPerS / FLEET.devices / FLEET.metrics;
  const options = {
    devices: FLEET.devices,
    kinds: 'ventilator',
    rate,
    url: brokerUrl,
    http: httpUrl,
    email,
    password,
    'fault-rate': 0,
    'channel-faults': 0,
  };
  const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
  return spawn(process.execPath, ['--import', 'tsx', 'src/simulators/simulate.ts', ...args], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** Resolves at the first status line, when the whole fleet is connected and speaking. */
async function speaking(fleet: ChildProcess): Promise<void> {
  if (fleet.stderr === null) throw new Error('the fleet has no output');
  const ended = once(fleet, 'exit').then(() => {
    throw new Error('the fleet did not start');
  });
  await Promise.race([once(fleet.stderr, 'data'), ended]);
  fleet.stderr.resume();
  ended.catch(() => {});
  await sleep(FLEET.settleMs);
}

/** Stops it and gives back how many readings a second it had sent. */
async function endFleet(fleet: ChildProcess): Promise<number> {
  let output = '';
  fleet.stdout?.setEncoding('utf8').on('data', (text: string) => void (output += text));
  fleet.kill('SIGTERM');
  await once(fleet, 'close');
  const report = JSON.parse(output.trim().split('\n').at(-1) ?? '{}') as { readings: number; seconds: number };
  return Math.round(report.readings / report.seconds);
}

const idsOf = (name: string): string[] =>
  Array.from({ length: WARM_UP + EPISODES }, (_, index) => `${name}-${String(index + 1).padStart(3, '0')}`);

async function measureBoth(
  instance: AlertInstance,
): Promise<Record<'idle' | 'loaded', Latencies> & { readingsPerS: number }> {
  const browser = await openDashboard(instance.httpUrl);
  const plain = await openPlainClient(instance.httpUrl);
  const named = (name: string): Pump[] => instance.pumps.filter(({ id }) => id.startsWith(name));
  try {
    const idle = await measure(named('IDLE'), browser, plain);
    const fleet = startFleet(instance);
    try {
      await speaking(fleet);
      const loaded = await measure(named('LOADED'), browser, plain);
      return { idle, loaded, readingsPerS: await endFleet(fleet) };
    } finally {
      fleet.kill('SIGKILL');
    }
  } finally {
    await plain.close();
    await browser.close();
  }
}

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { database: { type: 'string' } } });
  const isServer = values.database !== 'embedded' && process.env.DATABASE_URL !== undefined;
  if (isServer) process.env.TEST_DATABASE_URL = process.env.DATABASE_URL;
  else delete process.env.TEST_DATABASE_URL;
  await build({ root: resolve(ROOT, 'src/dashboard'), configFile: resolve(ROOT, 'vite.config.ts'), logLevel: 'error' });

  const instance = await startAlertInstance([...idsOf('IDLE'), ...idsOf('LOADED')]);
  try {
    const { idle, loaded, readingsPerS } = await measureBoth(instance);
    const measured = { ...figuresOf('idle', idle), ...figuresOf('loaded', loaded) };
    const loadAverage = Math.round((loadavg()[0] ?? 0) * 10) / 10;
    const figures = { episodes: EPISODES, backgroundReadingsPerS: readingsPerS, ...measured, loadAverage };
    const ratios = {
      idleBrowserP95ToLimit: (measured.idleBrowserP95Ms ?? Number.NaN) / LIMIT_MS,
      loadedBrowserP95ToLimit: (measured.loadedBrowserP95Ms ?? Number.NaN) / LIMIT_MS,
    };
    console.log(
      JSON.stringify({ bench: 'alert-latency', database: isServer ? 'server' : 'embedded', figures, ratios }),
    );
  } finally {
    await instance.close();
  }
}
