import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CommitStep, Database } from '../../../src/db/database.ts';
import { isConnectionError, isDataError } from '../../../src/db/errors.ts';
import { openTestDatabase } from '../../support/database.ts';

describe('database', () => {
  let database: Database;
  beforeAll(async () => {
    database = await openTestDatabase();
    await database.query('CREATE TABLE note (id serial PRIMARY KEY, text text NOT NULL UNIQUE)');
  });
  afterAll(() => database.close());

  const notes = async (): Promise<string[]> =>
    (await database.query<{ text: string }>('SELECT text FROM note ORDER BY id')).rows.map(({ text }) => text);

  it('gives exact values', async () => {
    const { rows } = await database.query(
      `SELECT 9007199254740993::bigint AS big, ARRAY[1, NULL]::bigint[] AS bigs, 0.1::numeric AS exact,
              '2026-03-29'::date AS day, '2026-03-29T02:30:00+02:00'::timestamptz AS instant,
              1.5::float8 AS float, 7 AS int`,
    );
    expect(rows[0]).toEqual({
      big: 9007199254740993n,
      bigs: [1n, null],
      exact: '0.1',
      day: '2026-03-29',
      instant: new Date('2026-03-29T00:30:00Z'),
      float: 1.5,
      int: 7,
    });
    const { rows: hours } = await database.query<{ h: number }>(
      "SELECT extract(hour FROM '2026-01-01T00:00:00Z'::timestamptz)::int AS h",
    );
    expect(hours[0]?.h).toBe(0);
  });

  it('runs two transactions that overlap, each whole', async () => {
    const insert = (text: string) =>
      database.transaction(async (tx) => {
        await tx.query('INSERT INTO note (text) VALUES ($1)', [`${text}-1`]);
        await new Promise((resolve) => setTimeout(resolve, 20));
        await tx.prepared('note-insert', 'INSERT INTO note (text) VALUES ($1)', [`${text}-2`]);
        return text;
      });
    expect(await Promise.all([insert('a'), insert('b')])).toEqual(['a', 'b']);
    expect((await notes()).sort()).toEqual(['a-1', 'a-2', 'b-1', 'b-2']);
  });

  it('leaves nothing of a transaction that throws, and tells nobody', async () => {
    const before = await notes();
    let told = 0;
    const stop = database.onNotify('test', () => (told += 1));
    const failing = database.transaction(async (tx) => {
      await tx.query("INSERT INTO note (text) VALUES ('lost')");
      tx.notify('test');
      throw new Error('changed my mind');
    });
    await expect(failing).rejects.toThrow('changed my mind');
    expect(await notes()).toEqual(before);
    await database.transaction(async (tx) => {
      tx.notify('test');
      tx.notify('test');
    });
    stop();
    expect(told).toBe(1);
  });

  it('refuses a query past the open transaction instead of waiting for itself', async () => {
    const attempt = database.transaction(() => database.query('SELECT 1'));
    await expect(attempt).rejects.toThrow('query past an open transaction');
    const nested = database.transaction(() => database.dedicated('lane').transaction(async () => {}));
    await expect(nested).rejects.toThrow('query past an open transaction');
    await expect(database.query('SELECT 1')).resolves.toBeDefined();
  });

  it('does not take a swallowed error for a commit', async () => {
    const attempt = database.transaction(async (tx) => {
      await tx.query("INSERT INTO note (text) VALUES ('half')");
      await tx.query('SELECT 1/0').catch(() => {});
    });
    await expect(attempt).rejects.toThrow('rolled back');
    expect(await notes()).not.toContain('half');
  });

  it('does what was gathered once, before the commit', async () => {
    const calls: string[][] = [];
    const step: CommitStep<string> = async (tx, items) => {
      calls.push([...items]);
      await tx.query('INSERT INTO note (text) VALUES ($1)', [items.join('+')]);
    };
    await database.transaction(async (tx) => {
      tx.atCommit(step, 'x');
      tx.atCommit(step, 'y');
    });
    expect(calls).toEqual([['x', 'y']]);
    expect(await notes()).toContain('x+y');
  });

  it('tells errors of the data from others', async () => {
    const failure = async (text: string, values: unknown[] = []): Promise<unknown> =>
      database.query(text, values).then(
        () => undefined,
        (error: unknown) => error,
      );
    const unique = await failure("INSERT INTO note (text) VALUES ('a-1')");
    const zero = await failure('SELECT $1::text', ['\u0000']);
    const syntax = await failure('SELEC 1');
    expect([unique, zero, syntax].map(isDataError)).toEqual([true, true, false]);
    expect([unique, zero, syntax].map(isConnectionError)).toEqual([false, false, false]);
  });
});
