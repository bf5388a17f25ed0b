// `npm run simulate`: a simulated fleet against any running instance. The last line of the output is the end report as
// JSON; the exit code is 1 when something published was not acknowledged.
import { readFile, rename, writeFile } from 'node:fs/promises';
import { nodeCommandTopic } from '../contracts/sparkplug-topics.ts';
import type { Clock } from '../contracts/time.ts';
import { PRODUCTS } from './catalogue/products.ts';
import { type DeviceIdentity, identifyFleet, startDevice } from './fleet.ts';
import { HELP, parseSimulateArguments, type SimulateOptions } from './options.ts';
import { connectPublisher, type Publisher } from './publisher.ts';
import { forEachAtOnce, registerFleet } from './registration.ts';
import { type Member, runFleet } from './run-fleet.ts';
import { SIMULATED_GROUP, speechOf } from './speech.ts';
import { takeCommands } from './take-commands.ts';

const CONNECT_AT_ONCE = 50;
const STATUS_EVERY_MS = 5_000;
const DRAIN_WITHIN_MS = 30_000;
/** Faults are planned this far ahead when no end was given. */
const OPEN_END_MS = 30 * 86_400_000;

async function simulate(options: SimulateOptions, stop: AbortController): Promise<number> {
  const identities = identifyFleet(options);
  const publishers = await connectAll(options, identities, await tokensOf(options, identities));
  const startedMs = Date.now();
  const fromMs = options.startMs ?? startedMs;
  const clock = { now: () => fromMs + Date.now() - startedMs };
  const fleet = { ...options, fromMs, toMs: fromMs + (options.durationMs ?? OPEN_END_MS) };
  const members = identities.map((identity, index) => ({
    device: startDevice(identity, fleet),
    publisher: publishers[index] as Publisher,
    speech: speechOf(options.format, identity.id, PRODUCTS[identity.kind].metrics),
  }));
  if (options.format === 'sparkplug') for (const member of members) answerRebirths(member, clock);
  for (const { device, publisher } of members) {
    const setInterval = (intervalMs: number): void => void (device.intervalMs = intervalMs);
    takeCommands({ ...device, publisher, setInterval, now: clock.now });
  }
  // Not AbortSignal.any with a timeout: Node 20 may collect the combined signal before it fires.
  const timeUp = options.durationMs === undefined ? undefined : setTimeout(() => stop.abort(), options.durationMs);
  let lateMs = 0;
  let writing = Promise.resolve();
  const status = setInterval(() => {
    console.error(statusLine(members, (Date.now() - startedMs) / 1000, lateMs));
    lateMs = 0;
    writing = writing.then(() => writeTruth(options.truthFile, members, clock.now()));
  }, STATUS_EVERY_MS);
  await runFleet(members, { fromMs, clock, signal: stop.signal, onLate: (ms) => (lateMs = Math.max(lateMs, ms)) });
  clearInterval(status);
  clearTimeout(timeUp);
  const runSeconds = (Date.now() - startedMs) / 1000;
  await Promise.all(members.map(({ publisher }) => publisher.drain(DRAIN_WITHIN_MS)));
  const report = reportOf(members, runSeconds);
  await forEachAtOnce(members, CONNECT_AT_ONCE, ({ publisher }) => publisher.close());
  await writing;
  await writeTruth(options.truthFile, members, clock.now());
  if (options.reportFile) await writeFile(options.reportFile, `${JSON.stringify(report)}\n`);
  console.log(JSON.stringify(report));
  return report.unacknowledged === 0 ? 0 : 1;
}

/** A node that is asked says everything again, on the connection it has. */
function answerRebirths({ device, publisher, speech }: Member, clock: Clock): void {
  publisher.listen(nodeCommandTopic({ group: SIMULATED_GROUP, node: device.id }), () => {
    for (const { topic, payload } of speech.repeat(clock.now())) void publisher.publish(topic, payload);
  });
}

async function tokensOf(options: SimulateOptions, fleet: readonly DeviceIdentity[]): Promise<Map<string, string>> {
  if (options.api) {
    const tokens = await registerFleet(options.api, fleet);
    if (options.tokensFile)
      await writeFile(options.tokensFile, JSON.stringify(Object.fromEntries(tokens), null, 1), { mode: 0o600 });
    return tokens;
  }
  const saved = JSON.parse(await readFile(options.tokensFile ?? '', 'utf8')) as Record<string, string>;
  const missing = fleet.filter(({ id }) => saved[id] === undefined).map(({ id }) => id);
  if (missing.length > 0) {
    throw new Error(
      `${options.tokensFile} has no token for ${missing.length} devices, first ${missing[0]}; register them with --http`,
    );
  }
  return new Map(Object.entries(saved));
}

/** One publisher per device, in the order of the devices. */
async function connectAll(
  { url, maxInFlight }: SimulateOptions,
  identities: readonly DeviceIdentity[],
  tokens: ReadonlyMap<string, string>,
): Promise<Publisher[]> {
  const publishers: Publisher[] = [];
  await forEachAtOnce([...identities.entries()], CONNECT_AT_ONCE, async ([index, { id }]) => {
    publishers[index] = await connectPublisher({ url, deviceId: id, token: tokens.get(id) ?? '', maxInFlight });
  });
  return publishers;
}

function totalsOf(members: readonly Member[]): { published: number; acknowledged: number; reconnects: number } {
  const totals = { published: 0, acknowledged: 0, reconnects: 0 };
  for (const { publisher } of members) {
    const stats = publisher.stats();
    totals.published += stats.published;
    totals.acknowledged += stats.acknowledged;
    totals.reconnects += stats.reconnects;
  }
  return totals;
}

function statusLine(members: readonly Member[], seconds: number, lateMs: number): string {
  const { published, acknowledged, reconnects } = totalsOf(members);
  const rate = (acknowledged / seconds).toFixed(1);
  return `${seconds.toFixed(0)} s: ${members.length} devices, ${published} published, ${acknowledged} acknowledged (${rate}/s), ${reconnects} reconnects, latest ${lateMs.toFixed(0)} ms behind`;
}

function reportOf(members: readonly Member[], runSeconds: number) {
  const { published, acknowledged, reconnects } = totalsOf(members);
  const sum = (field: 'samplesSent' | 'readingsSent' | 'samplesLost' | 'duplicates' | 'badPayloads'): number =>
    members.reduce((total, { device }) => total + device.channel.stats()[field], 0);
  return {
    devices: members.length,
    seconds: Number(runSeconds.toFixed(3)),
    published,
    acknowledged,
    unacknowledged: published - acknowledged,
    acknowledgedPerSecond: Number((acknowledged / runSeconds).toFixed(1)),
    samples: sum('samplesSent'),
    readings: sum('readingsSent'),
    samplesLostByDevices: sum('samplesLost'),
    duplicates: sum('duplicates'),
    badPayloads: sum('badPayloads'),
    reconnects,
  };
}

/** The whole file each time, by rename: a reader never sees half of it, and repairs correct what was written before. */
async function writeTruth(file: string | undefined, members: readonly Member[], atMs: number): Promise<void> {
  if (file === undefined) return;
  const lines = members.flatMap(({ device }) => device.truth(atMs)).map((line) => `${JSON.stringify(line)}\n`);
  await writeFile(`${file}.part`, lines.join(''));
  await rename(`${file}.part`, file);
}

const parsed = parseSimulateArguments(process.argv.slice(2));
if (parsed.ok === 'help') {
  console.log(HELP);
} else if (!parsed.ok) {
  console.error(`${parsed.problems.join('\n')}\nSee --help.`);
  process.exitCode = 2;
} else {
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  process.once('SIGTERM', () => stop.abort());
  simulate(parsed.options, stop).then(
    (code) => (process.exitCode = code),
    (error: unknown) => {
      console.error(error instanceof Error ? error.message : error);
      process.exit(1);
    },
  );
}
