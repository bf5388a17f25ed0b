// A test database that can be frozen: its connections stay open and nothing on them is answered. A server stands behind a
// proxy that forwards nothing; the embedded one's process is stopped.
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import type { Database } from '../../src/db/database.ts';
import { type OpenOptions, openDatabase } from '../../src/db/open.ts';
import { copyEmbeddedTemplate, openTestDatabase, silentLog } from './database.ts';
import { startTcpProxy } from './tcp-proxy.ts';

export interface FreezableDatabase {
  readonly database: Database;
  freeze(): void;
  thaw(): void;
  /** Taken away for good until it comes back: a server's connections end, the embedded one stands still. */
  goAway(): void;
  comeBack(): void;
  close(): Promise<void>;
}

type Limits = Pick<OpenOptions, 'laneLimitMs' | 'callerLimitMs'>;

export const openFreezableDatabase = (limits: Limits): Promise<FreezableDatabase> =>
  process.env.TEST_DATABASE_URL === undefined ? embeddedToStop(limits) : serverBehindProxy(limits);

async function serverBehindProxy(limits: Limits): Promise<FreezableDatabase> {
  const direct = await openTestDatabase();
  const url = new URL(direct.target.url ?? '');
  const proxy = await startTcpProxy({ host: url.hostname, port: Number(url.port || 5432) });
  url.host = `127.0.0.1:${proxy.port}`;
  const database = await openDatabase({ url: url.href, dataDir: '', log: silentLog(), ...limits });
  return {
    database,
    freeze: () => proxy.freeze(),
    thaw: () => proxy.thaw(),
    goAway: () => proxy.cut(),
    comeBack: () => proxy.mend(),
    async close() {
      proxy.thaw();
      await database.close();
      proxy.close();
      await direct.close();
    },
  };
}

async function embeddedToStop(limits: Limits): Promise<FreezableDatabase> {
  const dataDir = await copyEmbeddedTemplate();
  const database = await openDatabase({ dataDir, log: silentLog(), ...limits });
  // It may have been killed meanwhile and another have taken its place.
  const stop = (): void => void process.kill(embeddedChildOf(process.pid, dataDir), 'SIGSTOP');
  const go = (): void => {
    const pid = findEmbeddedChild(process.pid, dataDir);
    if (pid !== null) process.kill(pid, 'SIGCONT');
  };
  return {
    database,
    freeze: stop,
    thaw: go,
    goAway: stop,
    comeBack: go,
    async close() {
      await database.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** The process of the embedded database over `dataDir` that `parent` started. */
export function embeddedChildOf(parent: number, dataDir: string): number {
  const pid = findEmbeddedChild(parent, dataDir);
  if (pid === null) throw new Error('the embedded database has no process of its own');
  return pid;
}

function findEmbeddedChild(parent: number, dataDir: string): number | null {
  const pid = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .find((name) => {
      try {
        const isChild = readFileSync(`/proc/${name}/stat`, 'utf8').split(') ')[1]?.split(' ')[1] === String(parent);
        return isChild && readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(dataDir);
      } catch {
        return false;
      }
    });
  return pid === undefined ? null : Number(pid);
}
