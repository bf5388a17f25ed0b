// The whole service on a test database: in this process (`startTestApp`), or as the real process (`spawnService`), each
// on free ports and with an administrator whose password is known.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pino } from 'pino';
import { type App, startApp } from '../../src/app.ts';
import { loadConfig, type Role, ROLES } from '../../src/config.ts';
import type { Clock } from '../../src/contracts/time.ts';
import type { Database } from '../../src/db/database.ts';
import { openDatabase } from '../../src/db/open.ts';
import { type ApiClient, signIn } from '../../src/simulators/api-client.ts';
import { copyEmbeddedTemplate, openTestDatabase, silentLog, type TestDatabase } from './database.ts';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

export const ADMINISTRATOR = { email: 'admin@stethos.local', password: 'a known test password' } as const;

/** Variables of the service; what is undefined is not set. */
export type ServiceEnvironment = Record<string, string | undefined>;

/** A migrated database that a service may have for itself. */
export interface ServiceDatabase {
  readonly target: TestDatabase['target'];
  /** What the service must be told to use it. */
  readonly env: ServiceEnvironment;
  /** Opens it and looks; of an embedded one only while no service runs on it. */
  look<T>(work: (database: Database) => Promise<T>): Promise<T>;
  remove(): Promise<void>;
}

export async function prepareServiceDatabase(): Promise<ServiceDatabase> {
  if (process.env.TEST_DATABASE_URL === undefined) {
    const dataDir = await copyEmbeddedTemplate();
    return {
      target: { dataDir },
      env: { STETHOS_DATA: dataDir },
      look: (work) => lookAt({ dataDir }, work),
      remove: async () => rmSync(dataDir, { recursive: true, force: true }),
    };
  }
  const database = await openTestDatabase();
  const { target } = database;
  return {
    target,
    env: { DATABASE_URL: target.url },
    look: (work) => work(database),
    remove: () => database.close(),
  };
}

async function lookAt<T>(target: TestDatabase['target'], work: (database: Database) => Promise<T>): Promise<T> {
  const database = await openDatabase({ ...target, log: silentLog() });
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

export interface TestAppOptions {
  roles?: readonly Role[];
  /** Further variables of the service. */
  env?: ServiceEnvironment;
  clock?: Clock;
  dashboardDir?: string;
  /** Kept by the caller, who also removes it; absent: a fresh one that goes when the app closes. */
  database?: ServiceDatabase;
}

export interface TestApp {
  readonly app: App;
  readonly httpUrl: string;
  readonly brokerUrl: string;
  /** Signed in as the administrator. */
  readonly api: ApiClient;
  readonly database: ServiceDatabase;
  /** Once, however often it is called. */
  close(): Promise<void>;
}

/** Needs the roles api and broker; a process without one of them is for `spawnService` or `startApp` itself. */
export async function startTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const { roles = ROLES, env = {}, clock = { now: () => Date.now() } } = options;
  const database = options.database ?? (await prepareServiceDatabase());
  const removeDatabase = async (): Promise<void> => (options.database ? undefined : database.remove());
  let app: App | undefined;
  try {
    app = await startApp({
      config: loadConfig({ ...portsAndAccount, ...database.env, ...env }),
      roles,
      clock,
      random: randomBytes,
      log: pino({ level: process.env.TEST_LOG ?? 'silent' }),
      version: '0.0.0-test',
      dashboardDir: options.dashboardDir ?? join(ROOT, 'dist/dashboard'),
    });
    const httpUrl = app.httpAddress ?? '';
    const api = await signIn(httpUrl, ADMINISTRATOR.email, ADMINISTRATOR.password);
    const started = app;
    let closing: Promise<void> | undefined;
    return {
      app,
      httpUrl,
      brokerUrl: `mqtt://127.0.0.1:${app.mqttPorts.tcp}`,
      api,
      database,
      close: () => (closing ??= started.close().then(removeDatabase)),
    };
  } catch (error) {
    await app?.close();
    await removeDatabase();
    throw error;
  }
}

const portsAndAccount: ServiceEnvironment = {
  STETHOS_HTTP_PORT: '0',
  STETHOS_MQTT_PORT: '0',
  STETHOS_ADMIN_PASSWORD: ADMINISTRATOR.password,
};

export interface Started {
  httpAddress: string | null;
  mqttPorts: Partial<Record<'tcp' | 'tls' | 'ws', number>>;
}

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
}

export interface ServiceProcess {
  readonly pid: number;
  /** Resolves when it says that it has started; rejects with what it printed when it ends before. */
  readonly started: Promise<Started>;
  readonly ended: Promise<Ended>;
  /** What it has printed so far. */
  stdout(): string;
  stderr(): string;
  /** Sends a signal and waits for the end. */
  stop(signal?: NodeJS.Signals): Promise<Ended>;
  /** kill -9 of the process and of the database it started. */
  killGroup(): Promise<void>;
}

export interface SpawnOptions {
  args?: readonly string[];
  /** Program relative to the root of the repository. */
  program?: string;
}

/** The real process, in a group of its own; without ports in `env` it takes free ones. */
export function spawnService(env: ServiceEnvironment, options: SpawnOptions = {}): ServiceProcess {
  const { args = [], program = 'src/main.ts' } = options;
  const child = spawn(process.execPath, ['--import', 'tsx', program, ...args], {
    cwd: ROOT,
    env: serviceEnvironment({ STETHOS_LOG_LEVEL: 'warn', ...portsAndAccount, ...env }),
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const texts = { stdout: gather(child, 'stdout'), stderr: gather(child, 'stderr') };
  const ended = once(child, 'close').then(([code, signal]): Ended => ({ code, signal }));
  const started = Promise.race([
    once(child, 'message').then(([message]) => message as Started),
    ended.then(({ code, signal }) => {
      throw new Error(`it ended with ${signal ?? code}:\n${texts.stdout()}${texts.stderr()}`);
    }),
  ]);
  // Who waits for the end alone need not hear of the start.
  started.catch(() => {});
  const pid = child.pid ?? 0;
  return {
    ...texts,
    pid,
    started,
    ended,
    async stop(signal = 'SIGTERM') {
      child.kill(signal);
      return ended;
    },
    async killGroup() {
      process.kill(-pid, 'SIGKILL');
      await ended;
    },
  };
}

/** This process's environment with nothing that configures a service but what is given. */
export function serviceEnvironment(env: ServiceEnvironment): ServiceEnvironment {
  const names = Object.keys(process.env).filter((name) => !name.startsWith('STETHOS_') && name !== 'DATABASE_URL');
  return { ...Object.fromEntries(names.map((name) => [name, process.env[name]])), ...env };
}

function gather(child: ChildProcess, stream: 'stdout' | 'stderr'): () => string {
  let text = '';
  child[stream]?.setEncoding('utf8').on('data', (chunk: string) => void (text += chunk));
  return () => text;
}
