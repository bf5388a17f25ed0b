// The command line of the simulated fleet: parsed into values or a list of what is wrong with it.
import { parseArgs } from 'node:util';
import { NO_MESSAGE_FAULTS, type MessageFaults } from './channel.ts';
import { FORMATS, type Format } from './speech.ts';
import { KINDS, type Kind } from './models/kind-model.ts';

export const HELP = `A simulated fleet of medical devices, published over MQTT (QoS 1).

  npm run simulate -- --devices N --rate R --url mqtt://127.0.0.1:1883 [options]

  --devices N          how many devices (default 20)
  --kinds a,b          which kinds: ${KINDS.join(', ')} (default all)
  --format F           how they word it: json, senml or sparkplug (default json)
  --prefix P           device ids are P-KIND-00001 (default SIM)
  --rate R             messages per second and device (default: each kind's own interval and batches)
  --url URL            broker (default mqtt://127.0.0.1:1883)
  --duration S         stop after S seconds (default: until Ctrl-C)
  --start ISO          what time it is for the devices at the start (default: now)
  --seed S             the same seed gives the same fleet, values and faults (default 1)
  --wear-speed X       wear this many times faster than life; 2000 shows five weeks in 25 minutes (default 1)
  --fault-rate X       failures this many times more often; 0 none (default 1)
  --channel-faults X   gaps, backlogs, wrong clocks, stuck sensors this many times more often; 0 none (default 1)
  --message-faults P   chance per message of being sent twice, out of order, after a reconnect, or beside a broken
                       payload (default 0)
  --in-flight N        unacknowledged messages per device before it waits (default 64)
  --truth FILE         write the injected faults as JSON lines
  --report FILE        write the end report here too; it is always the last line of the output
Who the devices are
  --http URL --email E --password P    register products and devices through the API and get their tokens
  --tokens FILE        JSON {"device id": "token"}; with --http the tokens are saved there
`;

export interface SimulateOptions {
  devices: number;
  kinds: readonly Kind[];
  format: Format;
  prefix: string;
  rate?: number;
  url: string;
  durationMs?: number;
  startMs?: number;
  seed: string;
  wearSpeed: number;
  faultRate: number;
  channelRate: number;
  messageFaults: MessageFaults;
  maxInFlight: number;
  truthFile?: string;
  reportFile?: string;
  api?: { url: string; email: string; password: string };
  tokensFile?: string;
}

export type Parsed = { ok: true; options: SimulateOptions } | { ok: false; problems: string[] } | { ok: 'help' };

const text = { type: 'string' } as const;

export function parseSimulateArguments(args: readonly string[]): Parsed {
  const read = readArguments(args);
  if (typeof read === 'string') return { ok: false, problems: [read] };
  if (read.help) return { ok: 'help' };
  const problems: string[] = [];
  const number = (name: keyof typeof read, fallback: number, low: number, high: number): number => {
    const given = read[name];
    if (given === undefined) return fallback;
    const value = Number(given);
    if (Number.isFinite(value) && value >= low && value <= high) return value;
    problems.push(`--${name} must be a number from ${low} to ${high}, not "${String(given)}"`);
    return fallback;
  };
  const chance = number('message-faults', 0, 0, 0.5);
  const startMs = read.start === undefined ? undefined : Date.parse(read.start);
  if (Number.isNaN(startMs)) problems.push(`--start must be an ISO 8601 time, not "${read.start}"`);
  const options: SimulateOptions = {
    devices: Math.round(number('devices', 20, 1, 100_000)),
    kinds: kindsOf(read.kinds, problems),
    format: formatOf(read.format, problems),
    prefix: read.prefix ?? 'SIM',
    ...(read.rate === undefined ? {} : { rate: number('rate', 1, 0.000_1, 10_000) }),
    url: read.url ?? 'mqtt://127.0.0.1:1883',
    ...(read.duration === undefined ? {} : { durationMs: 1000 * number('duration', 60, 0.001, 31_536_000) }),
    ...(startMs === undefined ? {} : { startMs }),
    seed: read.seed ?? '1',
    wearSpeed: number('wear-speed', 1, 0.001, 1_000_000),
    faultRate: number('fault-rate', 1, 0, 1000),
    channelRate: number('channel-faults', 1, 0, 1000),
    messageFaults:
      chance === 0 ? NO_MESSAGE_FAULTS : { duplicate: chance, reorder: chance, badPayload: chance, reconnect: chance },
    maxInFlight: Math.round(number('in-flight', 64, 1, 65_000)),
    ...(read.truth === undefined ? {} : { truthFile: read.truth }),
    ...(read.report === undefined ? {} : { reportFile: read.report }),
    ...(read.tokens === undefined ? {} : { tokensFile: read.tokens }),
    ...apiOf(read, problems),
  };
  return problems.length === 0 ? { ok: true, options } : { ok: false, problems };
}

const ARGUMENTS = {
  devices: text,
  kinds: text,
  format: text,
  prefix: text,
  rate: text,
  url: text,
  duration: text,
  start: text,
  seed: text,
  'wear-speed': text,
  'fault-rate': text,
  'channel-faults': text,
  'message-faults': text,
  'in-flight': text,
  truth: text,
  report: text,
  http: text,
  email: text,
  password: text,
  tokens: text,
  help: { type: 'boolean', short: 'h' },
} as const;

type Read = ReturnType<typeof parseArgs<{ options: typeof ARGUMENTS }>>['values'];

function readArguments(args: readonly string[]): Read | string {
  try {
    return parseArgs({ args: [...args], options: ARGUMENTS }).values;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function kindsOf(given: string | undefined, problems: string[]): readonly Kind[] {
  if (given === undefined) return KINDS;
  const names = given.split(',').map((name) => name.trim());
  const wrong = names.filter((name) => !KINDS.includes(name as Kind));
  if (wrong.length > 0) problems.push(`--kinds knows ${KINDS.join(', ')}, not "${wrong.join(', ')}"`);
  return KINDS.filter((kind) => names.includes(kind));
}

function formatOf(given: string | undefined, problems: string[]): Format {
  const format = FORMATS.find((name) => name === (given ?? 'json'));
  if (format === undefined) problems.push(`--format is ${FORMATS.join(', ')}, not "${given}"`);
  return format ?? 'json';
}

function apiOf(read: Read, problems: string[]): Pick<SimulateOptions, 'api'> {
  const { http, email, password } = read;
  if (http === undefined) {
    if (read.tokens === undefined) problems.push('give --http with --email and --password, or --tokens FILE');
    return {};
  }
  if (email === undefined || password === undefined) {
    problems.push('--http needs --email and --password of an administrator');
    return {};
  }
  return { api: { url: http, email, password } };
}
