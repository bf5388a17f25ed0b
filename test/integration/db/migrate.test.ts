import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../../src/db/database.ts';
import { loadMigrations, migrate, migrationsFolder } from '../../../src/db/migrate.ts';
import { openTestDatabase, silentLog } from '../../support/database.ts';

const LAST = '9999-only-here.sql';

describe('migrations', () => {
  let database: Database;
  let folder: string;
  const log = silentLog();
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'stethos-migrations-'));
    cpSync(migrationsFolder(), folder, { recursive: true });
    return () => rmSync(folder, { recursive: true });
  });
  afterAll(() => database.close());

  it('are applied once', async () => {
    writeFileSync(join(folder, LAST), 'CREATE TABLE only_here (id integer)');
    const both = await Promise.all([migrate(database, log, folder), migrate(database, log, folder)]);
    expect(both.flat()).toEqual([LAST]);
    expect(await migrate(database, log, folder)).toEqual([]);
  });

  it('are refused by name when the database has one this version does not know', async () => {
    await expect(migrate(database, log, folder)).rejects.toThrow(/9999-only-here\.sql.*newer version/);
  });

  it('are refused by name when one was edited', async () => {
    writeFileSync(join(folder, LAST), 'CREATE TABLE only_here (id integer)');
    const first = join(folder, '0001-event-log.sql');
    writeFileSync(first, `${readFileSync(first, 'utf8')}\n-- edited`);
    await expect(migrate(database, log, folder)).rejects.toThrow(/0001-event-log\.sql is not what was applied/);
  });

  it('leave nothing behind when they fail', async () => {
    writeFileSync(join(folder, LAST), 'CREATE TABLE only_here (id integer)');
    writeFileSync(join(folder, '9999-y.sql'.replace('9999', '9998')), 'CREATE TABLE half (id integer); SELECT 1/0;');
    await expect(migrate(database, log, folder)).rejects.toThrow(/9998-y\.sql failed: division by zero/);
    const { rows } = await database.query<{ found: string | null }>("SELECT to_regclass('half')::text AS found");
    expect(rows[0]?.found).toBeNull();
  });

  it('choose the variant of the edition, one of each number', () => {
    const names = (continuousAggregates: boolean): string[] =>
      loadMigrations(folder, { continuousAggregates }).map(({ name }) => name);
    expect(names(true)).toContain('0004-rollups.timescale.sql');
    expect(names(true)).not.toContain('0004-rollups.apache.sql');
    expect(names(false)).toContain('0004-rollups.apache.sql');
    writeFileSync(join(folder, '0001-twice.sql'), '');
    expect(() => names(true)).toThrow(/Two migrations/);
    rmSync(join(folder, '0001-twice.sql'));
    writeFileSync(join(folder, 'notes.txt'), '');
    expect(() => names(true)).toThrow(/not a migration's name/);
  });
});
