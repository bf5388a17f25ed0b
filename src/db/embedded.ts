// Starts and watches the embedded database: a child process over a folder, reached through a private Unix socket.
import { type ChildProcess, fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BaseLogger } from 'pino';
import type { ChildMessage } from './embedded-server.ts';

export interface Embedded {
  /** Folder of the socket, as `pg` wants it for `host`. */
  readonly host: string;
  readonly port: number;
  close(): Promise<void>;
}

const PORT = 5432;

export async function startEmbedded({ dataDir, log }: { dataDir: string; log: BaseLogger }): Promise<Embedded> {
  mkdirSync(dataDir, { recursive: true });
  const host = mkdtempSync(join(tmpdir(), 'stethos-'));
  const child = spawnChild(join(dataDir, 'pg'), join(host, `.s.PGSQL.${PORT}`));
  await new Promise<void>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the embedded database ended while starting (code ${code})`)));
    child.once('message', (message: ChildMessage) =>
      message.type === 'ready' ? resolve() : reject(new Error(message.error)),
    );
  });
  log.info({ dataDir }, 'the embedded database is ready');
  return {
    host,
    port: PORT,
    async close() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      if (child.connected) child.disconnect();
      await ended;
      rmSync(host, { recursive: true, force: true });
    },
  };
}

function spawnChild(dataFolder: string, socketPath: string): ChildProcess {
  const isSource = import.meta.url.endsWith('.ts');
  const module = fileURLToPath(new URL(isSource ? './embedded-server.ts' : './embedded-server.js', import.meta.url));
  return fork(module, [dataFolder, socketPath], {
    execArgv: isSource ? ['--import', 'tsx'] : [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}
