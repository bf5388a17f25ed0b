// What a channel can say of its metric now, as one word with since when and of how many readings: what it does not know, has
// not heard of or has never seen the like of is an answer of its own, never a zero.
import type { EpochMs } from '../../../contracts/time.ts';
import { troubledSinceMs } from '../intake.ts';
import { NEVER_MS, type Series } from '../state.ts';
import { AT, ChannelState } from './state.ts';
import { HOLD_MS, isUnusualAt } from './watch.ts';

/**
 * `unknown`: nothing came that could be judged (the sensor stands still, the values are in another unit, nothing was heard).
 * `learning`: too few readings for a judgement yet. `out-of-distribution`: beyond all that was ever seen, so nothing is claimed of it.
 */
export const STANDINGS = ['learning', 'normal', 'unusual', 'out-of-distribution', 'stale', 'unknown'] as const;
export type StandingWord = (typeof STANDINGS)[number];

export interface ChannelStanding {
  standing: StandingWord;
  /** `null` where nothing was ever judged. */
  sinceMs: EpochMs | null;
  /** Readings the channel has learned from. */
  n: number;
}

/** A channel that was not heard of for this long knows nothing of now. */
export const STALE_MS = 86_400_000;

/** The newest value is beyond all that was ever seen. */
export const isBeyondAll = ({ channel }: Series): boolean =>
  channel instanceof ChannelState && channel.numbers[AT.isKnown] === 1 && channel.numbers[AT.isOutside] === 1;

/** `staleAfterMs`: how long this metric may be silent. */
export function standingOf(series: Series, nowMs: EpochMs, staleAfterMs: number = STALE_MS): ChannelStanding {
  const channel = typeof series.channel === 'string' ? ChannelState.parse(series.channel) : series.channel;
  const n = channel?.numbers[AT.readings] ?? 0;
  const troubled = troubledSinceMs(series);
  if (troubled !== null) return { standing: 'unknown', sinceMs: troubled, n };
  if (series.lastMs === NEVER_MS) return { standing: 'unknown', sinceMs: null, n };
  if (channel === undefined || n === 0) return { standing: 'learning', sinceMs: null, n };
  const at = (place: number): number => channel.numbers[place] as number;
  const lastMs = at(AT.lastMs);
  if (nowMs - lastMs > staleAfterMs) return { standing: 'stale', sinceMs: lastMs, n };
  if (at(AT.isKnown) === 0) return { standing: 'learning', sinceMs: at(AT.firstMs), n };
  if (at(AT.isOutside) === 1) return { standing: 'out-of-distribution', sinceMs: at(AT.outsideSinceMs), n };
  if (isUnusualAt(series, nowMs)) return { standing: 'unusual', sinceMs: series.unusual?.sinceMs ?? lastMs, n };
  const heldToMs = series.unusual === undefined ? 0 : series.unusual.lastMs + HOLD_MS;
  return { standing: 'normal', sinceMs: Math.max(at(AT.normalSinceMs), heldToMs), n };
}
