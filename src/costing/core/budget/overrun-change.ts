// Whether what is expected of a budget is news against what was told last: an overrun that appears, whose day moves by a month, or
// that is gone. Pure.
import { DAY_MS } from '../../../contracts/time.ts';

export const OVERRUN_CHANGES = ['appeared', 'moved', 'gone'] as const;
export type OverrunChange = (typeof OVERRUN_CHANGES)[number];

/** Days that are nearer than this to the one told last are no news. */
export const MOVED_DAYS = 28;

export interface ExpectedOverrun {
  /** More than the limit over the budget. */
  isOverLimit: boolean;
  /** At all over the budget: an overrun that was told is gone when there is none at all, so that it does not come and go at the limit. */
  isOver: boolean;
  /** The day the budget is expected to be passed. */
  crossing: string | null;
}

/** `told`: the day that was told last; null: nothing was, or that it is gone. The change, or null: no news. */
export function overrunChange(
  told: string | null,
  { isOverLimit, isOver, crossing }: ExpectedOverrun,
): OverrunChange | null {
  if (told === null) return isOverLimit && crossing !== null ? 'appeared' : null;
  if (!isOver || crossing === null) return 'gone';
  return Math.abs(Date.parse(crossing) - Date.parse(told)) >= MOVED_DAYS * DAY_MS ? 'moved' : null;
}
