// Finds out, once when it is opened, what the database behind the pool is and can do, and refuses one that lacks what
// the promises rest on.
import type { Queryable } from './database.ts';
import type { Edition } from './edition.ts';
import { sqlStateOf } from './errors.ts';

/** The database cannot be used as it is; the message says what to change. */
export class UnfitDatabaseError extends Error {
  override readonly name = 'UnfitDatabaseError';
}

/** Settings without which an acknowledged reading could be lost when the server stops hard. */
const DURABILITY_SETTINGS = ['fsync', 'full_page_writes', 'synchronous_commit'] as const;

export async function discoverEdition(db: Queryable, kind: Edition['kind']): Promise<Edition> {
  await requireDurability(db);
  await createTimescale(db);
  const { rows } = await db.query<{ postgres: string; timescale: string; license: string }>(
    `SELECT current_setting('server_version') AS postgres, extversion AS timescale,
            current_setting('timescaledb.license') AS license
     FROM pg_extension WHERE extname = 'timescaledb'`,
  );
  const found = rows[0];
  if (!found)
    throw new UnfitDatabaseError('The TimescaleDB extension is not there after CREATE EXTENSION timescaledb.');
  const isTimescale = found.license === 'timescale';
  return {
    kind,
    license: isTimescale ? 'timescale' : 'apache',
    postgresVersion: found.postgres,
    timescaleVersion: found.timescale,
    continuousAggregates: isTimescale,
    compression: isTimescale,
  };
}

async function requireDurability(db: Queryable): Promise<void> {
  const { rows } = await db.query<{ name: string; setting: string }>(
    'SELECT name, setting FROM pg_settings WHERE name = ANY ($1)',
    [[...DURABILITY_SETTINGS]],
  );
  const off = rows.filter(({ setting }) => setting === 'off').map(({ name }) => name);
  if (off.length === 0) return;
  throw new UnfitDatabaseError(
    `The database may lose committed data: ${off.join(', ')} ${off.length === 1 ? 'is' : 'are'} off. ` +
      'Set to on in postgresql.conf (or ALTER SYSTEM / ALTER ROLE ... SET), reload the server and start again.',
  );
}

async function createTimescale(db: Queryable): Promise<void> {
  const { rows } = await db.query<{ installed_version: string | null }>(
    "SELECT installed_version FROM pg_available_extensions WHERE name = 'timescaledb'",
  );
  const available = rows[0];
  if (!available) {
    throw new UnfitDatabaseError(
      'This PostgreSQL has no TimescaleDB. Install the package for its version (for example ' +
        "postgresql-17-timescaledb or timescaledb-2-postgresql-17), set shared_preload_libraries = 'timescaledb', " +
        'restart it and start again.',
    );
  }
  if (available.installed_version !== null) return;
  try {
    await db.query('CREATE EXTENSION IF NOT EXISTS timescaledb');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const hint =
      sqlStateOf(error) === '42501'
        ? 'Run CREATE EXTENSION timescaledb once as a superuser in this database.'
        : "Set shared_preload_libraries = 'timescaledb' and restart the server.";
    throw new UnfitDatabaseError(`TimescaleDB could not be enabled (${reason}). ${hint}`, { cause: error });
  }
}
