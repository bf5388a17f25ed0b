// A log of one machine as CSV: first the time, then any number of sensors, then one label a horizon (`PW_0.5h`: a fault
// starts within half an hour). Rows may be irregular; a cell may be empty.
import { DatasetFault, openTable } from '../dataset.ts';

export interface SensorLog {
  /** As they were written, for who reads the predictions. */
  times: string[];
  timesMs: number[];
  sensors: readonly string[];
  /** A column a sensor. */
  values: readonly number[][];
  /** Shortest first. */
  horizonsHours: readonly number[];
  /** A column a horizon, in their order: 1 where a fault starts within it. */
  labels: readonly number[][];
}

const LABEL = /^PW_(\d+(?:\.\d+)?)\s*h$/i;

export function readSensorLog(path: string): SensorLog {
  const { columns, rows } = openTable(path);
  const [time = '', ...rest] = columns;
  const hoursOf = (name: string): number => Number(LABEL.exec(name)?.[1]);
  const labelled = rest.filter((name) => LABEL.test(name)).sort((a, b) => hoursOf(a) - hoursOf(b));
  const sensors = rest.filter((name) => !LABEL.test(name));
  if (labelled.length === 0) throw new DatasetFault(`${path}:1: no label like PW_0.5h among the columns`);
  if (sensors.length === 0) throw new DatasetFault(`${path}:1: no sensor between the time and the labels`);
  const log = {
    times: [] as string[],
    timesMs: [] as number[],
    sensors,
    values: sensors.map((): number[] => []),
    horizonsHours: labelled.map(hoursOf),
    labels: labelled.map((): number[] => []),
  };
  for (const row of rows) {
    const ms = row.time(time);
    if (ms < (log.timesMs.at(-1) ?? ms)) row.fail(`${row.text(time)} is before the row above`);
    log.times.push(row.text(time));
    log.timesMs.push(ms);
    for (const [index, name] of sensors.entries()) log.values[index]?.push(row.number(name));
    for (const [index, name] of labelled.entries()) {
      const label = row.number(name);
      if (label !== 0 && label !== 1) row.fail(`${name} is ${label}, not 0 or 1`);
      log.labels[index]?.push(label);
    }
  }
  return log;
}

/** The rows from one to (not with) another. */
export const stretchOf = (log: SensorLog, from: number, to: number): SensorLog => ({
  ...log,
  times: log.times.slice(from, to),
  timesMs: log.timesMs.slice(from, to),
  values: log.values.map((values) => values.slice(from, to)),
  labels: log.labels.map((labels) => labels.slice(from, to)),
});
