// The registry of models from the command line, as a process of its own against a running service: what the time machine found is
// a table, what it cannot judge is refused in words, and the exit code says which it was.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Page } from '../../../src/contracts/http/page.ts';
import type { Model } from '../../../src/contracts/http/models.ts';
import type { Replay } from '../../../src/contracts/http/replays.ts';
import { HOUR_MS, isoOf } from '../../../src/contracts/time.ts';
import { ADMINISTRATOR, ROOT, startTestApp, type TestApp } from '../../support/app.ts';
import { pumpFleet } from '../quality/pump-fleet.ts';

const LIMIT_MS = 180_000;
const HOURS = 24;

let service: TestApp;
let detector: number;
const startMs = Math.floor(Date.now() / HOUR_MS - HOURS) * HOUR_MS;

beforeAll(async () => {
  service = await startTestApp();
  const fleet = await pumpFleet(service, { intervalS: HOUR_MS / 1000 });
  for (let hour = 0; hour < HOURS; hour++) await fleet.say(startMs + hour * HOUR_MS, { flow: 40, pressure: 10 });
  await fleet.close();
  const { items } = await service.api.get<Page<Model>>('/models?kind=sign-drift');
  detector = items[0]?.id as number;
}, LIMIT_MS);
afterAll(() => service?.close());

async function models(...args: string[]): Promise<{ code: number; said: string; told: string }> {
  const who = ['--url', service.httpUrl, '--email', ADMINISTRATOR.email, '--password', ADMINISTRATOR.password];
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/models.ts', ...args, ...who], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [said, told, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code: code as number, said, told };
}

test('judges stored history by a version and shows it beside what happened', { timeout: LIMIT_MS }, async () => {
  const from = isoOf(startMs);
  const { code, said, told } = await models('replay', String(detector), '--from', from, '--mode', 'suggest');
  expect({ code, told }).toEqual({ code: 0, told: '' });
  const lines = said.trimEnd().split('\n');
  expect(lines[0]).toContain(`1 devices, ${2 * HOURS} readings, 0 failures`);
  expect(lines.find((line) => line.includes('this version'))).toMatch(/this version +what happened/);
  expect(lines.map((line) => line.slice(0, 16).trim())).toEqual(
    expect.arrayContaining(['alerts', 'jobs opened', 'false alarms', 'precision', 'recall', 'cost']),
  );
  // The same run stands in the registry for everybody else.
  const { items } = await service.api.get<Page<Replay>>(`/replays?modelId=${detector}`);
  expect(items).toMatchObject([{ state: 'finished', model: 'sign-drift', from, done: 1, total: 1 }]);
});

test('what it cannot judge is refused in words', { timeout: LIMIT_MS }, async () => {
  const early = await models('replay', String(detector), '--from', '2020-01-01T00:00:00Z', '--to', isoOf(startMs));
  expect(early.code).toBe(1);
  expect(early.told).toMatch(/422 from: at most \d+ days before to; choose \d{4}-\d\d-\d\d or later/);
  expect(await models('replay', '9999')).toMatchObject({ code: 1, told: expect.stringContaining('no model 9999') });
  const wrong = await models('replay');
  expect(wrong.code).toBe(2);
  expect(wrong.told).toContain('replay needs the ID of a model');
  expect(wrong.told).toContain('npm run models -- replay ID');
});
