// A month closed as people do it: one explains what the checklist found and asks, another approves.
import { CLOSE_ITEMS, type PostingPeriod } from '../../src/contracts/http/periods.ts';
import type { Periods } from '../../src/costing/period-desk.ts';

export const EVERY_REASON = Object.fromEntries(CLOSE_ITEMS.map((item) => [item, 'known and in order']));

export async function closeByTwo(periods: Periods, period: string): Promise<PostingPeriod> {
  await periods.close(period, { reasons: EVERY_REASON }, 'closer');
  return periods.approve(period, 'approver');
}

export async function reopenByTwo(periods: Periods, period: string): Promise<PostingPeriod> {
  await periods.reopen(period, { reason: 'a bill for this month was missed' }, 'closer');
  return periods.approve(period, 'approver');
}
