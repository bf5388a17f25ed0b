// Folders of made-up recordings in the layouts of the recorded data, small enough for a test: engines that wear until they
// stop, machines whose errors come before their failures, streams with one strange hour. Nothing in them is copied.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { seededRandom } from '../../src/predictor/core/random.ts';
import { csvOf, runningDownMachine } from './running-down-machine.ts';

const HOUR_MS = 3_600_000;
const textOf = (rows: readonly (readonly (string | number)[])[], between = ','): string =>
  `${rows.map((row) => row.join(between)).join('\n')}\n`;
const dateOf = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace('T', ' ');

/** A learning and a scored log of one machine; the second one gzipped. */
export function writeSensorLogs(dir: string, horizonsHours: readonly number[]): void {
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'train.csv'), csvOf(runningDownMachine(16, horizonsHours, 1), horizonsHours));
  writeFileSync(join(dir, 'val.csv.gz'), gzipSync(csvOf(runningDownMachine(5, horizonsHours, 2), horizonsHours)));
}

/** One run of an engine: unit, cycle, three settings, and sensors of which every other one drifts with its wear. */
function engineRows(unit: number, life: number, shown: number, random: () => number): number[][] {
  return Array.from({ length: shown }, (_, index) => {
    const wear = ((index + 1) / life) ** 2;
    const sensors = Array.from({ length: 21 }, (_sensor, sensor) =>
      Number((100 + sensor + (sensor % 2 === 0 ? 5 * wear : 0) + random() * 0.8).toFixed(4)),
    );
    return [unit, index + 1, 0, 0, 100, ...sensors];
  });
}

export function writeEngines(dir: string, units: number): void {
  mkdirSync(dir, { recursive: true });
  const random = seededRandom(8);
  const lifeOf = (): number => 60 + Math.floor(random() * 60);
  const training = Array.from({ length: units }, (_, unit) => {
    const life = lifeOf();
    return engineRows(unit + 1, life, life, random);
  });
  const asked = Array.from({ length: units }, (_, unit) => {
    const life = lifeOf();
    const shown = Math.floor(life * (0.3 + 0.6 * random()));
    return { rows: engineRows(unit + 1, life, shown, random), left: life - shown };
  });
  writeFileSync(join(dir, 'train_FD001.txt'), textOf(training.flat(), ' '));
  writeFileSync(
    join(dir, 'test_FD001.txt.gz'),
    gzipSync(
      textOf(
        asked.flatMap(({ rows }) => rows),
        ' ',
      ),
    ),
  );
  writeFileSync(join(dir, 'RUL_FD001.txt'), textOf(asked.map(({ left }) => [left])));
}

/** Machines of two components; twenty hours before a failure the component's own error is written down. */
export function writeMachines(dir: string, machines: number): void {
  mkdirSync(dir, { recursive: true });
  const random = seededRandom(9);
  const fromMs = Date.UTC(2026, 0, 1, 6);
  const days = 300;
  const errors: (string | number)[][] = [];
  const failures: (string | number)[][] = [];
  const maintained: (string | number)[][] = [];
  for (let machine = 1; machine <= machines; machine++) {
    for (const part of [1, 2]) {
      maintained.push([dateOf(fromMs), machine, `comp${part}`]);
      for (let day = 8 + Math.floor(random() * 20); day < days; day += 12 + Math.floor(random() * 24)) {
        const atMs = fromMs + day * 24 * HOUR_MS;
        errors.push([dateOf(atMs - 20 * HOUR_MS), machine, `error${part}`]);
        failures.push([dateOf(atMs), machine, `comp${part}`]);
        maintained.push([dateOf(atMs), machine, `comp${part}`]);
      }
    }
    for (let day = 3; day < days; day += 40) errors.push([dateOf(fromMs + day * 24 * HOUR_MS), machine, 'error3']);
  }
  const write = (file: string, header: string[], rows: (string | number)[][]): void =>
    writeFileSync(join(dir, file), textOf([header, ...rows]));
  write('errors.csv', ['datetime', 'machineID', 'errorID'], errors);
  write('failures.csv', ['datetime', 'machineID', 'failure'], failures);
  write('maint.csv', ['datetime', 'machineID', 'comp'], maintained);
  write(
    'machines.csv',
    ['machineID', 'model', 'age'],
    Array.from({ length: machines }, (_, at) => [at + 1, 'm1', at % 9]),
  );
  const testFrom = new Date(fromMs + 200 * 24 * HOUR_MS).toISOString();
  writeFileSync(join(dir, 'split.json'), JSON.stringify({ testFrom, horizonHours: 24, rowEveryHours: 6 }));
}

/** Streams of a daily rhythm, five minutes apart; in each a plateau that nothing announced, with its window around it. */
export function writeStreams(dir: string, streams: number): void {
  const random = seededRandom(11);
  const windows: Record<string, [string, string][]> = {};
  for (const folder of ['data/made', 'labels', 'config']) mkdirSync(join(dir, folder), { recursive: true });
  for (let stream = 0; stream < streams; stream++) {
    const [rows, strange] = [2400, 1500 + 100 * stream];
    const atOf = (row: number): string => dateOf(Date.UTC(2026, 2, 1) + row * 300_000);
    const values = Array.from({ length: rows }, (_, row) => {
      const usual = 50 + 10 * Math.sin((2 * Math.PI * row) / 288) + random() * 4;
      return [atOf(row), (row >= strange && row < strange + 24 ? usual + 60 : usual).toFixed(3)];
    });
    const path = `made/stream-${stream}.csv`;
    writeFileSync(join(dir, 'data', path), textOf([['timestamp', 'value'], ...values]));
    windows[path] = [[`${atOf(strange - 60)}.000000`, `${atOf(strange + 90)}.000000`]];
  }
  writeFileSync(join(dir, 'labels', 'combined_windows.json'), JSON.stringify(windows));
  const profile = { CostMatrix: { tpWeight: 1, fpWeight: 0.11, fnWeight: 1, tnWeight: 1 } };
  const profiles = { standard: profile, reward_low_FP_rate: profile, reward_low_FN_rate: profile };
  writeFileSync(join(dir, 'config', 'profiles.json'), JSON.stringify(profiles));
}
