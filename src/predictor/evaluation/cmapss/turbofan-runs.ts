// Reads the turbofan files: one row a unit and cycle (unit, cycle, three settings, then sensors), blank-separated, and the
// true remaining cycles at the last row of each test unit.
import { readdirSync } from 'node:fs';
import type { Run } from '../../core/remaining-life/run.ts';
import { DatasetFault, fileIn, linesOf, textOf } from '../dataset.ts';

const SETTINGS = 3;
const BEFORE_SENSORS = 2 + SETTINGS;

export interface Turbofans {
  /** Such as FD001. */
  name: string;
  settings: number;
  sensors: number;
  training: Run[];
  /** Where the part has test units: their runs up to now and what was left then. */
  test: { runs: Run[]; remaining: Float64Array } | null;
}

/** Names of the parts whose training file is in the folder. */
export function partsIn(dir: string): string[] {
  const found = readdirSync(dir).flatMap((entry) => /^train_(.+?)\.txt(\.gz)?$/.exec(entry)?.[1] ?? []);
  return [...new Set(found)].sort();
}

function numbersOf(path: string): number[][] {
  const rows: number[][] = [];
  for (const { number, text } of linesOf(textOf(path))) {
    const row = text.trim().split(/\s+/).map(Number);
    if (!row.every(Number.isFinite)) throw new DatasetFault(`${path}:${number}: a cell is not a number`);
    if (row.length !== (rows[0] ?? row).length) {
      throw new DatasetFault(`${path}:${number}: ${row.length} cells where the first row has ${rows[0]?.length}`);
    }
    rows.push(row);
  }
  if (rows.length === 0) throw new DatasetFault(`${path} is empty`);
  return rows;
}

function runsOf(path: string): { runs: Run[]; sensors: number } {
  const rows = numbersOf(path);
  const sensors = (rows[0] as number[]).length - BEFORE_SENSORS;
  if (sensors < 1) throw new DatasetFault(`${path}:1: a row needs unit, cycle, ${SETTINGS} settings and sensors`);
  const byUnit = new Map<number, number[][]>();
  for (const row of rows) {
    const unit = row[0] as number;
    const mine = byUnit.get(unit);
    if (mine) mine.push(row);
    else byUnit.set(unit, [row]);
  }
  const runs = [...byUnit].map(([unit, mine]) => {
    mine.sort((a, b) => (a[1] as number) - (b[1] as number));
    return {
      id: String(unit),
      steps: mine.length,
      usage: Float64Array.from(mine, (row) => row[1] as number),
      conditions: Float64Array.from(mine.flatMap((row) => row.slice(2, BEFORE_SENSORS))),
      sensors: Float64Array.from(mine.flatMap((row) => row.slice(BEFORE_SENSORS))),
    };
  });
  return { runs, sensors };
}

export function readPart(dir: string, name: string): Turbofans {
  const path = fileIn(dir, `train_${name}.txt`);
  if (path === null) throw new DatasetFault(`${dir} has no train_${name}.txt`);
  const { runs: training, sensors } = runsOf(path);
  const [testPath, remainingPath] = [fileIn(dir, `test_${name}.txt`), fileIn(dir, `RUL_${name}.txt`)];
  const part = { name, settings: SETTINGS, sensors, training };
  if (testPath === null || remainingPath === null) return { ...part, test: null };
  const test = runsOf(testPath);
  const remaining = Float64Array.from(numbersOf(remainingPath), (row) => row[0] as number);
  if (test.sensors !== sensors)
    throw new DatasetFault(`${testPath} has ${test.sensors} sensors, ${path} has ${sensors}`);
  if (test.runs.length !== remaining.length) {
    throw new DatasetFault(
      `${remainingPath} has ${remaining.length} rows for the ${test.runs.length} units of ${testPath}`,
    );
  }
  return { ...part, test: { runs: test.runs, remaining } };
}
