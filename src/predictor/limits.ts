// The predictor's limits, each with its default.

export interface PredictorLimits {
  /** Readings waiting in memory; beyond it a device's are read from the database instead. */
  inboxReadings: number;
  /** Devices whose state is kept in memory. */
  devicesInMemory: number;
  /** Readings of a device after which its state is stored even when nothing was found. */
  snapshotEveryReadings: number;
  /** Readings read at once when a device catches up. */
  replayPage: number;
  /** Devices worked on at the same time. */
  concurrency: number;
  /** First and longest pause before a device that failed is tried again. */
  retryFirstMs: number;
  retryLongestMs: number;
  /** How often rules and models written by another process are looked for. */
  rulesEveryMs: number;
  /** How often shelved alerts whose time is over are looked for. */
  shelfEveryMs: number;
  /** How often devices that have fallen silent are looked for. */
  silenceEveryMs: number;
  /** How often devices are looked for that sent events, whose product has a trained model. */
  eventsEveryMs: number;
  /** How often it is looked whether the normals of peers were learned anew. */
  peersEveryMs: number;
}

export const DEFAULT_LIMITS: PredictorLimits = {
  inboxReadings: 200_000,
  devicesInMemory: 5_000,
  snapshotEveryReadings: 5_000,
  replayPage: 10_000,
  concurrency: 2,
  retryFirstMs: 500,
  retryLongestMs: 60_000,
  rulesEveryMs: 5_000,
  shelfEveryMs: 5_000,
  silenceEveryMs: 5_000,
  eventsEveryMs: 5_000,
  peersEveryMs: 60_000,
};
