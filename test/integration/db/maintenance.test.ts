import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../../src/db/database.ts';
import { type Maintenance, startMaintenance } from '../../../src/db/maintenance.ts';
import { readingMaintenance } from '../../../src/db/reading-maintenance.ts';
import { openTestDatabase, silentLog } from '../../support/database.ts';
import { registerDevices } from '../ingest/devices.ts';

const NOW_MS = Date.parse('2026-03-01T00:30:00Z');

describe('maintenance', () => {
  let database: Database;
  let maintenance: Maintenance;
  const clock = { now: () => NOW_MS };
  const log = silentLog();
  let release = (): void => {};

  beforeAll(async () => {
    database = await openTestDatabase();
    await registerDevices(database, 3);
    await database.query(
      `INSERT INTO reading (device_id, metric_id, measured_at, value, received_at)
       SELECT d, 1, at, extract(hour FROM at), at FROM generate_series(1, 3) d,
         generate_series('2026-01-01T00:00:00Z'::timestamptz, '2026-03-01T00:00:00Z', '10 min') at`,
    );
    maintenance = startMaintenance({
      database,
      clock,
      log,
      jobs: [
        ...readingMaintenance({ clock, compressAfterDays: 14, retainDays: 40 }),
        { name: 'slow', schedule: '0 0 1 1 *', run: () => new Promise((resolve) => (release = () => resolve('ok'))) },
        { name: 'broken', schedule: '0 0 1 1 *', run: () => Promise.reject(new Error('no disk')) },
      ],
    });
  });
  afterAll(async () => {
    await maintenance.close();
    await database.close();
  });

  const rollup = async () =>
    (
      await database.query(
        `SELECT bucket, min, max, mean, n, last FROM reading_hourly
         WHERE device_id = 2 AND bucket IN ('2026-02-20T05:00:00Z', '2026-03-01T00:00:00Z') ORDER BY bucket`,
      )
    ).rows;
  const dailySums = async () =>
    (await database.query('SELECT device_id, bucket, n, mean FROM reading_daily ORDER BY device_id, bucket')).rows;

  it('refreshes rollups without changing what they say', async () => {
    const before = [await rollup(), await dailySums()];
    expect(before[0]).toEqual([
      { bucket: new Date('2026-02-20T05:00:00Z'), min: 5, max: 5, mean: 5, n: 6n, last: 5 },
      { bucket: new Date('2026-03-01T00:00:00Z'), min: 0, max: 0, mean: 0, n: 1n, last: 0 },
    ]);
    expect(await maintenance.run('refresh-rollups')).toMatchObject({ state: 'done' });
    expect([await rollup(), await dailySums()]).toEqual(before);
  });

  it('compresses old chunks where the edition can, and still takes a late reading', async () => {
    const outcome = await maintenance.run('compress-readings');
    const detail = database.edition.compression ? /^[6-8] chunks compressed$/ : /^skipped/;
    expect(outcome).toEqual({ state: 'done', detail: expect.stringMatching(detail) });
    const late = `INSERT INTO reading (device_id, metric_id, measured_at, value, received_at)
      VALUES (1, 1, '2026-01-22T00:05:00Z', 1, now()), (1, 1, '2026-01-22T00:10:00Z', 1, now()) ON CONFLICT DO NOTHING`;
    expect((await database.query(late)).rowCount).toBe(1);
    // The chunk that took it is compressed again.
    const again = database.edition.compression ? '1 chunks compressed' : expect.stringMatching(/^skipped/);
    expect(await maintenance.run('compress-readings')).toEqual({ state: 'done', detail: again });
    expect(await maintenance.run('compress-readings')).toMatchObject({
      detail: expect.stringMatching(/^0 chunks|^skipped/),
    });
  });

  it('drops readings past their keep', async () => {
    expect(await maintenance.run('retain-readings')).toMatchObject({ state: 'done' });
    const { rows } = await database.query<{ first: Date }>('SELECT min(measured_at) AS first FROM reading');
    const ageDays = (NOW_MS - (rows[0]?.first.getTime() ?? 0)) / 86_400_000;
    expect(ageDays).toBeGreaterThan(39);
    expect(ageDays).toBeLessThan(48);
  });

  it('keeps the rollups of dropped readings', async () => {
    await maintenance.run('refresh-rollups');
    const { rows } = await database.query<{ n: bigint }>(
      "SELECT count(*) AS n FROM reading_daily WHERE bucket = '2026-01-03T00:00:00Z'",
    );
    expect(rows[0]?.n).toBe(3n);
  });

  it('runs a job once at a time, and writes down how it went', async () => {
    const first = maintenance.run('slow');
    await expect
      .poll(() => database.query("SELECT 1 FROM maintenance_run WHERE job = 'slow'").then((r) => r.rowCount))
      .toBe(1);
    expect(await maintenance.run('slow')).toEqual({ state: 'running-elsewhere' });
    release();
    expect(await first).toEqual({ state: 'done', detail: 'ok' });
    expect(await maintenance.run('broken')).toEqual({ state: 'failed', detail: 'no disk' });
    const { rows } = await database.query(
      "SELECT job, ok, detail FROM maintenance_run WHERE job IN ('slow', 'broken') ORDER BY id",
    );
    expect(rows).toEqual([
      { job: 'slow', ok: true, detail: 'ok' },
      { job: 'broken', ok: false, detail: 'no disk' },
    ]);
  });
});
