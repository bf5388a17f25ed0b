// What the predictor does by the clock: judges what is overdue, lets held jobs go in a new week, looks at models for drift, learns
// what is normal among peers.
import type { Clock, EpochMs } from '../contracts/time.ts';
import type { Database } from '../db/database.ts';
import type { MaintenanceJob } from '../db/maintenance.ts';
import { trimDays } from './horizon/day-store.ts';
import { watchDrift } from './models/watch-drift.ts';
import { judgeOverdue } from './outcomes/judge-outcomes.ts';
import { learnPeers } from './peers/learn-peers.ts';
import { lockCap, releaseHeld } from './trigger/release-held.ts';

export const predictorMaintenance = (clock: Clock): MaintenanceJob[] => [
  {
    name: 'judge-predictions',
    schedule: '12 * * * *',
    run: async (database, signal) =>
      `${await judgeOverdue(database, clock.now(), signal)} predictions whose time is over were judged`,
  },
  {
    name: 'release-held-jobs',
    schedule: '3 * * * *',
    run: async (database) => `${await releaseAll(database, clock.now())} held jobs were let go`,
  },
  {
    name: 'watch-models',
    schedule: '33 4 * * *',
    run: (database, signal) => watchDrift(database, clock.now(), signal),
  },
  {
    name: 'learn-peers',
    schedule: '48 3 * * *',
    run: (database, signal) => learnPeers(database, clock.now(), signal),
  },
  {
    name: 'trim-detector-days',
    schedule: '58 3 * * *',
    run: async (database, signal) => `${await trimDays(database, clock.now(), signal)} days of detectors were deleted`,
  },
];

async function releaseAll(database: Database, nowMs: EpochMs): Promise<number> {
  const { rows } = await database.query<{ station: string }>(
    `SELECT DISTINCT station_code AS station FROM job_proposal WHERE state = 'held' ORDER BY 1`,
  );
  let released = 0;
  for (const { station } of rows) {
    released += await database.transaction(async (tx) => {
      await lockCap(tx, station);
      return releaseHeld(tx, station, nowMs);
    });
  }
  return released;
}
