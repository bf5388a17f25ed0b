// Whose work is most likely being written down: one's own where the account is an engineer's, else the job's.
import type { WorkOrder } from '../../../contracts/http/work-orders.ts';
import { useApp } from '../../app-context.ts';

export function useDefaultEngineer(job: WorkOrder): string {
  const { session } = useApp();
  return session.person.value?.engineer ?? job.engineer?.code ?? '';
}
