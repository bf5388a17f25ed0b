// Brings the schema up to this version of the program: `NNNN-what.sql` in order, forward only, each in a transaction
// of its own. An edited or unknown migration stops the start with its name.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BaseLogger } from 'pino';
import type { Database, Transaction } from './database.ts';
import type { Edition } from './edition.ts';

/** Held while a migration runs, so that two processes that start together take turns. */
const MIGRATION_LOCK = 7_201_000;

/** `.timescale` runs where continuous aggregates exist, `.apache` where they do not, neither: everywhere. */
const FILE_NAME = /^(\d{4})-[a-z0-9-]+(?:\.(timescale|apache))?\.sql$/;

export interface Migration {
  readonly version: number;
  readonly name: string;
  readonly checksum: string;
  readonly sql: string;
}

export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

/** The SQL files stay in the source tree; a build reads them from there too. */
export function migrationsFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, 'package.json'))) {
    if (dirname(folder) === folder) throw new MigrationError('src/db/migrations is not part of this installation.');
    folder = dirname(folder);
  }
  return join(folder, 'src', 'db', 'migrations');
}

/** The migrations of a folder that belong on `edition`, in order. */
export function loadMigrations(folder: string, edition: Pick<Edition, 'continuousAggregates'>): Migration[] {
  const variant = edition.continuousAggregates ? 'timescale' : 'apache';
  const migrations: Migration[] = [];
  for (const name of readdirSync(folder).sort()) {
    const match = FILE_NAME.exec(name);
    if (!match) throw new MigrationError(`${name} is not a migration's name (NNNN-what.sql).`);
    if (match[2] !== undefined && match[2] !== variant) continue;
    const sql = readFileSync(join(folder, name), 'utf8');
    const version = Number(match[1]);
    if (migrations.at(-1)?.version === version) throw new MigrationError(`Two migrations have the number of ${name}.`);
    migrations.push({ version, name, sql, checksum: createHash('sha256').update(sql).digest('hex') });
  }
  return migrations;
}

interface Applied {
  version: number;
  name: string;
  checksum: string;
}

/** Applies what is missing and returns the names; safe to call from several processes at once. */
export async function migrate(database: Database, log: BaseLogger, folder = migrationsFolder()): Promise<string[]> {
  const migrations = loadMigrations(folder, database.edition);
  const names: string[] = [];
  for (;;) {
    const name = await database.transaction((tx) => applyNext(tx, migrations));
    if (name === undefined) return names;
    names.push(name);
    log.info({ migration: name }, 'a migration was applied');
  }
}

async function applyNext(tx: Transaction, migrations: readonly Migration[]): Promise<string | undefined> {
  await tx.query('SELECT pg_advisory_xact_lock($1)', [MIGRATION_LOCK]);
  await tx.query(
    `CREATE TABLE IF NOT EXISTS migration (
       version integer PRIMARY KEY, name text NOT NULL, checksum text NOT NULL,
       applied_at timestamptz NOT NULL DEFAULT clock_timestamp())`,
  );
  const { rows } = await tx.query<Applied>('SELECT version, name, checksum FROM migration ORDER BY version');
  for (const applied of rows) refuseDifference(applied, migrations);
  const done = new Set(rows.map(({ version }) => version));
  const next = migrations.find(({ version }) => !done.has(version));
  if (!next) return undefined;
  try {
    await tx.query(next.sql);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new MigrationError(`Migration ${next.name} failed: ${reason}`, { cause: error });
  }
  await tx.query('INSERT INTO migration (version, name, checksum) VALUES ($1, $2, $3)', [
    next.version,
    next.name,
    next.checksum,
  ]);
  return next.name;
}

function refuseDifference(applied: Applied, migrations: readonly Migration[]): void {
  const known = migrations.find(({ version }) => version === applied.version);
  if (!known) {
    throw new MigrationError(
      `The database has migration ${applied.name}, which this version does not know: it was used by a newer version. ` +
        'Start that version, or restore a backup from before it.',
    );
  }
  if (known.name !== applied.name || known.checksum !== applied.checksum) {
    throw new MigrationError(
      `Migration ${known.name} is not what was applied to this database (as ${applied.name}). ` +
        'An applied migration is never edited: restore the file and put the change into a new one.',
    );
  }
}
