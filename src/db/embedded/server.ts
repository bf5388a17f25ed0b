// The child process that runs the embedded PostgreSQL with TimescaleDB (WebAssembly) and serves it on a private Unix
// socket. It ends with its parent, however the parent ended.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { PGlite } from '@electric-sql/pglite';
import { timescaledb } from '@electric-sql/pglite/timescaledb';
import { DurableFiles } from './durable-files.ts';
import { serveWire } from './wire.ts';

/** What the child tells its parent. */
export type ChildMessage = { type: 'ready'; postgres: string; timescale: string } | { type: 'failed'; error: string };

/** Exit codes, for the parent's log. */
const EXIT_BOOT_FAILED = 3;
const EXIT_BROKEN = 4;

const [dataFolder, socketPath] = process.argv.slice(2) as [string, string];

function tell(message: ChildMessage): void {
  if (process.connected) process.send?.(message);
}

const textOf = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));

/**
 * Only what runs much is compiled by the optimising compiler: a start takes 0.7 s of processor time instead of 1.1 s,
 * and heavy queries are as fast.
 */
const TIERING_BUDGET = '--wasm-tiering-budget=1000000000';

async function boot(): Promise<PGlite> {
  setFlagsFromString(TIERING_BUDGET);
  const isNew = !existsSync(join(dataFolder, 'PG_VERSION'));
  const files = new DurableFiles(dataFolder, { isDurable: !isNew });
  const db = await PGlite.create({ fs: files, extensions: { timescaledb } });
  if (isNew) {
    await db.exec('CREATE EXTENSION timescaledb');
    files.becomeDurable();
    // The next segment of the log is the first that is written through.
    await db.exec('SELECT pg_switch_wal(); CHECKPOINT;');
  }
  // Nothing preloads it here, and without it a hypertable would be taken for a plain table.
  await db.exec("LOAD 'timescaledb'");
  return db;
}

async function versions(db: PGlite): Promise<{ postgres: string; timescale: string }> {
  const { rows } = await db.query<{ postgres: string; timescale: string }>(
    `SELECT current_setting('server_version') AS postgres, extversion AS timescale
     FROM pg_extension WHERE extname = 'timescaledb'`,
  );
  return rows[0] ?? { postgres: '', timescale: '' };
}

async function serve(): Promise<void> {
  const db = await boot();
  const server = await serveWire(
    socketPath,
    (message) => db.execProtocolRawSync(message),
    (error) => {
      // The instance cannot be trusted any more; the parent starts a new one, which recovers from the log.
      process.stderr.write(`the embedded database broke: ${textOf(error)}\n`);
      process.exit(EXIT_BROKEN);
    },
  );
  process.once('disconnect', () => {
    server.close();
    db.close().then(
      () => process.exit(0),
      (error: unknown) => {
        process.stderr.write(`the embedded database did not close cleanly: ${textOf(error)}\n`);
        process.exit(EXIT_BROKEN);
      },
    );
  });
  if (!process.connected) process.exit(0);
  tell({ type: 'ready', ...(await versions(db)) });
}

// Ctrl-C reaches the whole process group; the parent decides when the database may go.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
serve().catch((error: unknown) => {
  tell({ type: 'failed', error: textOf(error) });
  process.exitCode = EXIT_BOOT_FAILED;
  if (process.connected) process.disconnect();
});
