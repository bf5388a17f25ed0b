// Starts and watches the embedded database: a child process over a data folder, reached through a private Unix
// socket. A child that dies is started again; until then queries fail with a connection error.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BaseLogger } from 'pino';
import { type DatabaseChild, launchChild } from './child.ts';
import { claimFolder, type DataFolder, damaged } from './folder.ts';

export interface Embedded {
  /** Folder of the socket, as `pg` wants it for `host`. */
  readonly host: string;
  readonly port: number;
  /** Kills the process, whatever it is at; it is started again from its log. Nothing committed is lost. */
  restart: () => void;
  /** Kills it for good; `close` is still due. */
  cut: () => void;
  close(): Promise<void>;
}

/** Only a part of the socket's name. */
const PORT = 5432;
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 30_000;
/** A child that has run this long is restarted at once again. */
const STEADY_MS = 60_000;

export async function startEmbedded({ dataDir, log }: { dataDir: string; log: BaseLogger }): Promise<Embedded> {
  const folder = await claimFolder(dataDir);
  let socketFolder: string | undefined;
  const giveBack = (): void => {
    if (socketFolder !== undefined) rmSync(socketFolder, { recursive: true, force: true });
    folder.release();
  };
  try {
    // Nobody but this user gets in: mkdtemp makes it with mode 0700.
    socketFolder = mkdtempSync(join(tmpdir(), 'stethos-'));
    const keeper = await serve(folder, dataDir, join(socketFolder, `.s.PGSQL.${PORT}`), log);
    const close = async (): Promise<void> => {
      await keeper.close();
      giveBack();
    };
    return { host: socketFolder, port: PORT, restart: keeper.restart, cut: keeper.cut, close };
  } catch (error) {
    giveBack();
    throw error;
  }
}

async function serve(folder: DataFolder, dataDir: string, socketPath: string, log: BaseLogger): Promise<Keeper> {
  const startedAtMs = performance.now();
  const launch = () => launchChild(folder.clusterPath, socketPath, (pid) => folder.setChild(pid), log);
  const child = await launch().catch((error: Error) => {
    throw damaged(dataDir, error.message, error);
  });
  try {
    await folder.seal(child.versions);
  } catch (error) {
    await child.close();
    throw error;
  }
  const bootMs = Math.round(performance.now() - startedAtMs);
  log.info({ dataDir, databasePid: child.pid, bootMs, ...child.versions }, 'the embedded database runs');
  return keepRunning(child, launch, log);
}

interface Keeper {
  restart: () => void;
  cut: () => void;
  close(): Promise<void>;
}

/** Starts the child again whenever it ends, with a growing pause, until closed. */
function keepRunning(first: DatabaseChild, launch: () => Promise<DatabaseChild>, log: BaseLogger): Keeper {
  const stop = new AbortController();
  const { signal } = stop;
  let child = first;

  async function startAgain(): Promise<void> {
    for (let attempt = 0; !signal.aborted; attempt += 1) {
      const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** attempt, LONGEST_PAUSE_MS);
      await sleep(pauseMs, undefined, { signal }).catch(() => {});
      if (signal.aborted) return;
      try {
        child = await launch();
        if (signal.aborted) return await child.close();
        log.info({ databasePid: child.pid }, 'the embedded database runs again');
        const steady = sleep(STEADY_MS, true, { ref: false, signal }).catch(() => true);
        if (await Promise.race([child.ended.then(() => false), steady])) return;
      } catch (error) {
        log.error({ error, attempt }, 'the embedded database could not be started again');
      }
    }
  }

  async function watch(): Promise<void> {
    while (!signal.aborted) {
      const end = await child.ended;
      if (signal.aborted) return;
      log.error({ ...end }, 'the embedded database ended unexpectedly and is started again');
      await startAgain();
    }
  }

  const watching = watch();
  return {
    restart: () => child.kill(),
    cut() {
      stop.abort();
      child.kill();
    },
    async close() {
      stop.abort();
      await child.close();
      await watching;
    },
  };
}
