// What takes two people, as tests need it: proposed by one and put in force by another, through the rooms or over HTTP.
import { EVERYTHING } from '../../src/contracts/access.ts';
import type { CostFact } from '../../src/contracts/http/costs.ts';
import type { NewPoolPosting } from '../../src/contracts/http/manual-postings.ts';
import type { Costing } from '../../src/costing/costing.ts';
import type { Proposals } from '../../src/costing/proposals.ts';
import { type ApiClient, ApiError } from '../../src/simulators/api-client.ts';

const [AUTHOR, SECOND] = ['author', 'second'];

/** A rate, an exchange rate or a merge that is in force. */
export async function addByTwo<New, Entry extends { id: number }>(
  proposals: Proposals<New, Entry>,
  entry: New,
): Promise<Entry> {
  const { id } = await proposals.create(entry, AUTHOR);
  return proposals.approve(id, SECOND);
}

async function factOf(costing: Costing, id: number): Promise<CostFact> {
  const { fact } = await costing.postings.approve(id, SECOND);
  return (await costing.reads.fact(fact ?? 0, EVERYTHING)) as CostFact;
}

export async function postByTwo(costing: Costing, posting: NewPoolPosting, key: string): Promise<CostFact> {
  return factOf(costing, (await costing.postings.postShared(posting, AUTHOR, key)).id);
}

export async function reverseByTwo(costing: Costing, factId: number, note: string): Promise<CostFact> {
  return factOf(costing, (await costing.postings.reverse(factId, note, AUTHOR)).id);
}

const APPROVER = { email: 'approver@stethos.local', password: 'another known password' };

/** A controller of its own, who approves what the administrator proposes. */
export async function signInApprover(api: ApiClient): Promise<ApiClient> {
  try {
    await api.post('/users', { ...APPROVER, name: 'Approver', role: 'controller', regions: null, engineer: null });
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 409)) throw error;
  }
  return api.as(APPROVER.email, APPROVER.password);
}

/** Where what was posted to a path is approved. */
const approvedAt = (path: string): string => (path === '/costs/facts' ? '/costs/postings' : path);

export async function postOverHttp(api: ApiClient, approver: ApiClient, path: string, body: unknown): Promise<void> {
  const { id } = await api.post<{ id: number }>(path, body);
  await approver.post(`${approvedAt(path)}/${id}/approve`);
}
