// The books: months with their state and what stands in the way of closing them, and the journal behind every amount.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { PostingPeriod } from '../../../../contracts/http/periods.ts';
import type { Page } from '../../../../contracts/http/page.ts';
import { useApp, useWords } from '../../../app-context.ts';
import { Empty, Loaded } from '../../../components/state-views.tsx';
import { useResource } from '../../../state/use-resource.ts';
import { useScope } from '../../../state/use-scope.ts';
import { CostsHead } from '../costs-head.tsx';
import { useCostsVersion } from '../use-cost-query.ts';
import { AccountsSection } from './accounts-section.tsx';
import { ExportsSection } from './exports-section.tsx';
import { JournalSection } from './journal-section.tsx';
import { MonthStrip } from './month-strip.tsx';
import { PeriodSection } from './period-section.tsx';

export function BooksTab(): VNode {
  const { api } = useApp();
  const words = useWords().books;
  const { filter } = useScope();
  const [chosen, setChosen] = useState<string | null>(null);
  const [version, setVersion] = useState(0);
  const costs = useCostsVersion();
  const periods = useResource(
    `periods ${version} ${costs}`,
    async (signal) => (await api.get<Page<PostingPeriod>>('/periods', undefined, signal)).items,
    true,
  );
  const changed = (): void => setVersion((before) => before + 1);
  return (
    <div class="view">
      <CostsHead />
      <Loaded resource={periods}>
        {(items) => {
          const shown = items.find(({ period }) => period === (chosen ?? filter.range.to)) ?? items[0];
          if (!shown) return <Empty icon="costs" title={words.noPeriods} hint={words.noPeriodsHint} />;
          return (
            <div class="stack">
              <MonthStrip periods={items} chosen={shown.period} onChoose={setChosen} />
              <PeriodSection key={shown.period} shown={shown} version={version} onChanged={changed} />
              <JournalSection key={`journal ${shown.period}`} period={shown.period} version={version} />
              <ExportsSection version={version} onChanged={changed} />
              <AccountsSection />
            </div>
          );
        }}
      </Loaded>
    </div>
  );
}
