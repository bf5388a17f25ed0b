// The months of the books side by side, each with its state; the chosen one stays in sight.
import type { VNode } from 'preact';
import type { PostingPeriod } from '../../../../contracts/http/periods.ts';
import { useFormat, useWords } from '../../../app-context.ts';
import { useSideScroll } from '../../../components/use-side-scroll.ts';

const TAGS = { open: 'tag', closing: 'tag is-warm', closed: 'tag is-good', reopening: 'tag is-warm' } as const;

interface StripProps {
  periods: readonly PostingPeriod[];
  chosen: string;
  onChoose: (period: string) => void;
}

export function MonthStrip({ periods, chosen, onChoose }: StripProps): VNode {
  const words = useWords().books;
  const format = useFormat();
  const strip = useSideScroll(chosen, periods.length);
  return (
    <div ref={strip} class="books-months side-scroll" role="group" aria-label={words.months}>
      {periods.map(({ period, state }) => (
        <button
          key={period}
          type="button"
          class="button books-month"
          aria-pressed={period === chosen}
          onClick={() => onChoose(period)}
        >
          {format.periodShort(period)}
          <span class={TAGS[state]}>{words.state[state]}</span>
        </button>
      ))}
    </div>
  );
}
