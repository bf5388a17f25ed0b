// The upkeep of imports: bytes of files that ended or were left lying are deleted; the imports and their reports stay.
import { type Clock, DAY_MS } from '../../contracts/time.ts';
import type { MaintenanceJob } from '../../db/maintenance.ts';
import { purgeImportFiles } from './files.ts';

const KEPT_DAYS = 7;

export const importMaintenance = (clock: Clock): MaintenanceJob[] => [
  {
    name: 'purge-import-files',
    schedule: '17 4 * * *',
    async run(database) {
      const count = await purgeImportFiles(database, new Date(clock.now() - KEPT_DAYS * DAY_MS));
      return `${count} pieces of uploaded files deleted`;
    },
  },
];
