// A cycle version written by one person and put in force by another, as tests need it.
import type { AllocationCycle, NewAllocationCycle } from '../../src/contracts/http/allocation.ts';
import type { Allocation } from '../../src/costing/allocation-desk.ts';
import { type ApiClient, signIn } from '../../src/simulators/api-client.ts';

export async function putInForce(allocation: Allocation, cycle: NewAllocationCycle): Promise<AllocationCycle> {
  await allocation.createCycle(cycle, 'writer');
  return allocation.activateCycle(cycle, 'second', null);
}

const APPROVER = { email: 'approver@stethos.local', password: 'another known password' };

/** The same over HTTP: the version is there, and a controller of its own puts it in force. */
export async function approveOverHttp(api: ApiClient, httpUrl: string, code: string, version = 1): Promise<void> {
  await api.post('/users', { ...APPROVER, name: 'Approver', role: 'controller', regions: null, engineer: null });
  const approver = await signIn(httpUrl, APPROVER.email, APPROVER.password);
  await approver.post(`/allocation/cycles/${code}/versions/${version}/activate`);
}
