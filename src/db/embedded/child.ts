// The embedded database's child process as its parent holds it: started, awaited, asked to close.
import { type ChildProcess, fork } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { BaseLogger } from 'pino';
import type { ChildMessage } from './server.ts';

const BOOT_LIMIT_MS = 120_000;
const CLOSE_LIMIT_MS = 15_000;

export type Versions = Omit<Extract<ChildMessage, { type: 'ready' }>, 'type'>;

export interface DatabaseChild {
  readonly pid: number;
  readonly versions: Versions;
  /** Resolves when the process has ended, however it ended. */
  readonly ended: Promise<{ code: number | null; signal: string | null }>;
  kill(): void;
  /** Asks it to close its files and end; kills it when it does not. */
  close(): Promise<void>;
}

/** In a development run the child is TypeScript like its parent; in a build both are JavaScript. */
function program(): { path: string; execArgv: string[] } {
  const isSource = import.meta.url.endsWith('.ts');
  const path = fileURLToPath(new URL(isSource ? './server.ts' : './server.js', import.meta.url));
  const loader = () => pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  return { path, execArgv: isSource ? ['--import', loader()] : [] };
}

/**
 * Starts the child over `clusterPath` and resolves when it serves on `socketPath`; rejects with the reason when it
 * does not. `onSpawn` hears its process id at once.
 */
export async function launchChild(
  clusterPath: string,
  socketPath: string,
  onSpawn: (pid: number | undefined) => void,
  log: BaseLogger,
): Promise<DatabaseChild> {
  rmSync(socketPath, { force: true });
  const { path, execArgv } = program();
  const child = fork(path, [clusterPath, socketPath], { execArgv, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  onSpawn(child.pid);
  child.stderr?.setEncoding('utf8').on('data', (text: string) => log.warn({ text }, 'the embedded database says'));
  const ended: DatabaseChild['ended'] = new Promise((resolve) =>
    child.once('exit', (code, signal) => resolve({ code, signal })),
  );
  const versions = await readiness(child, ended);
  return {
    pid: child.pid ?? 0,
    versions,
    ended,
    kill: () => void child.kill('SIGKILL'),
    async close() {
      const limit = setTimeout(() => child.kill('SIGKILL'), CLOSE_LIMIT_MS);
      if (child.connected) child.disconnect();
      await ended;
      clearTimeout(limit);
    },
  };
}

async function readiness(child: ChildProcess, ended: DatabaseChild['ended']): Promise<Versions> {
  const limit = setTimeout(() => child.kill('SIGKILL'), BOOT_LIMIT_MS);
  try {
    return await new Promise<Versions>((resolve, reject) => {
      child.once('error', reject);
      child.once('message', (message: ChildMessage) => {
        if (message.type === 'ready') resolve({ postgres: message.postgres, timescale: message.timescale });
        else reject(new Error(message.error));
      });
      void ended.then(({ code, signal }) =>
        reject(new Error(`it ended while starting, with ${signal ?? `code ${code}`}`)),
      );
    });
  } catch (error) {
    child.kill('SIGKILL');
    await ended;
    throw error;
  } finally {
    clearTimeout(limit);
  }
}
