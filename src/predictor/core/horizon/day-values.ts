// What the days that are over say, as columns: of each measure the loudest of the last one, of a week and of four weeks, as it was
// known at an instant. Missing is NaN.
import type { EpochMs } from '../../../contracts/time.ts';
import { DAY_WINDOWS, type DayMeasure, type DetectorDay, dayOf } from './detector-days.ts';

const LONGEST = DAY_WINDOWS[2];

export interface DayValues {
  /** Of `measures` in turn, one value a window. */
  at(atMs: EpochMs): Float64Array;
}

/** `days`: oldest first; what was closed after the instant is not looked at. */
export function createDayValues(measures: readonly DayMeasure[], days: readonly DetectorDay[]): DayValues {
  const values = new Float64Array(measures.length * DAY_WINDOWS.length);
  return {
    at(atMs) {
      values.fill(Number.NaN);
      const today = dayOf(atMs);
      for (let index = knownAt(days, atMs) - 1; index >= 0; index--) {
        const one = days[index] as DetectorDay;
        if (today - one.day > LONGEST) break;
        measures.forEach((measure, place) => take(values, place * DAY_WINDOWS.length, today - one.day, one[measure]));
      }
      return values;
    },
  };
}

function take(values: Float64Array, from: number, age: number, value: number | null): void {
  if (value === null) return;
  for (let window = 0; window < DAY_WINDOWS.length; window++) {
    const at = from + window;
    if (age <= (DAY_WINDOWS[window] as number) && !(value <= (values[at] as number))) values[at] = value;
  }
}

/** How many of them were closed by then. */
function knownAt(days: readonly DetectorDay[], atMs: EpochMs): number {
  let [low, high] = [0, days.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((days[middle] as DetectorDay).closedMs <= atMs) low = middle + 1;
    else high = middle;
  }
  return low;
}
