// The embedded database's disk is full for a while. Needs root, for a small disk to fill.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '../../../src/db/database.ts';
import { openDatabase } from '../../../src/db/open.ts';
import { copyEmbeddedTemplate, silentLog } from '../../support/database.ts';
import { expectFeltAndHarmless, underFault } from './under-fault.ts';

const DISK_MB = 400;

/** To the last page, while the database goes on writing: what is free when it is looked up may be taken a moment later. */
function fill(disk: string): void {
  mkdirSync(join(disk, 'ballast'));
  for (let share = 1, file = 0; share < 2 ** 16; file += 1) {
    const { bavail, bsize } = statfsSync(disk);
    if (bavail === 0) return;
    const bytes = Math.max(1, Math.floor(bavail / share)) * bsize;
    const { status } = spawnSync('fallocate', ['-l', String(bytes), join(disk, 'ballast', `${file}`)]);
    if (status !== 0) share *= 2;
  }
}

describe.skipIf(process.getuid?.() !== 0)('an embedded database without room', () => {
  let disk: string;
  let database: Database;

  beforeAll(async () => {
    disk = mkdtempSync(join(tmpdir(), 'stethos-disk-'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_MB}m`, 'tmpfs', disk]);
    const template = await copyEmbeddedTemplate();
    cpSync(template, join(disk, 'data'), { recursive: true });
    rmSync(template, { recursive: true });
    database = await openDatabase({ dataDir: join(disk, 'data'), log: silentLog() });
  });
  afterAll(async () => {
    await database?.close();
    execFileSync('umount', ['--lazy', disk]);
    rmSync(disk, { recursive: true });
  });

  test('acknowledges nothing until there is room again, and loses nothing', { timeout: 90_000 }, async () => {
    const judged = await underFault({
      database,
      async fault({ fleet, instance }) {
        fill(disk);
        while ((await instance.counter('stethos_ingest_retries_total')) < 2) await sleep(50);
        const before = fleet.total();
        await sleep(500);
        expect(fleet.total()).toBe(before);
        rmSync(join(disk, 'ballast'), { recursive: true });
      },
    });
    expectFeltAndHarmless(judged);
  });
});
