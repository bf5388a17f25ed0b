// What one gauge adds to the day of its device, right after a reading of it was judged.
import type { EpochMs } from '../../../contracts/time.ts';
import { AT, ChannelState } from '../channels/state.ts';
import { isUnusualAt } from '../channels/watch.ts';
import type { Detector, Series } from '../state.ts';
import { noteLoudest, type OpenDay } from './detector-days.ts';

/** `isWarm`: the detector knew enough to be asked. */
export function noteGauge(
  open: OpenDay,
  series: Series,
  { score }: Detector,
  { atMs, isWarm }: { atMs: EpochMs; isWarm: boolean },
): void {
  if (isWarm) noteLoudest(open, 'drift', Math.abs(score));
  const { channel, metric } = series;
  // Of readings that come close together the channel takes the mean: only what it took now is news.
  if (channel instanceof ChannelState && channel.numbers[AT.isKnown] === 1 && channel.numbers[AT.lastMs] === atMs)
    noteLoudest(open, 'channel', channel.numbers[AT.score] as number);
  if (isUnusualAt(series, atMs) && !open.unusual.includes(metric)) open.unusual.push(metric);
}
