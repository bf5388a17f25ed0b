// The time that is judged anew: as asked for, or the last year; refused where there is nothing that could be judged.
import type { NewReplay } from '../../contracts/http/replays.ts';
import { Problem } from '../../contracts/problems.ts';
import { DAY_MS, type EpochMs, HOUR_MS, isoOf } from '../../contracts/time.ts';
import type { Queryable } from '../../db/database.ts';

export interface Period {
  fromMs: EpochMs;
  toMs: EpochMs;
}

export const YEAR_DAYS = 365;
/** Clocks of browsers differ; a day that is chosen begins somewhere else on earth. */
const CLOCK_SLACK_MS = HOUR_MS;

const dayOf = (atMs: EpochMs): string => isoOf(atMs).slice(0, 10);

/** `firstMs`: of the first stored reading, `null` when there is none. Throws a Problem that says what to do. */
export function periodOf(
  { from, to }: Pick<NewReplay, 'from' | 'to'>,
  { nowMs, firstMs, longestDays }: { nowMs: EpochMs; firstMs: EpochMs | null; longestDays: number },
): Period {
  const refuse = (why: string): never => {
    throw new Problem('refused', why);
  };
  const askedToMs = to === undefined ? nowMs : Date.parse(to);
  if (askedToMs > nowMs + CLOCK_SLACK_MS)
    refuse(`to: ${dayOf(askedToMs)} lies in the future; today is ${dayOf(nowMs)}`);
  const toMs = Math.min(askedToMs, nowMs);
  const fromMs = from === undefined ? toMs - YEAR_DAYS * DAY_MS : Date.parse(from);
  if (fromMs >= nowMs) refuse(`from: ${dayOf(fromMs)} lies in the future; today is ${dayOf(nowMs)}`);
  if (fromMs >= toMs) refuse(`from: ${dayOf(fromMs)} must lie before to, ${dayOf(toMs)}`);
  if (toMs - fromMs > longestDays * DAY_MS) {
    refuse(`from: at most ${longestDays} days before to; choose ${dayOf(toMs - longestDays * DAY_MS)} or later`);
  }
  if (firstMs === null) return refuse('No readings are stored yet: there is nothing to judge');
  if (toMs <= firstMs) refuse(`to: the first stored reading is of ${dayOf(firstMs)}; nothing earlier can be judged`);
  if (from !== undefined && fromMs < firstMs - DAY_MS) {
    refuse(`from: the first stored reading is of ${dayOf(firstMs)}; choose that day or later`);
  }
  return { fromMs, toMs };
}

export async function firstReadingMs(db: Queryable): Promise<EpochMs | null> {
  const { rows } = await db.query<{ at: Date }>('SELECT measured_at AS at FROM reading ORDER BY measured_at LIMIT 1');
  return rows[0]?.at.getTime() ?? null;
}
