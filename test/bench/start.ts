// From a fresh clone to the first screen: how long `npm ci` and `npm run demo` take, when the demo's history is there and
// when its first live alert, and what memory each process holds. Against the limit of 30 s to the first screen.
import { execFileSync, type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Alert } from '../../src/contracts/http/alerts.ts';
import type { Page } from '../../src/contracts/http/page.ts';
import type { Import } from '../../src/contracts/http/system.ts';
import { type ApiClient, signIn } from '../../src/simulators/api-client.ts';
import { ACCOUNTS, DEMO_PASSWORD } from '../../src/simulators/demo/world.ts';
import { endProcesses, processTree } from './process-memory.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const FIRST_SCREEN_LIMIT_S = 30;
const POLL_MS = 200;
/** Everything must be over by then; a machine that needs longer is told so by name. */
const LIMIT_S = { firstScreen: 120, history: 600, alert: 300 };
const END_LIMIT_MS = 15_000;

const secondsSince = (startedMs: number): number => Math.round((performance.now() - startedMs) / 100) / 10;

/** Calls until it gives something else than `null`, at most `limitS`. */
async function until<T>(what: string, limitS: number, look: () => Promise<T | null>): Promise<T> {
  const begunMs = performance.now();
  for (;;) {
    let cause: unknown;
    const found = await look().catch((error: unknown) => {
      cause = error;
      return null;
    });
    if (found !== null) return found;
    if (performance.now() - begunMs > limitS * 1000) throw new Error(`${what}: not within ${limitS} s`, { cause });
    await sleep(POLL_MS);
  }
}

function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => done(port));
    });
  });
}

function install(folder: string): number {
  execFileSync('git', ['clone', '--quiet', '--no-hardlinks', ROOT, folder], { stdio: 'inherit' });
  const startedMs = performance.now();
  execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: folder, stdio: 'inherit' });
  return secondsSince(startedMs);
}

const PROCESSES = {
  service: /^\S*node \S*dist\/main\.js/,
  database: /^\S*node \S*embedded\/server\.js/,
  demoWorld: /^\S*node \S*dist\/demo\.js/,
} as const;

/** MiB of each process of the demo, as `serviceMiBAtX`; npm's own shells are left out. */
function memoryAt(when: string, root: number): Record<string, number> {
  const tree = processTree(root);
  return Object.fromEntries(
    Object.entries(PROCESSES).map(([name, pattern]) => [
      `${name}MiBAt${when}`,
      tree.find(({ command }) => pattern.test(command))?.residentMiB ?? 0,
    ]),
  );
}

async function startDemo(folder: string): Promise<{ demo: ChildProcess; url: string; startedMs: number }> {
  const port = await freePort();
  const startedMs = performance.now();
  const env = {
    ...process.env,
    STETHOS_HTTP_PORT: String(port),
    STETHOS_MQTT_PORT: String(await freePort()),
  };
  const demo = spawn('npm', ['run', 'demo'], { cwd: folder, env, stdio: ['ignore', 'inherit', 'inherit'] });
  return { demo, url: `http://127.0.0.1:${port}`, startedMs };
}

const serves = async (url: string): Promise<true | null> => {
  const answers = await Promise.all(['/', '/readyz'].map((path) => fetch(`${url}${path}`)));
  return answers.every(({ status }) => status === 200) ? true : null;
};

const historyOf = async (api: ApiClient): Promise<Import | null> =>
  (await api.get<Page<Import>>('/imports')).items.find(({ state }) => state === 'finished') ?? null;

/** Raised by readings measured after the first screen was there: by the fleet's present, not by its history. */
const liveAlertOf = async (api: ApiClient, afterMs: number): Promise<Alert | null> =>
  (await api.get<Page<Alert>>('/alerts?sort=-raisedAt&limit=5')).items.find(
    ({ raisedAt }) => Date.parse(raisedAt) > afterMs,
  ) ?? null;

type Figures = Record<string, number> & { firstScreenS: number };

async function measureDemo(folder: string): Promise<Figures> {
  const { demo, url, startedMs } = await startDemo(folder);
  const root = demo.pid ?? 0;
  try {
    await until('first screen', LIMIT_S.firstScreen, () => serves(url));
    const firstScreenS = secondsSince(startedMs);
    const presentMs = Date.now();
    const atFirstScreen = memoryAt('FirstScreen', root);
    const [support] = ACCOUNTS;
    const api = await until('demo accounts', LIMIT_S.firstScreen, () => signIn(url, support.email, DEMO_PASSWORD));
    await until('history', LIMIT_S.history, () => historyOf(api));
    const historyS = secondsSince(startedMs);
    const afterHistory = memoryAt('History', root);
    await until('live alert', LIMIT_S.alert, () => liveAlertOf(api, presentMs));
    return { firstScreenS, historyS, liveAlertS: secondsSince(startedMs), ...atFirstScreen, ...afterHistory };
  } finally {
    const tree = processTree(root);
    const leaders = tree.filter(({ command }) => PROCESSES.demoWorld.test(command));
    await endProcesses(
      leaders.map(({ pid }) => pid),
      tree.map(({ pid }) => pid),
      END_LIMIT_MS,
    );
  }
}

export async function run(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'stethos-start-'));
  try {
    const clone = join(folder, 'clone');
    const installS = install(clone);
    console.log(`npm ci: ${installS} s, packages from npm's cache`);
    const demo = await measureDemo(clone);
    const figures = { installS, ...demo, loadAverage: Math.round((loadavg()[0] ?? 0) * 10) / 10 };
    const ratios = { firstScreenToLimit: Math.round((demo.firstScreenS / FIRST_SCREEN_LIMIT_S) * 1000) / 1000 };
    console.log(JSON.stringify({ bench: 'start', database: 'embedded', figures, ratios }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
