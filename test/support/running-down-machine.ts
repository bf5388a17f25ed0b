// A machine made up for tests of "a fault soon": it works, runs down along its pressure, and now and then its fault comes at
// the same reading of that clock. Written as the CSV of the recorded log, with any horizons.
import { seededRandom } from '../../src/predictor/core/random.ts';

export interface MadeLog {
  timesMs: number[];
  sensors: string[];
  values: number[][];
  /** By horizon. */
  labels: number[][];
}

const MINUTE_MS = 60_000;
const STEP_MINUTES = 5;
/** Minutes of a run down after which the fault comes. */
const FAULT_AFTER = 150;
const RUN_DOWN = 300;

/** `cycles` working days; nothing of the second sensor is of use. */
export function runningDownMachine(cycles: number, horizonsHours: readonly number[], seed: number): MadeLog {
  const random = seededRandom(seed);
  const log: MadeLog = {
    timesMs: [],
    sensors: ['pressure', 'noise'],
    values: [[], []],
    labels: horizonsHours.map(() => []),
  };
  const faults: number[] = [];
  let atMs = Date.UTC(2026, 0, 5);
  const note = (pressure: number): void => {
    log.timesMs.push(atMs);
    log.values[0]?.push(Math.round(pressure * 8) / 8);
    log.values[1]?.push(Math.round(random() * 20) / 10);
    atMs += STEP_MINUTES * MINUTE_MS;
  };
  for (let cycle = 0; cycle < cycles; cycle++) {
    const work = 40 + Math.floor(random() * 40);
    for (let step = 0; step < work; step++) note(7 + random());
    faults.push(atMs + FAULT_AFTER * MINUTE_MS);
    for (let minute = 0; minute < RUN_DOWN; minute += STEP_MINUTES) note(7 - (6 * minute) / RUN_DOWN);
  }
  horizonsHours.forEach((hours, horizon) => {
    for (const time of log.timesMs) {
      const isSoon = faults.some((fault) => time < fault && fault - time <= hours * 60 * MINUTE_MS);
      log.labels[horizon]?.push(isSoon ? 1 : 0);
    }
  });
  return log;
}

export function csvOf(log: MadeLog, horizonsHours: readonly number[]): string {
  const header = ['time', ...log.sensors, ...horizonsHours.map((hours) => `PW_${hours}h`)].join(',');
  const rows = log.timesMs.map((time, row) =>
    [
      new Date(time).toISOString().slice(0, 19).replace('T', ' '),
      ...log.values.map((column) => column[row]),
      ...log.labels.map((column) => column[row]),
    ].join(','),
  );
  return `${[header, ...rows].join('\n')}\n`;
}
