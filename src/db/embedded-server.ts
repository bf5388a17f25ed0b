// The child process that runs the embedded PostgreSQL with TimescaleDB (WebAssembly) and serves it on a private Unix
// socket. It ends with its parent, however the parent ended.
import { PGlite } from '@electric-sql/pglite';
import { timescaledb } from '@electric-sql/pglite/timescaledb';
import { PGLiteSocketServer } from '@electric-sql/pglite-socket';

/** What the child tells its parent. */
export type ChildMessage = { type: 'ready' } | { type: 'failed'; error: string };

const [dataFolder, socketPath] = process.argv.slice(2) as [string, string];

function tell(message: ChildMessage): void {
  if (process.connected) process.send?.(message);
}

async function serve(): Promise<void> {
  const db = await PGlite.create({ dataDir: dataFolder, extensions: { timescaledb }, relaxedDurability: false });
  const server = new PGLiteSocketServer({ db, path: socketPath, maxConnections: 2 });
  await server.start();
  let isClosing = false;
  const close = async (): Promise<void> => {
    if (isClosing) return;
    isClosing = true;
    await server.stop();
    await db.close();
    process.exit(0);
  };
  process.on('disconnect', () => void close());
  // Ctrl-C reaches the whole process group; the parent decides when the database may go.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => {});
  tell({ type: 'ready' });
}

serve().catch((error: unknown) => {
  tell({ type: 'failed', error: error instanceof Error ? error.message : String(error) });
  process.exitCode = 1;
  process.disconnect();
});
