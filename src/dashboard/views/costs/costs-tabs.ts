// The tabs of the cost screen and who may open them.
import { useApp } from '../../app-context.ts';
import type { Permission } from '../../../contracts/access.ts';

/** In the order they are offered; the overview is open to whoever may open the screen. */
const TABS = ['overview', 'movers', 'flow', 'allocation', 'forecast', 'books', 'rates'] as const;
export type CostTab = (typeof TABS)[number];

/** A tab that needs more than reading costs. */
const NEEDS: Partial<Record<CostTab, Permission>> = {};

export function useCostTabs(): readonly CostTab[] {
  const { session } = useApp();
  return TABS.filter((tab) => {
    const needed = NEEDS[tab];
    return needed === undefined || session.can(needed);
  });
}

export const tabOf = (asked: string | undefined, tabs: readonly CostTab[]): CostTab =>
  tabs.find((tab) => tab === asked) ?? 'overview';
