// A TimescaleDB server of a test's own, to be killed or to have its disk filled: from the packages that the server for
// tests was installed with, on a small disk in memory. Needs root and these packages; `ownServerMissing` says what lacks.
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statfsSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

const ROOT = process.env.TIMESCALEDB_ROOT ?? join(homedir(), '.cache/timescaledb-trixie');
const BIN = '/usr/lib/postgresql/17/bin';
const DISK_MB = 300;

export function ownServerMissing(): string | null {
  if (process.getuid?.() !== 0) return 'root';
  return existsSync(join(ROOT, BIN, 'postgres')) ? null : `a TimescaleDB server under ${ROOT}`;
}

export interface OwnServer {
  readonly url: string;
  /** kill -9 of the server and of every process of it. */
  kill(): Promise<void>;
  /** Starts it again after a kill. */
  start(): Promise<void>;
  /** Takes all but some bytes of the disk, or gives them back. */
  fillDisk(): void;
  freeDisk(): void;
  remove(): Promise<void>;
}

export async function startOwnServer(): Promise<OwnServer> {
  const folder = mkdtempSync(join(ROOT, 'own-server-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MB}m`, 'tmpfs', folder]);
  // As the server's packages see it, which is a file system of its own.
  const inside = `/${basename(folder)}`;
  execFileSync('chroot', [ROOT, 'chown', 'postgres', inside]);
  const asPostgres = ['--userspec=postgres', ROOT];
  const data = `${inside}/data`;
  execFileSync(
    'chroot',
    [
      ...asPostgres,
      `${BIN}/initdb`,
      '-D',
      data,
      '-U',
      'postgres',
      '-A',
      'trust',
      '--no-sync',
      '--no-locale',
      '-E',
      'UTF8',
      '--wal-segsize=1',
    ],
    { stdio: 'ignore' },
  );
  const port = await freePort();
  appendFileSync(
    join(folder, 'data/postgresql.conf'),
    `shared_preload_libraries='timescaledb'\ntimescaledb.telemetry_level=off\nlisten_addresses='127.0.0.1'\nport=${port}
unix_socket_directories='${inside}'\nshared_buffers=32MB\nmin_wal_size=8MB\nmax_wal_size=32MB\n`,
  );
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  const ballast = join(folder, 'ballast');
  let server: ChildProcess;

  async function start(): Promise<void> {
    // What the killed server shared with its processes is free when the last of them has ended.
    for (let triesLeft = 50; ; triesLeft--) {
      server = spawn('chroot', [...asPostgres, `${BIN}/postgres`, '-D', data], { stdio: 'ignore' });
      if (await answers(url, server)) return;
      if (triesLeft === 0) throw new Error('the server of this test does not start');
      await sleep(100);
    }
  }

  async function kill(): Promise<void> {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, 'exit');
    const pid = server.pid as number;
    for (const one of [pid, ...childrenOf(pid)]) process.kill(one, 'SIGKILL');
    await ended;
  }

  await start();
  return {
    url,
    kill,
    start,
    fillDisk() {
      const { bavail, bsize } = statfsSync(folder);
      execFileSync('fallocate', ['-l', String(bavail * bsize), ballast]);
    },
    freeDisk: () => rmSync(ballast, { force: true }),
    async remove() {
      await kill();
      execFileSync('umount', ['--lazy', folder]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Whether it takes connections; false when it ended instead. */
async function answers(url: string, server: ChildProcess): Promise<boolean> {
  while (server.exitCode === null) {
    const client = new pg.Client({ connectionString: url });
    client.on('error', () => {});
    const isUp = await client.connect().then(
      () => client.query('SELECT 1').then(() => true),
      () => false,
    );
    await client.end().catch(() => {});
    if (isUp) return true;
    await sleep(50);
  }
  return false;
}

function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        return readFileSync(`/proc/${name}/stat`, 'utf8').split(') ')[1]?.split(' ')[1] === String(parent);
      } catch {
        return false;
      }
    })
    .map(Number);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}
