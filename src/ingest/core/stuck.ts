// Tells a sensor that stands still from one that has nothing to report. Each metric's own habit in each operating mode
// decides: a run of equal values is a finding when that habit would make it once in a billion, and it is far longer than
// any before. A value that is constant by nature has no habit of changing, so it is never called stuck.
import type { QualitySettings } from './quality-settings.ts';
import type { MetricWatch, ModeHabit } from './quality-state.ts';

/** The habit of the mode; the last place is shared by modes that found no room. */
export function habitOf(watch: MetricWatch, mode: string, { modesRemembered }: QualitySettings): ModeHabit {
  const { habits, value } = watch;
  for (const habit of habits) if (habit.mode === mode) return habit;
  if (habits.length >= modesRemembered) return habits[modesRemembered - 1] as ModeHabit;
  const habit = { mode, readings: 0, changes: 0, longest: 0, spacingMs: 0, coarser: 0, lowest: value, highest: value };
  habits.push(habit);
  return habit;
}

/** Equal readings in a row that are too many, infinite while too little is known. */
export function tooManyEqual(habit: ModeHabit, settings: QualitySettings): number {
  const { stuckAfterReadings, stuckLogChance, stuckFewest, stuckTimesLongest } = settings;
  if (habit.readings < stuckAfterReadings || habit.changes < 2) return Number.POSITIVE_INFINITY;
  // The rule of succession keeps a metric that always changed from being certain to.
  const unchanged = 1 - habit.changes / (habit.readings + 2);
  const byChance = stuckLogChance / -Math.log(unchanged);
  return Math.ceil(Math.max(stuckFewest, byChance, habit.longest * stuckTimesLongest));
}

export function learnHabit(habit: ModeHabit, value: number, hasChanged: boolean): void {
  habit.readings += 1;
  if (value < habit.lowest) habit.lowest = value;
  if (value > habit.highest) habit.highest = value;
  if (hasChanged) habit.changes += 1;
}

/** After so many readings in a row that came farther apart, that is how they come now. */
const COARSER_IN_A_ROW = 20;

/**
 * What changes from hour to hour may stand still from second to second: a habit holds for readings as far apart as those
 * it was learnt from. False: this reading says nothing about it.
 */
export function isComparable(habit: ModeHabit, spacingMs: number): boolean {
  if (habit.spacingMs > 0 && spacingMs > 2 * habit.spacingMs) {
    habit.coarser += 1;
    if (habit.coarser < COARSER_IN_A_ROW) return false;
  } else if (habit.spacingMs > 0 && 2 * spacingMs >= habit.spacingMs) {
    habit.coarser = 0;
    return true;
  }
  habit.readings = habit.changes = habit.longest = habit.coarser = 0;
  habit.spacingMs = spacingMs;
  return true;
}

/** At the end of its range a value rests: a flow of nothing, a filter that cuts off. Where it sticks it is in between. */
export const isAtRest = ({ lowest, highest }: ModeHabit, value: number): boolean =>
  value === lowest || value === highest;

/** A standstill that was no finding ended: so long it may take. */
export function endRun(habit: ModeHabit, run: number): void {
  if (run > habit.longest) habit.longest = run;
}
