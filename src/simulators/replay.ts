// `npm run replay`: a recorded CSV published as its devices' telemetry, with progress and an end report that is held
// against what the instance stored. The report is the last line of the output, as JSON.
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { Import } from '../contracts/http/system.ts';
import { type ApiClient, signIn } from './api-client.ts';
import { parseReplayMap, type ReplayMap } from './replay/map.ts';
import { outcomeOf } from './replay/outcome.ts';
import { play, type PlayReport } from './replay/play.ts';
import { registerFor } from './replay/register.ts';
import { readRows } from './replay/rows.ts';

const HELP = `A recorded CSV published over MQTT (QoS 1) as its devices' telemetry.

  npm run replay -- --file F.csv[.gz] --map M.json --url mqtt://127.0.0.1:1883 [options]

  --file FILE          the recording, plain or gzip; first row names the columns
  --map FILE           which column is the time, the device, which metric (see examples/replay)
  --url URL            broker (default mqtt://127.0.0.1:1883)
  --speed X            recorded seconds per second; 0 = as fast as acknowledgements allow (default 0)
  --limit N            only the first N rows
  --dry-run            read and check everything, publish nothing
Who the devices are
  --http URL --email E --password P    register product and devices from the mapping, get their tokens, and list the
                                       alerts, jobs and costs that came of it
  --tokens FILE        JSON {"device id": "token"}
`;

interface Options {
  file: string;
  map: string;
  url: string;
  speed: number;
  limit: number;
  dryRun: boolean;
  http?: string;
  email?: string;
  password?: string;
  tokens?: string;
}

const text = { type: 'string' } as const;

function optionsOf(args: readonly string[]): Options | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      file: text,
      map: text,
      url: text,
      speed: text,
      limit: text,
      http: text,
      email: text,
      password: text,
      tokens: text,
      'dry-run': { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return 'help';
  const { file, map, http, email, password, tokens } = values;
  const dryRun = values['dry-run'] ?? false;
  const problems: string[] = [];
  if (file === undefined) problems.push('--file is missing');
  if (map === undefined) problems.push('--map is missing');
  if (!dryRun && tokens === undefined && http === undefined)
    problems.push('give --http with --email and --password, or --tokens');
  if (http !== undefined && (email === undefined || password === undefined))
    problems.push('--http needs --email and --password');
  const speed = numberOf('speed', values.speed, 0, problems);
  const limit = numberOf('limit', values.limit, Number.POSITIVE_INFINITY, problems);
  if (problems.length > 0 || file === undefined || map === undefined) throw new Error(problems.join('; '));
  return {
    file,
    map,
    speed,
    limit,
    dryRun,
    url: values.url ?? 'mqtt://127.0.0.1:1883',
    ...(http === undefined ? {} : { http }),
    ...(email === undefined ? {} : { email }),
    ...(password === undefined ? {} : { password }),
    ...(tokens === undefined ? {} : { tokens }),
  };
}

function numberOf(name: string, given: string | undefined, fallback: number, problems: string[]): number {
  if (given === undefined) return fallback;
  const value = Number(given);
  if (Number.isFinite(value) && value >= 0) return value;
  problems.push(`--${name} must be a number of 0 or more, not "${given}"`);
  return fallback;
}

async function* first<T>(rows: AsyncIterable<T>, limit: number): AsyncGenerator<T> {
  let count = 0;
  for await (const row of rows) {
    if (count++ >= limit) return;
    yield row;
  }
}

/** Reads the whole recording once: how many rows, which devices, what is refused. */
async function survey(options: Options, map: ReplayMap): Promise<{ rows: number; refused: number; devices: string[] }> {
  const devices = new Set<string>();
  let rows = 0;
  let refused = 0;
  for await (const row of first(readRows(options.file, map), options.limit)) {
    rows++;
    if ('sample' in row) devices.add(row.sample.device);
    else if (refused++ < 5) console.error(`line ${row.line}: ${row.refused}`);
  }
  return { rows, refused, devices: [...devices] };
}

async function tokensOf(
  options: Options,
  api: ApiClient | null,
  map: ReplayMap,
  devices: string[],
): Promise<Map<string, string>> {
  if (api) return registerFor(api, map, devices);
  return new Map(Object.entries(JSON.parse(await readFile(options.tokens ?? '', 'utf8')) as Record<string, string>));
}

async function publish(
  options: Options,
  api: ApiClient | null,
  map: ReplayMap,
  total: number,
  devices: string[],
): Promise<PlayReport> {
  const tokens = await tokensOf(options, api, map, devices);
  const name = `replay ${options.file.split('/').at(-1)}`;
  const run = await api?.post<Import>('/imports', { name, total });
  let told = 0;
  const tell = (rows: number, readings: number): void => {
    const percent = Math.floor((100 * rows) / Math.max(1, total));
    if (percent === told) return;
    told = percent;
    if (process.stderr.isTTY) process.stderr.write(`\r${percent} %  ${rows} rows, ${readings} readings`);
    else if (percent % 10 === 0) console.error(`${percent} %  ${rows} rows, ${readings} readings`);
    if (run && api)
      api.post(`/imports/${run.id}/progress`, { done: rows }).catch((error: Error) => console.error(error.message));
  };
  const rows = first(readRows(options.file, map), options.limit);
  const report = await play({ rows, brokerUrl: options.url, tokens, speed: options.speed, onProgress: tell });
  if (process.stderr.isTTY) process.stderr.write('\n');
  if (run && api) {
    await api.post(`/imports/${run.id}/progress`, {
      done: report.rows,
      state: 'finished',
      report: { ...report, devices: undefined },
    });
  }
  return report;
}

async function main(): Promise<number> {
  const options = optionsOf(process.argv.slice(2));
  if (options === 'help') {
    console.log(HELP);
    return 0;
  }
  const map = parseReplayMap(await readFile(options.map, 'utf8'), options.map);
  const { rows, refused, devices } = await survey(options, map);
  console.error(`${options.file}: ${rows} rows, ${refused} refused, ${devices.length} devices`);
  if (options.dryRun) {
    console.log(JSON.stringify({ rows, refusedRows: refused, devices }));
    return 0;
  }
  const { http, email, password } = options;
  const api = http && email && password ? await signIn(http, email, password) : null;
  const report = await publish(options, api, map, rows, devices);
  const outcome = api ? await outcomeOf(api, report) : null;
  console.log(JSON.stringify(outcome ? { ...report, ...outcome } : report));
  return outcome && outcome.storedReadings !== report.distinctReadings ? 1 : 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`replay: ${(error as Error).message}`);
  process.exitCode = 2;
}
