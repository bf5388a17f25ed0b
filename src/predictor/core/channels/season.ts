// What is usual at this hour: one profile of the day and one of the week. The residual is to the nearer of the two, so a
// weekday's habit is neither held against a Sunday nor lost while the week is still unknown.
import { HOUR_MS, type EpochMs } from '../../../contracts/time.ts';
import { type ChannelState, HOURS_A_DAY, HOURS_A_WEEK } from './state.ts';

/** Visits an hour's mean is about: of the day, of the week. */
const DAY_VISITS = 60;
const WEEK_VISITS = 30;

export function residualAt(channel: ChannelState, atMs: EpochMs, value: number): number {
  const hour = Math.floor(atMs / HOUR_MS);
  const day = ((hour % HOURS_A_DAY) + HOURS_A_DAY) % HOURS_A_DAY;
  const week = ((hour % HOURS_A_WEEK) + HOURS_A_WEEK) % HOURS_A_WEEK;
  const fromDay = channel.dayVisits[day] === 0 ? 0 : value - (channel.days[day] as number);
  const fromWeek = channel.weekVisits[week] === 0 ? fromDay : value - (channel.weeks[week] as number);
  visit(channel.days, channel.dayVisits, day, value, DAY_VISITS);
  visit(channel.weeks, channel.weekVisits, week, value, WEEK_VISITS);
  return Math.abs(fromWeek) < Math.abs(fromDay) ? fromWeek : fromDay;
}

function visit(means: Float32Array, visits: Uint8Array, slot: number, value: number, most: number): void {
  const count = Math.min(most, (visits[slot] as number) + 1);
  visits[slot] = count;
  const mean = means[slot] as number;
  means[slot] = mean + (value - mean) / count;
}
