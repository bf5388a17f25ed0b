// A channel over a live metric: fed with what the operating mode leaves unexplained, at most one value in five minutes, and
// asked for what is unusual. What it says is a finding without a failure mode: strange, not known to be bad.
import type { EpochMs } from '../../../contracts/time.ts';
import { hearPace } from '../pace.ts';
import type { Series } from '../state.ts';
import { observeChannel, speakersOf } from './channel.ts';
import type { Workspace } from './members.ts';
import { type DeclaredRange, isOutside, noteOutside } from './outside.ts';
import { AT, ChannelState } from './state.ts';

/** Readings that come closer than this are taken together as their mean: ten-second and hourly devices have one memory. */
const STEP_MS = 4 * 60_000;
/**
 * The threshold for the fleet where nobody sets another, far above what finds most on recorded streams: in six years of healthy
 * simulated devices with hourly readings it was reached once, 0.6 sixteen times.
 */
export const UNUSUAL_SCORE = 0.67;
/** Values in a row outside of all that was ever seen that are told: one alone may be a disturbance on the line. */
const OUTSIDE_VALUES = 3;
/** What was unusual stays so for this long after it last spoke. */
export const HOLD_MS = 6 * 3_600_000;
const MOST_WORDS = 3;
/** Values of a pace that are learned before one at it can be unusual, and those that are remembered as its past. */
const PACE_VALUES = 100;
const PACE_MEMORY = 6000;

export const isUnusualAt = ({ unusual }: Series, nowMs: EpochMs): boolean =>
  unusual !== undefined && nowMs - unusual.lastMs <= HOLD_MS;

export const isToldOutside = (series: Series, nowMs: EpochMs): boolean =>
  series.unusual?.isOutside === true && isUnusualAt(series, nowMs);

/** `apart`: distance from the mode's normal in its sigmas; `range` in the same. True when something unusual begins. */
export function watchSeries(
  series: Series,
  atMs: EpochMs,
  apart: number,
  { space, range, unusualScore }: { space: Workspace; range: DeclaredRange | null; unusualScore: number },
): boolean {
  const { channel: kept = ChannelState.create() } = series;
  const channel = typeof kept === 'string' ? ChannelState.parse(kept) : kept;
  series.channel = channel;
  const stepMs = paceOf(channel, atMs);
  const value = thinned(channel, atMs, apart);
  if (value === null) return false;
  const isPaceKnown = stepMs === null || isKnownPace(series, stepMs);
  const isNowOutside = isOutside(channel, atMs, value, range);
  noteOutside(channel, atMs, isNowOutside);
  channel.numbers[AT.outsideValues] = isNowOutside ? (channel.numbers[AT.outsideValues] as number) + 1 : 0;
  const score = observeChannel(channel, atMs, value, space);
  const staysOutside = (channel.numbers[AT.outsideValues] as number) >= OUTSIDE_VALUES;
  const isStrange = score !== null && score >= unusualScore && isPaceKnown;
  if (!isStrange && !staysOutside) {
    endUnusual(series, channel, atMs);
    return false;
  }
  const before = isUnusualAt(series, atMs) ? series.unusual : undefined;
  const members = speakersOf(space).slice(0, MOST_WORDS);
  series.unusual = {
    sinceMs: before?.sinceMs ?? atMs,
    lastMs: atMs,
    score: Math.max(score ?? 0, before?.score ?? 0),
    members: members.map(({ member }) => member),
    ...(isNowOutside || before?.isOutside === true ? { isOutside: true } : {}),
  };
  return before === undefined || before.isOutside !== series.unusual.isOutside;
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

/** Time between readings, of those that are taken together with this one; `null` before there was any. */
function paceOf({ numbers }: ChannelState, atMs: EpochMs): number | null {
  if ((numbers[AT.readings] as number) === 0) return null;
  return (atMs - (numbers[AT.lastMs] as number)) / ((numbers[AT.pendingCount] as number) + 1);
}

function isKnownPace(series: Series, stepMs: number): boolean {
  series.paces ??= [];
  return hearPace(series.paces, stepMs, { weight: 1, memory: PACE_MEMORY }) >= PACE_VALUES;
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
