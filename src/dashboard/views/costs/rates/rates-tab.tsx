// Rates and approvals: what waits for a second person, then what is in force: labour and travel rates, exchange rates, values that
// count as others, postings by hand.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { Loaded } from '../../../components/state-views.tsx';
import { useScope } from '../../../state/use-scope.ts';
import { CostsHead } from '../costs-head.tsx';
import { useCostsVersion } from '../use-cost-query.ts';
import { ExchangeSection } from './exchange-section.tsx';
import { LabourSection } from './labour-section.tsx';
import { MergesSection } from './merges-section.tsx';
import { PostingsSection } from './postings-section.tsx';
import { useRateBook } from './rate-book.ts';
import { WaitingSection } from './waiting-section.tsx';

export function RatesTab(): VNode {
  const { filter } = useScope();
  const [version, setVersion] = useState(0);
  const costs = useCostsVersion();
  const period = `${filter.range.from}..${filter.range.to}`;
  const book = useRateBook(period, `${version} ${costs}`);
  const changed = (): void => setVersion((before) => before + 1);
  return (
    <div class="view">
      <CostsHead />
      <Loaded resource={book}>
        {(value) => (
          <div class="stack">
            <WaitingSection book={value} onChanged={changed} />
            <LabourSection book={value} onChanged={changed} />
            <ExchangeSection book={value} onChanged={changed} />
            <MergesSection book={value} period={period} onChanged={changed} />
            <PostingsSection book={value} onChanged={changed} />
          </div>
        )}
      </Loaded>
    </div>
  );
}
