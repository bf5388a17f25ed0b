// The tabs of the cost screen and who may open them.
import { useApp } from '../../app-context.ts';

/** In the order they are offered. */
const TABS = ['overview', 'movers', 'flow', 'allocation', 'forecast', 'books', 'rates'] as const;
export type CostTab = (typeof TABS)[number];

/** What they show concerns every region and customer: shared cost, the books, rates. */
const OF_EVERYBODY: ReadonlySet<CostTab> = new Set(['flow', 'allocation', 'books', 'rates']);

export function useCostTabs(): readonly CostTab[] {
  const { session } = useApp();
  return session.seesEverything() ? TABS : TABS.filter((tab) => !OF_EVERYBODY.has(tab));
}

/** The tab an address asks for, offered or not. */
export const tabOf = (asked: string | undefined): CostTab => TABS.find((tab) => tab === asked) ?? 'overview';
