// Recorded data through the front door: the replay's command publishes a slice of each recording into a running service,
// its report agrees with the database to the reading, and what came of it is listed. A second replay changes nothing.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadConfig } from '../../../src/config.ts';
import type { Import } from '../../../src/contracts/http/system.ts';
import { type Outcome, outcomeOf } from '../../../src/simulators/replay/outcome.ts';
import type { PlayReport } from '../../../src/simulators/replay/play.ts';
import {
  ADMINISTRATOR,
  prepareServiceDatabase,
  type ServiceDatabase,
  startTestApp,
  type TestApp,
} from '../../support/app.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const DATASETS = loadConfig({ STETHOS_DATASETS: process.env.STETHOS_DATASETS }).datasetsDir;
const TWO_MACHINES = 4_320;
const TWO_DAYS = 2_880;

let database: ServiceDatabase;
let service: TestApp;
beforeAll(async () => {
  database = await prepareServiceDatabase();
  service = await startTestApp({ database });
});
/** In the end the database itself is asked, with nobody between. */
const published: number[] = [];
afterAll(async () => {
  await service.close();
  const { rows } = await database.look((db) => db.query<{ stored: bigint }>('SELECT count(*) AS stored FROM reading'));
  await database.remove();
  expect(rows).toEqual([{ stored: BigInt(published.reduce((sum, count) => sum + count, 0)) }]);
});

type Report = PlayReport & Outcome;

interface Replayed {
  code: number;
  report: Report;
}

async function replay(recording: string, map: string, limit: number): Promise<Replayed> {
  const { httpUrl, brokerUrl } = service;
  const what = ['--file', join(DATASETS, recording), '--map', `examples/replay/${map}`, '--limit', String(limit)];
  const where = ['--url', brokerUrl, '--http', httpUrl];
  const who = ['--email', ADMINISTRATOR.email, '--password', ADMINISTRATOR.password];
  const args = ['--import', 'tsx', 'src/simulators/replay.ts', ...what, ...where, ...who];
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  const [said, told, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  const last = said.trimEnd().split('\n').at(-1);
  if (!last?.startsWith('{')) throw new Error(`the replay ended with ${code}: ${told}`);
  return { code: code as number, report: JSON.parse(last) as Report };
}

const costOf = (device: string, direct: string): Outcome['costs'][number] => ({
  device,
  direct,
  allocated: '0.00',
  total: direct,
  currency: 'CNY',
});

const lasting = ({ alerts, workOrders, costs }: Report) => ({ alerts, workOrders, costs });

/** Skipped by its name where the recording is not there. */
const withRecording = (recording: string) =>
  existsSync(join(DATASETS, recording))
    ? { on: test, needs: '' }
    : { on: test.skip, needs: ` (skipped: there is no ${join(DATASETS, recording)}; set STETHOS_DATASETS)` };

describe('two machines of the azure recording', () => {
  const recording = 'azure-pdm/telemetry.csv.gz';
  const { on, needs } = withRecording(recording);

  on(`agree to the reading, and a job and its cost come of them${needs}`, { timeout: 240_000 }, async () => {
    const { api } = service;
    const { code, report } = await replay(recording, 'azure-pdm.map.json', TWO_MACHINES);
    expect(code).toBe(0);
    expect(report).toMatchObject({ rows: TWO_MACHINES, refusedRows: 0, storedReadings: report.distinctReadings });
    expect(report.distinctReadings).toBe(TWO_MACHINES * 4);
    published.push(report.distinctReadings ?? 0);

    // Machine 2 lost its component 2 on 19 March 2015; its rotation fell before.
    const job = report.workOrders.find(({ device }) => device === 'AZ-2');
    expect(job).toMatchObject({ kind: 'predictive', state: 'approved' });
    expect(Date.parse(job?.openedAt ?? '')).toBeLessThan(Date.UTC(2015, 2, 19, 6));
    expect(report.alerts.find(({ id }) => id === job?.alertId)).toMatchObject({ device: 'AZ-2' });
    expect(report.alerts.length).toBeLessThan(20);
    expect(report.costs).toEqual([costOf('AZ-1', '0.00'), costOf('AZ-2', '0.00')]);

    const again = await replay(recording, 'azure-pdm.map.json', TWO_MACHINES);
    expect(again.code).toBe(0);
    expect(again.report.storedReadings).toBe(report.storedReadings);
    expect(lasting(again.report)).toEqual(lasting(report));
    expect((await api.all<Import>('/imports')).map(({ state, done }) => ({ state, done }))).toEqual([
      { state: 'finished', done: TWO_MACHINES },
      { state: 'finished', done: TWO_MACHINES },
    ]);

    // Nobody does the job but a person; an hour and a half of an engineer at 320 an hour.
    const span = { engineer: 'E-AZURE-PDM', from: '2015-03-19T08:00:00Z', to: '2015-03-19T09:30:00Z' };
    await api.post(`/work-orders/${job?.id}/labour`, { ...span, category: 'repair' });
    const costs = async () => (await outcomeOf(api, report, Date.now())).costs;
    await expect.poll(costs, { timeout: 20_000 }).toEqual([costOf('AZ-1', '0.00'), costOf('AZ-2', '480.00')]);
  });
});

describe('the nitrogen recording', () => {
  const recording = 'nitrogen/train.csv.gz';
  const { on, needs } = withRecording(recording);

  on(`agrees to the reading${needs}`, { timeout: 120_000 }, async () => {
    const { code, report } = await replay(recording, 'nitrogen.map.json', TWO_DAYS);
    expect({ code, stored: report.storedReadings }).toEqual({ code: 0, stored: report.distinctReadings });
    published.push(report.distinctReadings ?? 0);
    const again = await replay(recording, 'nitrogen.map.json', TWO_DAYS);
    expect(again.report.storedReadings).toBe(report.storedReadings);
    expect(lasting(again.report)).toEqual(lasting(report));
  });
});
