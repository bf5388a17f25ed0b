// What this process is asked to be, by its environment and its roles: every problem named at once, a frozen value. The
// only reader of `process.env`.
import { accessSync, constants } from 'node:fs';
import type { Static } from 'typebox';
import { Errors } from 'typebox/value';
import { type ConfigSchema, type Leaf, settings } from './config-schema.ts';

type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;
export type Config = DeepReadonly<Static<typeof ConfigSchema>>;

/** Everything that is wrong, each with what to do about it. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(['The start is stopped by its configuration:', ...problems.map((problem) => `- ${problem}`)].join('\n'));
    this.problems = problems;
  }
}

function wantedOf({ setting, schema }: Leaf): string {
  if (setting.wanted) return setting.wanted;
  if (schema.enum) return `one of ${schema.enum.join(', ')}`;
  if (schema.type === 'integer') return `a whole number from ${schema.minimum} to ${schema.maximum}`;
  if (schema.type === 'number') return `a number from ${schema.minimum} to ${schema.maximum}, like ${setting.default}`;
  return 'a text';
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Set to nothing is not set: what starts us may pass every name it knows. */
const rawOf = (env: Environment, name: string): string | undefined => (env[name] === '' ? undefined : env[name]);

const WHOLE = /^-?\d{1,15}$/;
const DECIMAL = /^-?\d{1,15}(\.\d{1,20})?$/;

function valueOf({ setting, schema }: Leaf, raw: string | undefined): unknown {
  if (raw === undefined) return setting.default;
  const shape = schema.type === 'integer' ? WHOLE : schema.type === 'number' ? DECIMAL : null;
  return shape?.test(raw) ? Number(raw) : raw;
}

function readLeaf(leaf: Leaf, env: Environment): { value: unknown; problem?: string } {
  const { env: name, secret } = leaf.setting;
  const raw = rawOf(env, name);
  const value = valueOf(leaf, raw);
  if (value === undefined || Errors(leaf.schema, value).length === 0) return { value };
  return { value, problem: `${name} is ${secret ? 'not usable' : JSON.stringify(raw)}: give ${wantedOf(leaf)}` };
}

const UNSUPPORTED = 'STETHOS_BROKER_URL';

function* unknownNames(env: Environment): Generator<string> {
  const known = new Set(settings().map(({ setting }) => setting.env));
  for (const name of Object.keys(env)) {
    if (!name.startsWith('STETHOS_') || known.has(name)) continue;
    yield name === UNSUPPORTED
      ? `${name}: an external broker is not supported in this version; remove it to use the built-in one`
      : `${name} is not known; remove it or correct its name (npm start -- --help lists all)`;
  }
}

function* portsTwice(config: Config): Generator<string> {
  const takenBy = new Map<number, string>();
  for (const { path, setting } of settings()) {
    const number = config[path[0] as keyof Config];
    if (setting.unit !== 'port' || typeof number !== 'number' || number === 0) continue;
    const other = takenBy.get(number);
    if (other) yield `${other} and ${setting.env} are both ${number}: give each a port of its own`;
    takenBy.set(number, setting.env);
  }
}

function* tlsFaults(config: Config, canRead: (path: string) => boolean): Generator<string> {
  const { tlsCert, tlsKey, deviceCaCert, deviceCaKey, mqttsPort, mqttWsPort } = config;
  const hasBoth = tlsCert !== undefined && tlsKey !== undefined;
  if (mqttsPort !== undefined && !hasBoth) {
    yield 'STETHOS_MQTTS_PORT needs a certificate: set STETHOS_TLS_CERT and STETHOS_TLS_KEY';
  } else if (!hasBoth && (tlsCert ?? tlsKey) !== undefined) {
    yield 'STETHOS_TLS_CERT and STETHOS_TLS_KEY go together: set both or none';
  } else if (hasBoth && mqttsPort === undefined && mqttWsPort === undefined) {
    yield 'STETHOS_TLS_CERT is used by nothing: set STETHOS_MQTTS_PORT or STETHOS_MQTT_WS_PORT';
  }
  if (deviceCaKey !== undefined && deviceCaCert === undefined)
    yield 'STETHOS_DEVICE_CA_KEY needs its certificate: set STETHOS_DEVICE_CA_CERT';
  for (const [name, path] of [
    ['STETHOS_TLS_CERT', tlsCert],
    ['STETHOS_TLS_KEY', tlsKey],
    ['STETHOS_DEVICE_CA_CERT', deviceCaCert],
    ['STETHOS_DEVICE_CA_KEY', deviceCaKey],
  ] as const) {
    if (path !== undefined && !canRead(path)) yield `${name}: ${path} cannot be read; give the path of a PEM file`;
  }
}

function* mailFaults({ notifications: { smtpUrl, smtpFrom } }: Config): Generator<string> {
  if ((smtpUrl === undefined) !== (smtpFrom === undefined)) {
    yield 'STETHOS_SMTP_URL and STETHOS_SMTP_FROM go together: set both or none';
  }
}

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

function put(target: Record<string, unknown>, [first = '', ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) target[first] = value;
  else put((target[first] ??= {}) as Record<string, unknown>, rest, value);
}

function freeze<T extends object>(value: T): T {
  for (const child of Object.values(value)) if (typeof child === 'object' && child !== null) freeze(child as object);
  return Object.freeze(value);
}

/** The configuration, or a ConfigError that names everything wrong with the environment. */
export function loadConfig(env: Environment = process.env, canRead = isReadable): Config {
  const problems = [...unknownNames(env)];
  const draft: Record<string, unknown> = {};
  for (const leaf of settings()) {
    const { value, problem } = readLeaf(leaf, env);
    if (problem) problems.push(problem);
    else if (value !== undefined) put(draft, leaf.path, value);
  }
  const config = draft as unknown as Config;
  problems.push(...portsTwice(config), ...tlsFaults(config, canRead), ...mailFaults(config));
  if (problems.length > 0) throw new ConfigError(problems);
  return freeze(config as object) as Config;
}

export const ROLES = ['broker', 'ingest', 'predictor', 'service', 'costing', 'api'] as const;
export type Role = (typeof ROLES)[number];

/** Roles of this process from `--roles a,b`; all of them when it was not given. */
export function parseRoles(given: string | undefined): readonly Role[] {
  if (given === undefined) return ROLES;
  const names = given.split(',').map((name) => name.trim());
  const roles = ROLES.filter((role) => names.includes(role));
  const has = (role: Role): boolean => roles.includes(role);
  const problems = names
    .filter((name) => !ROLES.some((role) => role === name))
    .map((name) => `--roles: ${JSON.stringify(name)} is not a role; give some of ${ROLES.join(',')}`);
  if (problems.length === 0) {
    // A message is acknowledged by the broker when ingest has committed it, and the predictor sees it right after.
    if (has('broker') !== has('ingest')) problems.push('--roles: broker and ingest go together; give both or none');
    if (has('predictor') && !has('ingest'))
      problems.push('--roles: predictor needs ingest in the same process; add it');
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return roles;
}

/** This process's environment for a child of ours, with `presets` where nothing was given and `fixed` in any case. */
export const environmentFor = (presets: Environment, fixed: Environment): NodeJS.ProcessEnv => ({
  ...presets,
  ...process.env,
  ...fixed,
});
