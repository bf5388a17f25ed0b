// Starts a service on a fresh data folder, tells where it is, and runs the demo's world against it until stopped.
import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { environmentFor } from './config.ts';
import { takeLock } from './db/embedded/lock.ts';
import { runDemo } from './simulators/demo/run.ts';
import { ACCOUNTS, DEMO_PASSWORD } from './simulators/demo/world.ts';
import { refusalOf } from './start-refusal.ts';

/** Only ever holds the demo: each run begins with a fresh one. */
const DATA_FOLDER = join('data', 'demo');
const ADMINISTRATOR = 'admin@stethos.local';

interface Started {
  type: 'started';
  httpAddress: string;
  mqttPorts: { tcp: number };
}

/** Empties the folder of the last demo; refuses while one still lives on it. */
async function clearFolder(): Promise<void> {
  mkdirSync(DATA_FOLDER, { recursive: true, mode: 0o700 });
  const lock = await takeLock(join(DATA_FOLDER, 'stethos.lock'));
  lock.release();
  rmSync(DATA_FOLDER, { recursive: true, force: true });
}

export async function runDemoProcess(): Promise<number> {
  try {
    await clearFolder();
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal === null) throw error;
    console.error(refusal);
    return 2;
  }
  const password = randomBytes(18).toString('base64url');
  const service = startService(password);
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  process.once('SIGTERM', () => stop.abort());
  const ended = new Promise<number>((resolve) => service.once('exit', (code) => resolve(code ?? 1)));
  void ended.then(() => stop.abort());
  const started = await Promise.race([startedOf(service), ended]);
  if (typeof started === 'number') return started;

  sayWelcome(started.httpAddress);
  try {
    await runDemo({
      httpUrl: started.httpAddress,
      brokerUrl: `mqtt://127.0.0.1:${started.mqttPorts.tcp}`,
      admin: { email: ADMINISTRATOR, password },
      now: () => Date.now(),
      say: (line) => console.log(line),
      stop: stop.signal,
    });
  } finally {
    if (service.exitCode === null) service.kill('SIGTERM');
  }
  return ended;
}

function startService(adminPassword: string): ChildProcess {
  const isSource = import.meta.url.endsWith('.ts');
  const main = fileURLToPath(new URL(isSource ? './main.ts' : './main.js', import.meta.url));
  return fork(main, [], {
    ...(isSource ? { execArgv: ['--import', 'tsx'] } : {}),
    // Ctrl-C reaches the whole group; the service ends when the demo's world has said goodbye to it.
    detached: true,
    env: environmentFor(
      { STETHOS_LOG_LEVEL: 'warn' },
      { STETHOS_DATA: DATA_FOLDER, STETHOS_ADMIN_PASSWORD: adminPassword, DATABASE_URL: undefined },
    ),
  });
}

const startedOf = (service: ChildProcess): Promise<Started> =>
  new Promise((resolve) => service.once('message', (message) => resolve(message as Started)));

function sayWelcome(address: string): void {
  console.log(`
  Dashboard   ${address}
  API         ${address}/docs

  Demo accounts, password ${DEMO_PASSWORD}:`);
  for (const { email, name, role } of ACCOUNTS) console.log(`    ${email.padEnd(26)} ${name}, ${role}`);
  console.log('\n  Ctrl-C ends the demo; the next run begins with a fresh one.\n');
}
