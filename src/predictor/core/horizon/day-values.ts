// What the days that are over say, as columns: of each measure the loudest of the last one, of a week and of four weeks, as it was
// known at an instant. Missing is NaN.
import type { EpochMs } from '../../../contracts/time.ts';
import { DAY_WINDOWS, type DayMeasure, type DetectorDay, dayOf } from './detector-days.ts';

export interface DayValues {
  /** Of `measures` in turn, one value a window. */
  at(atMs: EpochMs): Float64Array;
}

const WINDOWS = DAY_WINDOWS.length;

/** `days`: oldest first; what was closed after the instant is not looked at. */
export function createDayValues(measures: readonly DayMeasure[], days: readonly DetectorDay[]): DayValues {
  const values = new Float64Array(measures.length * WINDOWS);

  /** From the newest back: at the end of each window the loudest so far is its own. */
  function fill(from: number, measure: DayMeasure, newest: number, today: number): void {
    let loudest = Number.NaN;
    let window = 0;
    for (let index = newest; index >= 0; index--) {
      const day = days[index] as DetectorDay;
      while (window < WINDOWS && today - day.day > (DAY_WINDOWS[window] as number)) values[from + window++] = loudest;
      if (window === WINDOWS) return;
      const value = day[measure];
      if (value !== null && !(value <= loudest)) loudest = value;
    }
    while (window < WINDOWS) values[from + window++] = loudest;
  }

  return {
    at(atMs) {
      const newest = knownAt(days, atMs) - 1;
      const today = dayOf(atMs);
      for (let place = 0; place < measures.length; place++)
        fill(place * WINDOWS, measures[place] as DayMeasure, newest, today);
      return values;
    },
  };
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
