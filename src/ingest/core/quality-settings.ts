// What counts as wrong with data: every threshold of the quality watch, with its default.

export interface QualitySettings {
  /** Two readings this many expected intervals apart have a gap between them; so one late reading is none. */
  gapIntervals: number;
  /** A device is silent after this many of its usual pauses between deliveries: found within one more of them. */
  silentIntervals: number;
  /** Added to that, for the way through the network and the commit. */
  silentGraceMs: number;
  /** Until its rhythm is known, a device may be silent for this many expected intervals. */
  unknownRhythmIntervals: number;
  /** Spacings after which a rhythm is known. */
  rhythmAfter: number;
  /** How fast a rhythm follows: a factor a reading. */
  rhythmStep: number;
  /** Recent gaps of a device that are watched for late readings. */
  gapsRemembered: number;

  /** Readings of a metric in one operating mode before a standstill of it means anything. */
  stuckAfterReadings: number;
  /** A value that repeats is called stuck when chance would do that this seldom (natural logarithm). */
  stuckLogChance: number;
  /** ... and never before this many equal readings in a row, */
  stuckFewest: number;
  /** ... nor before this many times its longest standstill so far. */
  stuckTimesLongest: number;
  /** Operating modes told apart for one metric; further ones are counted together. */
  modesRemembered: number;

  /** Plausible readings in a row that end an episode of implausible ones. */
  plausibleToClose: number;

  /** A clock may be wrong by this much. */
  skewMs: number;
  /** A change of a clock's error at once by more than this is a step. */
  stepMs: number;
  /** Deliveries whose least delay tells the clock's error. */
  clockDeliveries: number;
  /** Deliveries closer together count as one: what comes in a rush says nothing about a clock. */
  clockPauseMs: number;
  /** Delays that differ by more do not speak of a clock: a backlog, a network in trouble. */
  clockSpreadMs: number;
  /** A clock drifts when its error moves by at least this much per hour, */
  driftMsPerHour: number;
  /** ... by at least this much in all, */
  driftMs: number;
  /** ... over at least this long. */
  driftSpanMs: number;
}

const MINUTE_MS = 60_000;

export const QUALITY_SETTINGS: QualitySettings = {
  gapIntervals: 2.5,
  silentIntervals: 1.5,
  silentGraceMs: 1_000,
  unknownRhythmIntervals: 12,
  rhythmAfter: 5,
  rhythmStep: 1.1,
  gapsRemembered: 8,
  stuckAfterReadings: 100,
  stuckLogChance: 21,
  stuckFewest: 12,
  stuckTimesLongest: 4,
  modesRemembered: 8,
  plausibleToClose: 5,
  skewMs: 30_000,
  stepMs: 30_000,
  clockDeliveries: 5,
  clockPauseMs: 5_000,
  clockSpreadMs: 5_000,
  driftMsPerHour: 1_500,
  driftMs: 5_000,
  driftSpanMs: 30 * MINUTE_MS,
};
