// The upkeep of the registry: answers kept for repeats and sessions that ended are deleted when nobody can ask for them,
// and the list of revoked certificates is signed again before it runs out.
import type { Clock } from '../contracts/time.ts';
import type { MaintenanceJob } from '../db/maintenance.ts';
import type { Authority } from './certificates/authority.ts';
import { renewList } from './certificates/revocation-list.ts';
import { purgeIdempotency } from './idempotency.ts';
import { purgeSessions } from './sessions.ts';

export function registryMaintenance(clock: Clock, authority: Authority | null): MaintenanceJob[] {
  return [
    {
      name: 'purge-idempotency-keys',
      schedule: '7 * * * *',
      run: async (database) => `${await purgeIdempotency(database, clock.now())} answers forgotten`,
    },
    {
      name: 'purge-sessions',
      schedule: '27 3 * * *',
      run: async (database) => `${await purgeSessions(database, clock.now())} ended sessions deleted`,
    },
    {
      name: 'renew-revocation-list',
      schedule: '41 2 * * *',
      run: (database) => renewList(database, authority, clock.now()),
    },
  ];
}
