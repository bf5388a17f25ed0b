// The demo's shared costs and budget: the version of the allocation cycle that the administrator wrote, and the controller's budget,
// are put in force by the manager.
import type { Budget } from '../../contracts/http/budgets.ts';
import type { Summary } from '../../contracts/http/costs.ts';
import type { Proposed } from '../../contracts/http/second-person.ts';
import { type ApiClient, signIn } from '../api-client.ts';
import { ACCOUNTS, COST_CYCLE, DEMO_PASSWORD } from './world.ts';

const [, MANAGER, , CONTROLLER] = ACCOUNTS;

/** The demo's second person: approves rates, postings and budgets that others propose. */
export const signInManager = (api: ApiClient): Promise<ApiClient> => api.as(MANAGER.email, DEMO_PASSWORD);

/** What the first person proposes, the second one approves. */
export async function proposeAndApprove(
  [author, approver]: readonly [ApiClient, ApiClient],
  { path, approvedAt = path }: { path: string; approvedAt?: string },
  body: unknown,
): Promise<void> {
  const { id } = await author.post<Proposed>(path, body);
  await approver.post(`${approvedAt}/${id}/approve`);
}

export const SHARED_COST_PATHS = { path: '/costs/facts', approvedAt: '/costs/postings' } as const;

export async function putCycleInForce(httpUrl: string): Promise<void> {
  const manager = await signIn(httpUrl, MANAGER.email, DEMO_PASSWORD);
  await manager.post(`/allocation/cycles/${COST_CYCLE}/versions/1/activate`, {
    note: '呼叫中心按作业时间，其余按备件、上门与装机台数分摊',
  });
}

/** Of what the last whole months cost, so that some regions run over and some do not. */
const BUDGET_SHARE = 0.95;
const BUDGET = 'service';
const WHOLE_MONTHS = 2;

const monthOf = (year: number, month: number): string => new Date(Date.UTC(year, month)).toISOString().slice(0, 7);

/** The controller's budget of the year by region, from what the last months cost; the manager puts it in force. */
export async function putBudgetInForce(httpUrl: string, nowMs: number): Promise<void> {
  const [year, month] = [new Date(nowMs).getUTCFullYear(), new Date(nowMs).getUTCMonth()];
  const controller = await signIn(httpUrl, CONTROLLER.email, DEMO_PASSWORD);
  const period = `${monthOf(year, month - WHOLE_MONTHS)}..${monthOf(year, month - 1)}`;
  const { rows } = await controller.get<Summary>(`/costs/summary?by=region&period=${period}`);
  const months = Array.from({ length: WHOLE_MONTHS + 4 }, (_, i) => monthOf(year, month - WHOLE_MONTHS + i));
  const lines = rows.flatMap(({ keys, total }) => {
    const whole = BigInt(Math.round((BUDGET_SHARE * Number(total.amount)) / WHOLE_MONTHS / 1000)) * 1000n;
    if (keys['region'] == null || whole <= 0n) return [];
    const amount = { amount: String(whole), currency: total.currency };
    return months.map((each) => ({ filter: `region:${keys['region']}`, period: each, amount }));
  });
  if (lines.length === 0) return;
  const { version } = await controller.post<Budget>('/budgets', { code: BUDGET, note: '按近月水平编制', lines });
  const manager = await signIn(httpUrl, MANAGER.email, DEMO_PASSWORD);
  await manager.post(`/budgets/${BUDGET}/versions/${version}/activate`, { note: '同意' });
}
