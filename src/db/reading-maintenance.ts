// The upkeep of the readings: which jobs there are, when they run, and how far behind each one is.
import type { Clock } from '../contracts/time.ts';
import { DAY_MS } from '../contracts/time.ts';
import { chunksToCompress, compressReadings } from './compress-readings.ts';
import type { MaintenanceJob } from './maintenance.ts';
import { rollUp, rollupsBehind } from './rollups.ts';
import { sizeChunks } from './chunk-size.ts';
import { type Keep, retainReadings } from './retain-readings.ts';

export interface ReadingUpkeep extends Keep {
  clock: Clock;
  /** Chunks older than this are compressed where the edition can. */
  compressAfterDays: number;
}

export function readingMaintenance({ clock, compressAfterDays, ...keep }: ReadingUpkeep): MaintenanceJob[] {
  const compressBefore = (): Date => new Date(clock.now() - compressAfterDays * DAY_MS);
  return [
    {
      name: 'refresh-rollups',
      schedule: '*/10 * * * *',
      run: (database, signal) => rollUp(database, clock.now(), signal),
      behind: (database) => rollupsBehind(database, clock.now()),
    },
    {
      name: 'compress-readings',
      schedule: '17 2 * * *',
      run: (database, signal) => compressReadings(database, compressBefore(), signal),
      behind: (database) => chunksToCompress(database, compressBefore()),
    },
    {
      name: 'retain-readings',
      schedule: '47 2 * * *',
      run: (database, signal) => retainReadings(database, keep, clock.now(), signal),
    },
    {
      name: 'size-chunks',
      schedule: '37 1 * * *',
      run: (database) => sizeChunks(database, clock.now()),
    },
  ];
}
