// The command as a person runs it, against a broker: options, end report, truth file, a clean end on Ctrl-C.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PRODUCTS } from '../../../src/simulators/catalogue/products.ts';
import { identifyFleet } from '../../../src/simulators/fleet.ts';
import { HELP, parseSimulateArguments } from '../../../src/simulators/options.ts';
import { KINDS } from '../../../src/simulators/models/kind-model.ts';
import { type BrokerDouble, startBroker } from './broker-double.ts';

const ROOT = join(import.meta.dirname, '../../..');
let folder: string;
let broker: BrokerDouble;

interface Ended {
  code: number | null;
  report: Record<string, number>;
  errors: string;
}

function simulate(args: readonly string[], interruptWhen?: () => boolean): Promise<Ended> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/simulators/simulate.ts', ...args], { cwd: ROOT });
  let out = '';
  let errors = '';
  child.stdout.on('data', (chunk) => (out += chunk));
  child.stderr.on('data', (chunk) => (errors += chunk));
  const watch = setInterval(() => interruptWhen?.() && child.kill('SIGINT') && clearInterval(watch), 20);
  return new Promise((resolve) => {
    child.on('close', (code) => {
      clearInterval(watch);
      const last = out.trim().split('\n').at(-1) ?? '';
      resolve({ code, errors, report: last.startsWith('{') ? (JSON.parse(last) as Record<string, number>) : {} });
    });
  });
}

const telemetry = (): number => broker.received.filter(({ topic }) => topic.endsWith('/telemetry')).length;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'simulate-'));
  broker = await startBroker('token');
  const fleet = identifyFleet({ devices: 12, kinds: KINDS, prefix: 'SIM' });
  await writeFile(
    join(folder, 'tokens.json'),
    JSON.stringify(Object.fromEntries(fleet.map(({ id }) => [id, 'token']))),
  );
});
afterAll(async () => {
  await broker.close();
  await rm(folder, { recursive: true });
});

describe('npm run simulate', () => {
  test('publishes a fleet, tells the truth, and ends with a report', async () => {
    const truthFile = join(folder, 'truth.jsonl');
    const { code, report, errors } = await simulate([
      '--devices',
      '12',
      '--rate',
      '5',
      '--url',
      broker.url,
      '--tokens',
      join(folder, 'tokens.json'),
      '--duration',
      '4',
      '--seed',
      '7',
      '--wear-speed',
      '1000000',
      '--fault-rate',
      '20',
      '--message-faults',
      '0.02',
      '--truth',
      truthFile,
    ]);
    expect(errors).not.toContain('Error');
    expect(code).toBe(0);
    expect(report).toMatchObject({ devices: 12, unacknowledged: 0 });
    expect(report.samples).toBeGreaterThan(150);
    expect(report.acknowledged).toBe(report.published);
    const device = broker.received.find(({ topic }) => topic.endsWith('/telemetry'));
    expect(device?.topic).toBe(`stethos/v1/${device?.device}/telemetry`);
    const sample = JSON.parse(device?.payload ?? '') as { ts: number; values: Record<string, unknown> };
    expect(Math.abs(sample.ts - Date.now())).toBeLessThan(60_000);
    const kind = KINDS.find((name) => device?.device.includes(name.toUpperCase()));
    expect(Object.keys(sample.values)).toEqual(
      expect.arrayContaining(PRODUCTS[kind ?? 'mri'].metrics.map((metric) => metric.code)),
    );
    const truth = (await readFile(truthFile, 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, string>);
    expect(truth.length).toBeGreaterThan(3);
    expect(truth.some((line) => line.kind === 'wear' && line.failure)).toBe(true);
    expect(broker.received.some(({ topic }) => topic.endsWith('/event'))).toBe(true);
  });

  test('ends cleanly on Ctrl-C', async () => {
    const args = ['--devices', '3', '--rate', '10', '--url', broker.url, '--tokens', join(folder, 'tokens.json')];
    const before = telemetry();
    const { code, report } = await simulate(args, () => telemetry() > before + 10);
    expect(code).toBe(0);
    expect(report.acknowledged).toBeGreaterThan(10);
    expect(report.unacknowledged).toBe(0);
  });

  test('says what is wrong with its options, all at once', () => {
    const parsed = parseSimulateArguments([
      '--devices',
      'many',
      '--kinds',
      'mri,x-ray',
      '--start',
      'soon',
      '--http',
      'http://h',
      '--format',
      'xml',
    ]);
    expect(parsed.ok === false && parsed.problems).toHaveLength(5);
    const spoken = parseSimulateArguments(['--tokens', 'f', '--format', 'sparkplug']);
    expect(spoken).toMatchObject({ options: { format: 'sparkplug' } });
    expect(parseSimulateArguments(['--colour', 'red'])).toMatchObject({ ok: false });
    expect(parseSimulateArguments(['--help'])).toEqual({ ok: 'help' });
    for (const option of ['--devices', '--rate', '--url', '--seed', '--format', '--truth', '--http', '--tokens'])
      expect(HELP).toContain(option);
  });
});
