// Predictions held against whole faults instead of rows: how many were announced in time, and how many alarms had none.

export interface FaultCount {
  nFaults: number;
  /** With an alarm in the hours before. */
  caught: number;
  /** Alarms that touch none of those hours; nearer to each other than `mergeRows`, they are one. */
  falseEpisodes: number;
}

/** Episodes of alarm, each from its first to its last row. */
function episodesOf(
  isAlarm: (row: number) => boolean,
  rows: number,
  mergeRows: number,
): [first: number, last: number][] {
  const episodes: [number, number][] = [];
  for (let row = 0; row < rows; row++) {
    if (!isAlarm(row)) continue;
    const open = episodes.at(-1);
    if (open !== undefined && row - open[1] <= mergeRows) open[1] = row;
    else episodes.push([row, row]);
  }
  return episodes;
}

export function faultCount(
  isAlarm: (row: number) => boolean,
  labels: readonly number[],
  mergeRows: number,
): FaultCount {
  const count: FaultCount = { nFaults: 0, caught: 0, falseEpisodes: 0 };
  for (let row = labels.indexOf(1); row >= 0; ) {
    const end = labels.indexOf(0, row);
    const last = (end < 0 ? labels.length : end) - 1;
    count.nFaults++;
    if (Array.from({ length: last - row + 1 }, (_, at) => row + at).some(isAlarm)) count.caught++;
    row = labels.indexOf(1, last + 1);
  }
  for (const [first, last] of episodesOf(isAlarm, labels.length, mergeRows)) {
    if (!labels.slice(first, last + 1).includes(1)) count.falseEpisodes++;
  }
  return count;
}
