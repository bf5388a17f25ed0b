import { type ChildProcess, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { isConnectionError } from '../../../src/db/errors.ts';
import { openDatabase } from '../../../src/db/open.ts';
import { copyEmbeddedTemplate, silentLog } from '../../support/database.ts';

const log = silentLog();
const INSERT_FOR_EVER = fileURLToPath(new URL('../../support/insert-for-ever.ts', import.meta.url));

describe('embedded database', () => {
  let dataDir: string;
  beforeEach(async () => {
    dataDir = await copyEmbeddedTemplate(log);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const lock = (): { pid: number; childPid: number } => JSON.parse(readFileSync(join(dataDir, 'stethos.lock'), 'utf8'));

  interface Inserter {
    process: ChildProcess;
    answered(): number;
  }
  function startInserting(): Inserter {
    const child = spawn(process.execPath, ['--import', 'tsx', INSERT_FOR_EVER, dataDir], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let printed = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
    return { process: child, answered: () => Number(printed.slice(0, printed.lastIndexOf('\n')).split('\n').at(-1)) };
  }

  async function keptRows(): Promise<{ n: number; last: number }> {
    const database = await openDatabase({ dataDir, log });
    const { rows } = await database.query<{ n: number; last: number }>(
      'SELECT count(*)::int AS n, max(n) AS last FROM kept',
    );
    await database.close();
    return rows[0] ?? { n: 0, last: 0 };
  }

  it.each(['database and service', 'service only', 'database only'])(
    'loses no answered commit to kill -9 of %s',
    async (victim) => {
      for (const more of victim === 'database and service' ? [150, 400] : [150]) {
        const inserting = startInserting();
        await expect.poll(() => inserting.answered(), { timeout: 20_000 }).toBeGreaterThan(0);
        const goal = inserting.answered() + more;
        await expect.poll(() => inserting.answered(), { timeout: 20_000, interval: 5 }).toBeGreaterThan(goal);
        const { childPid } = lock();
        const ended = new Promise((resolve) => inserting.process.once('exit', resolve));
        if (victim !== 'service only') process.kill(childPid, 'SIGKILL');
        // A service whose database alone was killed ends by itself here: its insert fails.
        if (victim !== 'database only') inserting.process.kill('SIGKILL');
        await ended;
        const answered = inserting.answered();
        const kept = await keptRows();
        expect(kept.n).toBe(kept.last);
        expect(kept.last).toBeGreaterThanOrEqual(answered);
        expect(kept.last).toBeLessThanOrEqual(answered + 1);
      }
    },
    60_000,
  );

  it.each(['new', 'existing'])('writes its log through to the disk in a folder that is %s', async (age) => {
    if (process.platform !== 'linux') return;
    if (age === 'new') rmSync(dataDir, { recursive: true });
    const database = await openDatabase({ dataDir, log });
    await database.query('CREATE TABLE written (n integer)');
    const files = `/proc/${lock().childPid}/fd`;
    const segment = readdirSync(files).find((fd) => /pg_wal\/[0-9A-F]{24}$/.test(readlinkSync(join(files, fd))));
    const flags = /flags:\s*(\d+)/.exec(readFileSync(`/proc/${lock().childPid}/fdinfo/${segment}`, 'utf8'))?.[1];
    await database.close();
    expect(Number.parseInt(flags ?? '0', 8) & 0o10000).toBe(0o10000);
  });

  it('is served again when its process dies, and says so as a connection error meanwhile', async () => {
    const database = await openDatabase({ dataDir, log });
    await database.query('CREATE TABLE survivor (n integer)');
    await database.query("SET search_path = 'nowhere'");
    process.kill(lock().childPid, 'SIGKILL');
    const failure = await database.query('SELECT 1').then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(isConnectionError(failure)).toBe(true);
    const count = () =>
      database.query('SELECT * FROM survivor').then(
        (result) => result.rowCount,
        () => -1,
      );
    await expect.poll(count, { timeout: 20_000 }).toBe(0);
    await database.close();
  });

  it('leaves no process, socket or lock behind when closed', async () => {
    const sockets = join(dataDir, 'tmp');
    mkdirSync(sockets);
    vi.stubEnv('TMPDIR', sockets);
    const database = await openDatabase({ dataDir, log });
    const { childPid } = lock();
    // The TypeScript loader keeps a folder of its own there.
    const left = (): string[] => readdirSync(sockets).filter((name) => name.startsWith('stethos-'));
    expect(left()).toHaveLength(1);
    await database.close();
    expect(existsSync(`/proc/${childPid}`)).toBe(false);
    expect(existsSync(join(dataDir, 'stethos.lock'))).toBe(false);
    expect(left()).toEqual([]);
  });

  it('is refused to a second instance, and stays usable for the first', async () => {
    const database = await openDatabase({ dataDir, log });
    const second = openDatabase({ dataDir, log });
    await expect(second).rejects.toMatchObject({ name: 'EmbeddedError', fault: 'in-use' });
    await expect(second).rejects.toThrow(`process ${process.pid}`);
    await database.query('SELECT 1');
    await database.close();
  });

  it('takes over the lock of a dead process whose number is in use again', async () => {
    const dead = { host: hostname(), pid: process.pid, startedAt: '1', childPid: null, childStartedAt: null };
    writeFileSync(join(dataDir, 'stethos.lock'), JSON.stringify(dead));
    const database = await openDatabase({ dataDir, log });
    await database.close();
  });

  it('is refused where another machine keeps the lock alive', async () => {
    const path = join(dataDir, 'stethos.lock');
    const other = { host: 'another-machine', pid: 1, startedAt: null, childPid: null, childStartedAt: null };
    writeFileSync(path, JSON.stringify(other));
    const heart = setInterval(() => writeFileSync(path, JSON.stringify(other)), 500);
    await expect(openDatabase({ dataDir, log })).rejects.toMatchObject({ fault: 'in-use' });
    clearInterval(heart);
    const database = await openDatabase({ dataDir, log });
    await database.close();
  });

  it('begins again after a first start that was cut off', async () => {
    rmSync(join(dataDir, 'stethos-format.json'));
    rmSync(join(dataDir, 'pg', 'global'), { recursive: true });
    const dead = { host: hostname(), pid: 2 ** 22, startedAt: '1', childPid: null, childStartedAt: null };
    writeFileSync(join(dataDir, 'stethos.lock'), JSON.stringify(dead));
    const database = await openDatabase({ dataDir, log });
    await database.close();
  });

  describe('refuses a folder that', () => {
    const refusal = (folder: string) =>
      openDatabase({ dataDir: folder, log }).then(
        async (database) => {
          await database.close();
          return undefined;
        },
        (error: unknown) => error as Error & { fault: string },
      );

    it('cannot be written', async () => {
      writeFileSync(join(dataDir, 'a-file'), '');
      const error = await refusal(join(dataDir, 'a-file', 'below'));
      expect(error?.fault).toBe('not-writable');
      expect(error?.message).toContain('STETHOS_DATA');
    });

    it('a newer version wrote', async () => {
      writeFileSync(
        join(dataDir, 'stethos-format.json'),
        JSON.stringify({ format: 99, postgres: '19.1', timescale: '3.0' }),
      );
      const error = await refusal(dataDir);
      expect(error?.fault).toBe('newer');
      expect(error?.message).toContain('PostgreSQL 19.1');
      expect(existsSync(join(dataDir, 'stethos.lock'))).toBe(false);
    });

    it('is damaged', async () => {
      for (const file of ['pg_control', '1262']) writeFileSync(join(dataDir, 'pg', 'global', file), 'garbage');
      const before = statSync(join(dataDir, 'pg', 'PG_VERSION')).mtimeMs;
      const error = await refusal(dataDir);
      expect(error?.fault).toBe('damaged');
      expect(error?.message).toContain('backup');
      // Refusing is not repairing: what is left for a rescue stays as it is.
      expect(statSync(join(dataDir, 'pg', 'PG_VERSION')).mtimeMs).toBe(before);
    }, 60_000);

    it('lost its database or its format', async () => {
      rmSync(join(dataDir, 'pg', 'PG_VERSION'));
      expect((await refusal(dataDir))?.fault).toBe('damaged');
      writeFileSync(join(dataDir, 'stethos-format.json'), '{');
      expect((await refusal(dataDir))?.fault).toBe('damaged');
    });

    it("holds somebody else's database", async () => {
      const other = mkdtempSync(join(tmpdir(), 'stethos-other-'));
      mkdirSync(join(other, 'pg'));
      writeFileSync(join(other, 'pg', 'precious'), 'data');
      const error = await refusal(other);
      expect(error?.fault).toBe('not-ours');
      expect(existsSync(join(other, 'pg', 'precious'))).toBe(true);
      rmSync(other, { recursive: true });
    });
  });
});
