import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../../src/db/database.ts';
import { type Embedded, startEmbedded } from '../../../src/db/embedded/start.ts';
import { isConnectionError } from '../../../src/db/errors.ts';
import { openDatabase } from '../../../src/db/open.ts';
import { copyEmbeddedTemplate, openTestDatabase, silentLog } from '../../support/database.ts';

const log = silentLog();

/** A TCP door to the embedded database that can be shut and opened, so that it looks like a server that goes away. */
function createDoor(embedded: Embedded): { open(port: number): Promise<number>; shut(): Promise<void> } {
  const sockets = new Set<Socket>();
  let server: Server | undefined;
  return {
    async open(port) {
      server = createServer((inside) => {
        const outside = connect(join(embedded.host, `.s.PGSQL.${embedded.port}`));
        for (const socket of [inside, outside]) {
          sockets.add(socket);
          socket.on('error', () => {});
          socket.on('close', () => {
            sockets.delete(socket);
            inside.destroy();
            outside.destroy();
          });
        }
        inside.pipe(outside);
        outside.pipe(inside);
      });
      await new Promise<void>((resolve) => server?.listen(port, '127.0.0.1', resolve));
      const address = server.address();
      return typeof address === 'object' && address !== null ? address.port : 0;
    },
    async shut() {
      const closed = new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('a database server that goes away', () => {
  let dataDir: string;
  let embedded: Embedded;
  let door: ReturnType<typeof createDoor>;
  let port: number;
  const open = (startLimitMs: number): Promise<Database> =>
    openDatabase({
      url: `postgres://postgres:secret@127.0.0.1:${port}/postgres`,
      dataDir: '',
      log,
      maxConnections: 1,
      startLimitMs,
    });

  beforeAll(async () => {
    dataDir = await copyEmbeddedTemplate(log);
    embedded = await startEmbedded({ dataDir, log });
    door = createDoor(embedded);
    port = await door.open(0);
    await door.shut();
  });
  afterAll(async () => {
    await door.shut();
    await embedded.close();
    rmSync(dataDir, { recursive: true });
  });

  it('is waited for at the start', async () => {
    const opening = open(20_000);
    await new Promise((resolve) => setTimeout(resolve, 600));
    await door.open(port);
    const database = await opening;
    expect((await database.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    await database.close();
    await door.shut();
  });

  it('is given up at the start with what to do, without the password', async () => {
    const error = (await failureOf(open(400))) as Error;
    expect(error.name).toBe('UnfitDatabaseError');
    expect(error.message).toContain(`127.0.0.1:${port}/postgres did not answer`);
    expect(error.message).toContain('DATABASE_URL');
    expect(error.message).not.toContain('secret');
  });

  it('fails what runs with a connection error and is used again when it is back', async () => {
    await door.open(port);
    const database = await open(20_000);
    const running = failureOf(database.query('SELECT pg_sleep(0.3)'));
    await new Promise((resolve) => setTimeout(resolve, 100));
    await door.shut();
    expect(isConnectionError(await running)).toBe(true);
    expect(isConnectionError(await failureOf(database.query('SELECT 1')))).toBe(true);
    await door.open(port);
    expect((await database.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);

    const between = database.transaction(async (tx) => {
      await tx.query('CREATE TABLE unfinished (n integer)');
      await door.shut();
      await new Promise((resolve) => setTimeout(resolve, 100));
      await tx.query('SELECT 1');
    });
    expect(isConnectionError(await failureOf(between))).toBe(true);
    await door.open(port);
    const { rows } = await database.query<{ found: string | null }>("SELECT to_regclass('unfinished')::text AS found");
    expect(rows).toEqual([{ found: null }]);

    // An idle connection that breaks ends nothing.
    await door.shut();
    await new Promise((resolve) => setTimeout(resolve, 50));
    await door.open(port);
    await expect
      .poll(() =>
        database.query('SELECT 1').then(
          () => 'back',
          () => 'away',
        ),
      )
      .toBe('back');
    await database.close();
    await door.shut();
  });

  it('is refused by a wrong address at once', async () => {
    const error = (await failureOf(openDatabase({ url: 'not a url', dataDir: '', log }))) as Error;
    expect(error.message).toContain('DATABASE_URL');
  });
});

describe.skipIf(process.env.TEST_DATABASE_URL === undefined)('a database server', () => {
  it('is refused when it may lose commits, and when the database is not there', async () => {
    const database = await openTestDatabase(log);
    const url = new URL((database as { target?: { url?: string } }).target?.url ?? '');
    const name = url.pathname.slice(1);
    await database.query(`ALTER DATABASE ${name} SET synchronous_commit = off`);
    const unsafe = (await failureOf(openDatabase({ url: url.href, dataDir: '', log }))) as Error;
    expect(unsafe.message).toContain('synchronous_commit is off');
    url.pathname = '/nowhere';
    const missing = (await failureOf(openDatabase({ url: url.href, dataDir: '', log }))) as Error;
    expect(missing.message).toContain('CREATE DATABASE');
    await database.close();
  });

  it('that ends a session fails with a connection error, and a lane of its own is not starved', async () => {
    const database = await openTestDatabase(log);
    const lane = database.dedicated('lane');
    const own = await failureOf(database.query('SELECT pg_terminate_backend(pg_backend_pid())'));
    expect(isConnectionError(own)).toBe(true);
    const busy = Array.from({ length: 12 }, () => database.query('SELECT pg_sleep(0.5)'));
    const startedAtMs = performance.now();
    await lane.query('SELECT 1');
    expect(performance.now() - startedAtMs).toBeLessThan(400);
    await Promise.all(busy);
    await lane.close();
    await database.close();
  });
});
