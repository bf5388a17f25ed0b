// The command line of the replay: its help, and its arguments as values or one error that names all that is wrong.
import { parseArgs } from 'node:util';

export const REPLAY_HELP = `A recorded CSV published over MQTT (QoS 1) as its devices' telemetry.

  npm run replay -- --file F.csv[.gz] --map M.json --url mqtt://127.0.0.1:1883 [options]

  --file FILE          the recording, plain or gzip; first row names the columns
  --map FILE           which column is the time, the device, which metric (see examples/replay)
  --url URL            broker (default mqtt://127.0.0.1:1883)
  --speed X            recorded seconds per second; 0 = as fast as acknowledgements allow (default 0)
  --rate N             at most N rows a second; 0 = no limit (default 0)
  --limit N            only the first N rows
  --dry-run            read and check everything, publish nothing: what would be sent, what is refused and why
  --report FILE.json   the end report, also printed as the last line
Going on after a break
  --resume             go on where the journal says everything before is acknowledged
  --state FILE         the journal (default: the recording's name + .replay-state, beside it)
Who the devices are
  --http URL --email E --password P    register what the mapping names (product, devices, contract, engineers, rates)
                                       where it is not there yet, get tokens, and list the alerts, jobs and costs that
                                       came of it
  --tokens FILE        JSON {"device id": "token"}
`;

export interface Account {
  http: string;
  email: string;
  password: string;
}

export interface ReplayOptions {
  file: string;
  map: string;
  url: string;
  speed: number;
  /** Rows a second; 0 = no limit. */
  rate: number;
  limit: number;
  dryRun: boolean;
  resume: boolean;
  /** The journal; null: beside the recording. */
  state: string | null;
  report: string | null;
  /** Where the devices get their tokens; `null` only when nothing is to be published. */
  access: { account: Account } | { tokensFile: string } | null;
}

const text = { type: 'string' } as const;
const OPTIONS = {
  file: text,
  map: text,
  url: text,
  speed: text,
  rate: text,
  state: text,
  report: text,
  limit: text,
  http: text,
  email: text,
  password: text,
  tokens: text,
  'dry-run': { type: 'boolean' },
  resume: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

export function replayOptionsOf(args: readonly string[]): ReplayOptions | 'help' {
  const { values } = parseArgs({ args: [...args], options: OPTIONS });
  if (values.help) return 'help';
  const { file, map, http, email, password, tokens } = values;
  const dryRun = values['dry-run'] ?? false;
  const problems: string[] = [];
  if (file === undefined) problems.push('--file is missing');
  if (map === undefined) problems.push('--map is missing');
  const account = http && email && password ? { http, email, password } : null;
  if (http !== undefined && account === null) problems.push('--http needs --email and --password');
  else if (!dryRun && account === null && tokens === undefined) {
    problems.push('give --http with --email and --password, or --tokens');
  }
  const speed = numberOf('speed', values.speed, 0, problems);
  const rate = numberOf('rate', values.rate, 0, problems);
  const limit = numberOf('limit', values.limit, Number.POSITIVE_INFINITY, problems);
  if (problems.length > 0 || file === undefined || map === undefined) throw new Error(problems.join('; '));
  const access = account ? { account } : tokens === undefined ? null : { tokensFile: tokens };
  const { resume = false, state = null, report = null, url = 'mqtt://127.0.0.1:1883' } = values;
  return { file, map, url, speed, rate, limit, dryRun, resume, state, report, access };
}

function numberOf(name: string, given: string | undefined, fallback: number, problems: string[]): number {
  if (given === undefined) return fallback;
  const value = Number(given);
  if (Number.isFinite(value) && value >= 0) return value;
  problems.push(`--${name} must be a number of 0 or more, not "${given}"`);
  return fallback;
}
