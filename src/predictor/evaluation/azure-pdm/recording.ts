// Reads a folder of machines with their errors, maintenance, failures and telemetry into histories. Which errors, components
// and telemetry channels there are is read from the files.
import type { EpochMs } from '../../../contracts/time.ts';
import type { Happening, MetricHistory, UnitHistory } from '../../core/horizon/history.ts';
import { DatasetFault, fileIn, openTable, requiredFile, textOf } from '../dataset.ts';

export interface Recording {
  histories: UnitHistory[];
  testFromMs: EpochMs;
  horizonHours: number;
  rowEveryHours: number;
  /** First error and last happening of the whole recording: what lies outside was not watched. */
  firstMs: EpochMs;
  lastMs: EpochMs;
  /** Last telemetry row of any machine; null without telemetry. */
  telemetryToMs: EpochMs | null;
}

export function readRecording(dir: string): Recording {
  const split = readSplit(dir);
  const machines = readMachines(dir);
  const first = { ms: Number.POSITIVE_INFINITY };
  const last = { ms: Number.NEGATIVE_INFINITY };
  const add = (file: string, toHappening: (atMs: EpochMs, name: string) => Happening, column: string): void => {
    for (const row of openTable(requiredFile(dir, file)).rows) {
      const atMs = row.time('datetime');
      const machine = machines.get(row.text('machineID'));
      if (machine === undefined) return row.fail(`machine ${row.text('machineID')} is not in machines.csv`);
      machine.happenings.push(toHappening(atMs, row.text(column)));
      last.ms = Math.max(last.ms, atMs);
      // Maintenance is written down from long before the errors are.
      if (column === 'errorID') first.ms = Math.min(first.ms, atMs);
    }
  };
  add('errors.csv', (atMs, code) => ({ atMs, kind: 'event', code }), 'errorID');
  add('failures.csv', (atMs, component) => ({ atMs, kind: 'failed', component }), 'failure');
  add('maint.csv', (atMs, component) => ({ atMs, kind: 'replaced', component }), 'comp');
  const telemetryToMs = readTelemetry(dir, machines);
  const histories = [...machines.values()];
  for (const { happenings } of histories) happenings.sort((a, b) => a.atMs - b.atMs || rank(a) - rank(b));
  return { histories, ...split, firstMs: first.ms, lastMs: Math.max(last.ms, telemetryToMs ?? last.ms), telemetryToMs };
}

/** At one instant a failure comes before the replacement that mends it. */
const rank = ({ kind }: Happening): number => (kind === 'replaced' ? 1 : 0);

function readSplit(dir: string): Pick<Recording, 'testFromMs' | 'horizonHours' | 'rowEveryHours'> {
  const path = requiredFile(dir, 'split.json');
  let split: { testFrom?: unknown; horizonHours?: unknown; rowEveryHours?: unknown };
  try {
    split = JSON.parse(textOf(path));
  } catch (error) {
    throw new DatasetFault(`${path}: ${(error as Error).message}`, { cause: error });
  }
  const testFromMs = Date.parse(String(split.testFrom));
  const { horizonHours, rowEveryHours } = split;
  const isHours = (value: unknown): value is number => typeof value === 'number' && value > 0;
  if (Number.isNaN(testFromMs) || !isHours(horizonHours) || !isHours(rowEveryHours)) {
    throw new DatasetFault(`${path} needs testFrom (a time), horizonHours and rowEveryHours (above 0)`);
  }
  return { testFromMs, horizonHours, rowEveryHours };
}

function readMachines(dir: string): Map<string, UnitHistory> {
  const machines = new Map<string, UnitHistory>();
  const { rows, columns } = openTable(requiredFile(dir, 'machines.csv'));
  for (const row of rows) {
    const unit = row.text('machineID');
    const statics: Record<string, string | number> = {};
    for (const column of columns.filter((name) => name !== 'machineID')) {
      const text = row.text(column);
      if (text === '') continue;
      statics[column] = Number.isFinite(Number(text)) ? Number(text) : text;
    }
    machines.set(unit, { unit, statics, happenings: [], readings: [] });
  }
  return machines;
}

/** Hourly rows, one column a channel. */
function readTelemetry(dir: string, machines: ReadonlyMap<string, UnitHistory>): EpochMs | null {
  const path = fileIn(dir, 'telemetry.csv');
  if (path === null) return null;
  const { rows, columns } = openTable(path);
  const channels = columns.filter((name) => name !== 'datetime' && name !== 'machineID');
  const taken = new Map<string, { times: number[]; values: number[][] }>();
  let lastMs = Number.NEGATIVE_INFINITY;
  for (const row of rows) {
    const unit = row.text('machineID');
    let own = taken.get(unit);
    if (own === undefined) taken.set(unit, (own = { times: [], values: channels.map(() => []) }));
    const atMs = row.time('datetime');
    if (atMs < (own.times.at(-1) ?? atMs)) row.fail(`the rows of machine ${unit} are not in order of time`);
    own.times.push(atMs);
    lastMs = Math.max(lastMs, atMs);
    channels.forEach((channel, index) => own.values[index]?.push(row.number(channel)));
  }
  for (const [unit, { times, values }] of taken) {
    const timesMs = Float64Array.from(times);
    const readings = channels.map(
      (metric, index): MetricHistory => ({ metric, timesMs, values: Float64Array.from(values[index] as number[]) }),
    );
    machines.get(unit)?.readings.push(...readings);
  }
  return lastMs;
}
