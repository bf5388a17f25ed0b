// A cycle version written by one person and put in force by another, as tests need it.
import type { AllocationCycle, NewAllocationCycle } from '../../src/contracts/http/allocation.ts';
import type { Allocation } from '../../src/costing/allocation-desk.ts';
import type { ApiClient } from '../../src/simulators/api-client.ts';
import { signInApprover } from './two-people.ts';

export async function putInForce(allocation: Allocation, cycle: NewAllocationCycle): Promise<AllocationCycle> {
  await allocation.createCycle(cycle, 'writer');
  return allocation.activateCycle(cycle, 'second', null);
}

/** The same over HTTP: the version is there, and a controller of its own puts it in force. */
export async function approveOverHttp(api: ApiClient, code: string, version = 1): Promise<void> {
  const approver = await signInApprover(api);
  await approver.post(`/allocation/cycles/${code}/versions/${version}/activate`);
}
