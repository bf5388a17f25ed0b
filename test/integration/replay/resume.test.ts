// A replay that is killed goes on from its journal: nothing of the recording is missing afterwards, whenever it was killed,
// and what was sent twice is there once.
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Import } from '../../../src/contracts/http/system.ts';
import type { Outcome } from '../../../src/simulators/replay/outcome.ts';
import type { PlayReport } from '../../../src/simulators/replay/play.ts';
import { ADMINISTRATOR, ROOT, startTestApp, type TestApp } from '../../support/app.ts';
import { foundOrganisation, registerPump } from '../../support/organisation.ts';

const ROWS = 12_000;
const DEVICES = ['R-1', 'R-2', 'R-3'];
const BEGIN = Date.UTC(2026, 0, 1);

let service: TestApp;
let folder: string;
let args: string[];
beforeAll(async () => {
  service = await startTestApp();
  await foundOrganisation(service.api);
  for (const device of DEVICES) await registerPump(service.api, device);
  folder = mkdtempSync(join(tmpdir(), 'stethos-resume-'));
  const row = (i: number): string =>
    `${new Date(BEGIN + i * 1000).toISOString()},${DEVICES[i % 3]},${(i % 70) + 50}${i % 1_000 === 999 ? 'x' : ''}`;
  writeFileSync(
    join(folder, 'f.csv'),
    `at,unit,current\n${Array.from({ length: ROWS }, (_, i) => row(i)).join('\n')}\n`,
  );
  const map = { time: { column: 'at' }, device: { column: 'unit', prefix: '' }, metrics: { current: 'motor_current' } };
  writeFileSync(join(folder, 'm.json'), JSON.stringify(map));
  args = ['--file', join(folder, 'f.csv'), '--map', join(folder, 'm.json'), '--url', service.brokerUrl];
  args.push('--http', service.httpUrl, '--email', ADMINISTRATOR.email, '--password', ADMINISTRATOR.password);
  args.push('--report', join(folder, 'report.json'));
});
afterAll(async () => {
  await service.close();
  rmSync(folder, { recursive: true, force: true });
});

const start = (...more: string[]): ChildProcessByStdio<null, Readable, Readable> =>
  spawn(process.execPath, ['--import', 'tsx', 'src/simulators/replay.ts', ...args, ...more], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });

const journal = () => join(folder, 'f.csv.replay-state');
const reachedRows = (): number =>
  existsSync(journal()) ? (JSON.parse(readFileSync(journal(), 'utf8')) as { tally: { rows: number } }).tally.rows : 0;

async function killBeyond(rows: number, ...more: string[]): Promise<void> {
  const child = start('--rate', '4000', ...more);
  await expect.poll(reachedRows, { timeout: 90_000, interval: 20 }).toBeGreaterThanOrEqual(rows);
  child.kill('SIGKILL');
  await once(child, 'close');
}

test('killed twice, it leaves nothing out', { timeout: 240_000 }, async () => {
  await killBeyond(2_000);
  const first = reachedRows();
  await killBeyond(first + 2_000, '--resume');
  const second = reachedRows();
  expect(second).toBeLessThan(ROWS);
  const child = start('--resume');
  const [said, told, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  expect(told).toContain(`going on behind row ${second}`);
  const report = JSON.parse(said.trimEnd().split('\n').at(-1) ?? '') as PlayReport & Outcome;
  const readings = ROWS - ROWS / 1_000;
  expect({ code, ...report }).toMatchObject({
    code: 0,
    complete: true,
    rows: ROWS,
    refusedRows: ROWS / 1_000,
    refused: [{ reason: 'not-a-number', rows: ROWS / 1_000, lines: [1001, 2001, 3001, 4001, 5001] }],
    readings,
    distinctReadings: readings,
    storedReadings: readings,
  });
  expect(JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8'))).toEqual(report);
  expect(existsSync(journal())).toBe(false);
  // One import from the first run to the last.
  const imports = await service.api.all<Import>('/imports');
  expect(imports.map(({ state, done, total }) => ({ state, done, total }))).toEqual([
    { state: 'finished', done: ROWS, total: ROWS },
  ]);
});

test('a journal of another recording is refused', { timeout: 120_000 }, async () => {
  const state = join(folder, 'other.state');
  writeFileSync(state, JSON.stringify({ version: 1, recording: 'another', importId: null, tally: {}, seconds: 0 }));
  const child = start('--resume', '--state', state);
  const [told, [code]] = await Promise.all([text(child.stderr), once(child, 'close')]);
  expect({ code, told }).toEqual({ code: 2, told: expect.stringContaining('another recording or mapping') as string });
});
