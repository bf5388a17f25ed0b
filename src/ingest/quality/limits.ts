// The quality watch's limits, each with its default.

export interface QualityLimits {
  /** Devices watched by one process; further ones are left out and counted. */
  devices: number;
  /** Devices whose states and readings are loaded by one statement. */
  loadPage: number;
  /** Readings that wait in memory for their device to be loaded; beyond it they are left out and counted. */
  waitingReadings: number;
  /** Readings read at once when devices catch up. */
  replayPage: number;
  /** Readings measured longer ago than this before the newest are not looked for when a device catches up. */
  latenessMs: number;
  /** How often silence is looked for and news is stored. */
  tickMs: number;
  /** How often it is stored who was heard, */
  heardEveryMs: number;
  /** ... and the state of everyone who was. */
  snapshotEveryMs: number;
  /** Devices stored by one transaction. */
  storePage: number;
}

export const DEFAULT_QUALITY_LIMITS: QualityLimits = {
  devices: 50_000,
  loadPage: 200,
  waitingReadings: 100_000,
  replayPage: 20_000,
  latenessMs: 86_400_000,
  tickMs: 500,
  heardEveryMs: 10_000,
  snapshotEveryMs: 60_000,
  storePage: 500,
};
