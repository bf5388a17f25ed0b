// A migrated database of its own for a test: the embedded one on a copy of a cached template folder (about a second),
// or, with TEST_DATABASE_URL, a fresh database on that server. Closing it deletes it.
import { createHash, randomBytes } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { type BaseLogger, pino } from 'pino';
import type { Database } from '../../src/db/database.ts';
import { migrate, migrationsFolder } from '../../src/db/migrate.ts';
import { openDatabase } from '../../src/db/open.ts';

export interface TestDatabase extends Database {
  /** To open the same database again, as another process would. */
  readonly target: { url?: string; dataDir: string };
}

export const silentLog = (): BaseLogger => pino({ level: process.env.TEST_LOG ?? 'silent' });

export async function openTestDatabase(log: BaseLogger = silentLog()): Promise<TestDatabase> {
  const serverUrl = process.env.TEST_DATABASE_URL;
  return serverUrl === undefined ? openEmbeddedCopy(log) : openServerCopy(serverUrl, log);
}

/** Changes with every migration, and with what makes an embedded folder. */
function templateKey(): string {
  const hash = createHash('sha256');
  const database = join(migrationsFolder(), '..');
  const files = ['migrations', 'embedded'].flatMap((folder) =>
    readdirSync(join(database, folder))
      .sort()
      .map((name) => join(database, folder, name)),
  );
  for (const file of files) hash.update(file).update(readFileSync(file));
  hash.update(readFileSync(join(database, '../../node_modules/@electric-sql/pglite/package.json')));
  return hash.digest('hex').slice(0, 16);
}

const MEMORY_DISK = '/dev/shm';
const ROOM_FOR_TESTS_BYTES = 2 ** 30;

/** Where tests keep data folders: in memory where there is room, since all tests together wait for the disk. */
function testFolder(): string {
  if (!existsSync(MEMORY_DISK)) return tmpdir();
  const { bavail, bsize } = statfsSync(MEMORY_DISK);
  return bavail * bsize > ROOM_FOR_TESTS_BYTES ? MEMORY_DISK : tmpdir();
}

/** A data folder with a migrated embedded database that nobody has open; the caller deletes it. */
export async function copyEmbeddedTemplate(log: BaseLogger = silentLog()): Promise<string> {
  const dataDir = mkdtempSync(join(testFolder(), 'stethos-test-'));
  cpSync(await embeddedTemplate(log), dataDir, { recursive: true });
  return dataDir;
}

async function openEmbeddedCopy(log: BaseLogger): Promise<TestDatabase> {
  const dataDir = await copyEmbeddedTemplate(log);
  const database = await openDatabase({ dataDir, log });
  return {
    ...database,
    target: { dataDir },
    async close() {
      await database.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function embeddedTemplate(log: BaseLogger): Promise<string> {
  const cache = join(migrationsFolder(), '../../../node_modules/.cache/stethos');
  const template = join(cache, `template-${templateKey()}`);
  if (existsSync(template)) return template;
  mkdirSync(cache, { recursive: true });
  for (const old of readdirSync(cache)) {
    if (old.startsWith('template-')) rmSync(join(cache, old), { recursive: true, force: true });
  }
  const draft = mkdtempSync(join(cache, 'draft-'));
  const database = await openDatabase({ dataDir: draft, log });
  await migrate(database, log);
  await database.close();
  try {
    renameSync(draft, template);
  } catch {
    // Another worker was first; its template is the same.
    rmSync(draft, { recursive: true, force: true });
  }
  return template;
}

async function openServerCopy(serverUrl: string, log: BaseLogger): Promise<TestDatabase> {
  const template = `stethos_template_${templateKey()}`;
  const name = `stethos_test_${randomBytes(6).toString('hex')}`;
  const urlOf = (database: string): string => {
    const url = new URL(serverUrl);
    url.pathname = `/${database}`;
    return url.href;
  };
  await onServer(serverUrl, async (admin) => {
    // Turns are taken by a lock: a template that is connected to cannot be copied.
    await admin.query('SELECT pg_advisory_lock(hashtext($1))', [template]);
    const { rowCount } = await admin.query('SELECT 1 FROM pg_database WHERE datname = $1', [template]);
    if (rowCount === 0) await makeServerTemplate(admin, template, urlOf, log);
    await admin.query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  });
  const target = { url: urlOf(name), dataDir: '' };
  const database = await openDatabase({ ...target, log });
  return {
    ...database,
    target,
    async close() {
      await database.close();
      await onServer(serverUrl, (admin) => admin.query(`DROP DATABASE ${name} WITH (FORCE)`));
    },
  };
}

async function makeServerTemplate(
  admin: pg.Client,
  template: string,
  urlOf: (database: string) => string,
  log: BaseLogger,
): Promise<void> {
  const draft = `${template}_draft`;
  const { rows } = await admin.query("SELECT datname FROM pg_database WHERE datname LIKE 'stethos_template_%'");
  for (const { datname } of rows as { datname: string }[]) await admin.query(`DROP DATABASE ${datname} WITH (FORCE)`);
  await admin.query(`CREATE DATABASE ${draft}`);
  const database = await openDatabase({ url: urlOf(draft), dataDir: '', log });
  await migrate(database, log);
  await database.close();
  // TimescaleDB's own background session would forbid the rename.
  await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [draft]);
  await admin.query(`ALTER DATABASE ${draft} RENAME TO ${template}`);
  await admin.query(`ALTER DATABASE ${template} WITH ALLOW_CONNECTIONS false`);
}

async function onServer<T>(serverUrl: string, work: (admin: pg.Client) => Promise<T>): Promise<T> {
  const admin = new pg.Client({ connectionString: serverUrl });
  await admin.connect();
  try {
    return await work(admin);
  } finally {
    await admin.end();
  }
}
