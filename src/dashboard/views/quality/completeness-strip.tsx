// The days of a device as cells, the fuller the better its data: colour and a height, each cell says its numbers.
import type { VNode } from 'preact';
import type { DayCompleteness } from '../../../contracts/http/quality.ts';
import { useFormat, useWords } from '../../app-context.ts';

/** Good above this share, poor below that. */
const GOOD = 0.98;
const POOR = 0.8;

export const levelOf = (share: number | null): 'none' | 'good' | 'fair' | 'poor' =>
  share === null ? 'none' : share >= GOOD ? 'good' : share >= POOR ? 'fair' : 'poor';

export function CompletenessStrip({ days, label }: { days: readonly DayCompleteness[]; label: string }): VNode {
  const words = useWords().quality;
  const format = useFormat();
  const textOf = ({ day, share, received, expected }: DayCompleteness): string =>
    share === null
      ? `${format.day(day)}: ${words.nothingExpected}`
      : words.dayOf(format.day(day), format.percent1(share), format.integer(received), format.integer(expected));
  return (
    <ol class="day-strip" aria-label={label}>
      {days.map((one) => (
        <li key={one.day} class={`is-${levelOf(one.share)}`} title={textOf(one)}>
          <span style={{ height: `${Math.max(8, (one.share ?? 1) * 100)}%` }} />
          <span class="only-readers">{textOf(one)}</span>
        </li>
      ))}
    </ol>
  );
}

/** Over all days of the list; null where nothing was expected. */
export function meanShare(days: readonly DayCompleteness[]): number | null {
  const expected = days.reduce((sum, one) => sum + one.expected, 0);
  return expected === 0 ? null : days.reduce((sum, one) => sum + one.received, 0) / expected;
}
