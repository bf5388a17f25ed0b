// A channel over a live metric: fed with what the operating mode leaves unexplained, at most one value in five minutes, and
// asked for what is unusual. What it says is a finding without a failure mode: strange, not known to be bad.
import type { EpochMs } from '../../../contracts/time.ts';
import type { Series } from '../state.ts';
import { observeChannel, speakersOf } from './channel.ts';
import type { Workspace } from './members.ts';
import { type DeclaredRange, isOutside, noteOutside } from './outside.ts';
import { AT, ChannelState } from './state.ts';

/** Readings that come closer than this are taken together as their mean: ten-second and hourly devices have one memory. */
const STEP_MS = 4 * 60_000;
/**
 * One threshold for the fleet, far above what finds most on recorded streams: in twelve years of healthy simulated devices
 * with hourly readings none was reached; at 0.66 it were two, at 0.6 four a device-year.
 */
export const UNUSUAL_SCORE = 0.67;
/** What was unusual stays so for this long after it last spoke. */
export const HOLD_MS = 6 * 3_600_000;
const MOST_WORDS = 3;

export const isUnusualAt = ({ unusual }: Series, nowMs: EpochMs): boolean =>
  unusual !== undefined && nowMs - unusual.lastMs <= HOLD_MS;

/** `apart`: distance from the mode's normal in its sigmas; `range` in the same. True when something unusual begins. */
export function watchSeries(
  series: Series,
  atMs: EpochMs,
  apart: number,
  { space, range }: { space: Workspace; range: DeclaredRange | null },
): boolean {
  const { channel: kept = ChannelState.create() } = series;
  const channel = typeof kept === 'string' ? ChannelState.parse(kept) : kept;
  series.channel = channel;
  const value = thinned(channel, atMs, apart);
  if (value === null) return false;
  noteOutside(channel, atMs, isOutside(channel, atMs, value, range));
  const score = observeChannel(channel, atMs, value, space);
  if (score === null || score < UNUSUAL_SCORE) {
    endUnusual(series, channel, atMs);
    return false;
  }
  const before = isUnusualAt(series, atMs) ? series.unusual : undefined;
  const members = speakersOf(space).slice(0, MOST_WORDS);
  series.unusual = {
    sinceMs: before?.sinceMs ?? atMs,
    lastMs: atMs,
    score: Math.max(score, before?.score ?? 0),
    members: members.map(({ member }) => member),
  };
  return before === undefined;
}

/** The reading cannot be, by what is declared: it is not learned, and what the device does now is not known. */
export function noteImplausible({ channel }: Series, atMs: EpochMs): void {
  if (channel instanceof ChannelState && channel.numbers[AT.isKnown] === 1) noteOutside(channel, atMs, true);
}

/** What is over was over when it was held no longer. */
function endUnusual(series: Series, { numbers }: ChannelState, atMs: EpochMs): void {
  const { unusual } = series;
  if (unusual === undefined || isUnusualAt(series, atMs)) return;
  numbers[AT.normalSinceMs] = Math.max(numbers[AT.normalSinceMs] as number, unusual.lastMs + HOLD_MS);
  delete series.unusual;
}

/** The mean of what came since the last value that was taken, once a step has passed. */
function thinned({ numbers }: ChannelState, atMs: EpochMs, apart: number): number | null {
  const sum = (numbers[AT.pendingSum] as number) + apart;
  const count = (numbers[AT.pendingCount] as number) + 1;
  const isFirst = (numbers[AT.readings] as number) === 0;
  const isDue = isFirst || atMs - (numbers[AT.lastMs] as number) >= STEP_MS;
  numbers[AT.pendingSum] = isDue ? 0 : sum;
  numbers[AT.pendingCount] = isDue ? 0 : count;
  return isDue ? sum / count : null;
}
