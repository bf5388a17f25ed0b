// The demo's shared costs: the version of the allocation cycle that the administrator wrote is put in force by the manager.
import { signIn } from '../api-client.ts';
import { ACCOUNTS, COST_CYCLE, DEMO_PASSWORD } from './world.ts';

const [, MANAGER] = ACCOUNTS;

export async function putCycleInForce(httpUrl: string): Promise<void> {
  const manager = await signIn(httpUrl, MANAGER.email, DEMO_PASSWORD);
  await manager.post(`/allocation/cycles/${COST_CYCLE}/versions/1/activate`, { note: '按工时与装机台数分摊' });
}
