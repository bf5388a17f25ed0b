// The cost screen: one tab a question. Each tab brings its own head, so that it can say what its numbers are. An address that
// leads to a tab one may not open says why.
import type { FunctionComponent, VNode } from 'preact';
import { useWords } from '../../app-context.ts';
import { Empty } from '../../components/state-views.tsx';
import { useScope } from '../../state/use-scope.ts';
import { AllocationTab } from './allocation/allocation-tab.tsx';
import { type CostTab, tabOf, useCostTabs } from './costs-tabs.ts';
import { FlowTab } from './flow/flow-tab.tsx';
import { ForecastTab } from './forecast-tab.tsx';
import { CostsHead } from './costs-head.tsx';
import { BooksTab } from './books/books-tab.tsx';
import { MoversTab } from './movers/movers-tab.tsx';
import { OverviewTab } from './overview-tab.tsx';
import { RatesTab } from './rates/rates-tab.tsx';

const VIEWS: Readonly<Record<CostTab, FunctionComponent>> = {
  overview: OverviewTab,
  movers: MoversTab,
  forecast: ForecastTab,
  flow: FlowTab,
  allocation: AllocationTab,
  books: BooksTab,
  rates: RatesTab,
};

export function CostsView(): VNode {
  const { query } = useScope();
  const tab = tabOf(query['tab']);
  const Tab = useCostTabs().includes(tab) ? VIEWS[tab] : OfEverybody;
  return <Tab />;
}

function OfEverybody(): VNode {
  const words = useWords().costs;
  return (
    <div class="view">
      <CostsHead />
      <div class="section">
        <Empty icon="info" title={words.ofEverybody} hint={words.ofEverybodyHint} />
      </div>
    </div>
  );
}
