// The demo's month ends: the controller closes the months up to the first whole one, the manager approves, and a bill that comes late
// for it adjusts the next month. What came after stays open.
import type { Page } from '../../contracts/http/page.ts';
import type { CloseItem, PeriodDetail, PostingPeriod } from '../../contracts/http/periods.ts';
import { boundsOf, dayOf, type EpochMs, HOUR_MS, isoOf, type Period, periodOf } from '../../contracts/time.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ApiClient, signIn } from '../api-client.ts';
import { proposeAndApprove, SHARED_COST_PATHS, signInManager } from './cost-desk.ts';
import { ACCOUNTS, cny, DEMO_PASSWORD } from './world.ts';

const [, , , CONTROLLER] = ACCOUNTS;
const LOOK_AGAIN_MS = 500;
/** Captured work is costed within seconds; after this long the months stay open. */
const LOOKS = 120;
const LATE_BILL = { pool: 'depots', yuan: 1_860, note: '迟到的仓储账单' } as const;

const REASON: Readonly<Partial<Record<CloseItem, string>>> = {
  'open-jobs': '在修工单，后续费用计入完工月份',
  unallocated: '本月没有相应动因，留在成本池',
};
const USUAL_REASON = '已核对，无需调整';

/** The first month that began with the history or after it. */
function firstWholeMonth(startMs: EpochMs): Period {
  const { fromMs, toMs } = boundsOf(periodOf(startMs));
  return periodOf(fromMs < startMs ? toMs : fromMs);
}

/** The month once all that was captured in it has its cost. */
async function settled(api: ApiClient, period: Period): Promise<PeriodDetail | null> {
  for (let looks = 0; looks < LOOKS; looks++) {
    const detail = await api.get<PeriodDetail>(`/periods/${period}`);
    if (!detail.checklist.some(({ blocking, n }) => blocking && n > 0)) return detail;
    await sleep(LOOK_AGAIN_MS);
  }
  return null;
}

/** Closes the months up to the oldest whole one, in their order; the history begins at `startMs`. */
export async function closeFirstMonths(httpUrl: string, startMs: EpochMs): Promise<void> {
  const controller = await signIn(httpUrl, CONTROLLER.email, DEMO_PASSWORD);
  const manager = await signInManager(controller);
  const last = firstWholeMonth(startMs);
  const { items } = await controller.get<Page<PostingPeriod>>('/periods');
  for (const period of items.map((each) => each.period).sort()) {
    if (period > last) break;
    const detail = await settled(controller, period);
    if (!detail) return;
    const found = detail.checklist.filter(({ n }) => n > 0).map(({ item }) => [item, REASON[item] ?? USUAL_REASON]);
    await controller.post(`/periods/${period}/close`, { reasons: Object.fromEntries(found) });
    await manager.post(`/periods/${period}/approve`);
  }
  await proposeAndApprove([controller, manager], SHARED_COST_PATHS, {
    pool: LATE_BILL.pool,
    element: 'overhead',
    amount: cny(LATE_BILL.yuan),
    occurredOn: dayOf(boundsOf(last).toMs - HOUR_MS),
    note: LATE_BILL.note,
  });
}

/** What the controller proposed and the manager may look at: the kilometre rate of next month, and a bill. */
export async function proposeForTheManager(httpUrl: string, nowMs: EpochMs): Promise<void> {
  const controller = await signIn(httpUrl, CONTROLLER.email, DEMO_PASSWORD);
  const { toMs } = boundsOf(periodOf(nowMs));
  await controller.post('/rates', {
    kind: 'travel-km',
    engineer: null,
    amount: cny(1.95),
    effectiveFrom: isoOf(toMs),
  });
  await controller.post('/costs/facts', {
    pool: 'training',
    element: 'overhead',
    amount: cny(6_400),
    occurredOn: dayOf(nowMs),
    note: '冷头更换培训，厂家讲师费',
  });
}
