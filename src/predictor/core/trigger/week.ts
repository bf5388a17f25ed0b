// The week in which the jobs of a station are counted: Monday to Sunday, UTC.
import { DAY_MS, type EpochMs } from '../../../contracts/time.ts';

/** 1970-01-01 was a Thursday. */
const FIRST_MONDAY_MS = 4 * DAY_MS;
export const WEEK_MS = 7 * DAY_MS;

/** The Monday, 0:00 UTC, of an instant's week. */
export const weekOf = (atMs: EpochMs): EpochMs =>
  Math.floor((atMs - FIRST_MONDAY_MS) / WEEK_MS) * WEEK_MS + FIRST_MONDAY_MS;
