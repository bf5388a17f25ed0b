// The day on which what is spent passes a budget, along months that are known or expected; within a month cost is taken to come
// evenly. Pure.
import { boundsOf, dayOf, DAY_MS, type Period } from '../../../contracts/time.ts';

export interface MonthCost {
  period: Period;
  amount: number;
}

/** `null`: not within these months. */
export function crossingDay(months: readonly MonthCost[], budget: number): string | null {
  let spent = 0;
  for (const { period, amount } of months) {
    if (spent + amount > budget) {
      const { fromMs, toMs } = boundsOf(period);
      const share = amount <= 0 ? 0 : Math.max(0, (budget - spent) / amount);
      return dayOf(Math.min(toMs - DAY_MS, fromMs + share * (toMs - fromMs)));
    }
    spent += amount;
  }
  return null;
}
