// `npm run evaluate` as a person calls it: the figures on the output and in the file, and a clear refusal with exit code 2.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { evaluateSuites } from '../../../src/evaluate-suites.ts';
import { writeSensorLogs } from '../../support/recorded-data.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const SLOW_MS = 240_000;

interface Ended {
  code: number | null;
  out: string;
  errors: string;
}

/** As a process of its own. */
function started(...args: string[]): Promise<Ended> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/evaluate.ts', ...args], { cwd: ROOT });
  const ended: Ended = { code: null, out: '', errors: '' };
  child.stdout.on('data', (text: Buffer) => (ended.out += text.toString()));
  child.stderr.on('data', (text: Buffer) => (ended.errors += text.toString()));
  return new Promise((settle) => child.on('close', (code) => settle({ ...ended, code })));
}

/** In this process. */
async function evaluate(...args: string[]): Promise<Ended> {
  const ended: Ended = { code: null, out: '', errors: '' };
  const code = await evaluateSuites(args, {
    out: { write: (text) => (ended.out += text) },
    errors: { write: (text) => (ended.errors += text) },
  });
  return { ...ended, code };
}

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'stethos-evaluate-'));
  writeSensorLogs(join(root, 'data', 'nitrogen'), [0.5]);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

test(
  'finds the suite in the folder that holds it, tells how far it is, and leaves the figures in a file',
  async () => {
    const out = join(root, 'new', 'figures.json');
    const ended = await started('--suite', 'nitrogen', '--data', join(root, 'data'), '--out', out);
    expect(ended.code).toBe(0);
    expect(JSON.parse(ended.out)).toMatchObject({ suite: 'nitrogen', seed: 1, nTrainRows: expect.any(Number) });
    expect(readFileSync(out, 'utf8')).toBe(ended.out);
    const table = await evaluate('--table', out);
    const macroF1 = (JSON.parse(ended.out) as { 'macroF1_0.5h': number })['macroF1_0.5h'].toFixed(3);
    expect(table.out).toContain(`| nitrogen | macro F1, fault within 0.5 h | **${macroF1}** | logistic regression `);
    expect(ended.errors).toMatch(/^ *\d+ %\s+training/m);
    expect(ended.errors).not.toContain('\u001b');
  },
  SLOW_MS,
);

test(
  'says what to change, with exit code 2, and prints no figures',
  async () => {
    const broken = join(root, 'broken');
    mkdirSync(broken);
    writeFileSync(join(broken, 'train.csv'), 'time,a,PW_1h\n2026-01-01 00:00:00,1,0\nnot a time,1,0\n');
    const asked: [string[], RegExp][] = [
      [['--suite', 'weather'], /no suite "weather": give one of .*nitrogen/],
      [[], /--suite is missing/],
      [['--suite', 'nitrogen', '--seed', 'x'], /--seed is a whole number/],
      [['--suite', 'nitrogen', '--wrong'], /--wrong/],
      [['--suite', 'nitrogen', '--data', join(root, 'nowhere')], /nowhere is not there: give --data/],
      [['--suite', 'nitrogen', '--data', root], /has no file of the suite nitrogen/],
      [['--suite', 'nitrogen', '--data', broken], /train\.csv:3: time is "not a time", not a time/],
    ];
    for (const [args, message] of asked) {
      const { code, out, errors } = await evaluate(...args);
      expect([args, code, out]).toEqual([args, 2, '']);
      expect(errors).toMatch(message);
    }
    const notAResult = join(root, 'other.json');
    writeFileSync(notAResult, '{"suite":"weather"}');
    expect(await evaluate('--table', notAResult)).toMatchObject({
      code: 2,
      errors: expect.stringContaining('is no result'),
    });
    const help = await evaluate('--help');
    expect(help.code).toBe(0);
    expect(help.out).toContain('--scores DIR');
  },
  SLOW_MS,
);
