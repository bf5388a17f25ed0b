// Entries of the quarantine by day (UTC), as bars beside each other; each says its number.
import type { VNode } from 'preact';
import type { QuarantineSummary } from '../../../contracts/http/quarantine.ts';
import { useFormat, useWords } from '../../app-context.ts';

export function DayBars({ days }: { days: QuarantineSummary['byDay'] }): VNode | null {
  const words = useWords().quarantine;
  const format = useFormat();
  const most = Math.max(...days.map(({ entries }) => entries));
  if (days.length < 2) return null;
  return (
    <ol class="day-strip day-bars" aria-label={words.byDay}>
      {days.map(({ day, entries }) => {
        const text = words.perDay(format.day(day), format.integer(entries));
        return (
          <li key={day} title={text}>
            <span style={{ height: `${Math.max(8, (100 * entries) / most)}%` }} />
            <span class="only-readers">{text}</span>
          </li>
        );
      })}
    </ol>
  );
}
