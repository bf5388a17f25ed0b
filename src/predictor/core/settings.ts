// The numbers the model turns on. They belong to the model's version: whoever changes one gives it a new version.
import { DAY_MS, HOUR_MS } from '../../contracts/time.ts';

export const MODEL = { name: 'sign-drift', version: '2' } as const;

export const SETTINGS = {
  /** Share of each reading in the quick level: about the last seven readings. */
  levelShare: 0.25,
  /** Memory of the slow level and of the scatter, in time spent in the mode. */
  slowMemoryMs: 12 * HOUR_MS,
  scatterMemoryMs: 24 * HOUR_MS,
  /** Memory of the normal: long enough that weeks of wear stand out, short enough that a year's ageing does not. */
  normalMemoryMs: 90 * DAY_MS,
  /** How much slower the normal is learned while a finding is open. */
  learningWhileAbnormal: 0.1,
  /** Sigmas beyond which a level is abnormal (score 1). */
  limitSigma: 5,
  /** Scatter that is this many times its normal is abnormal (score 1). */
  limitScatter: 2,
  /** A reading pulls a level by at most this many sigmas, the normal by at most `clipSigma`. */
  pullSigma: 6,
  clipSigma: 3,
  /** A finding needs this many readings in a row beyond the limit, over at least this time... */
  persistReadings: 5,
  persistMs: 60_000,
  /** ... and ends after this many in a row with a score below `clearScore`. */
  clearScore: 0.6,
  clearReadings: 12,
  /** Score from which a developing shift is traced, and below which the trace is given up. */
  onsetScore: 0.5,
  offsetScore: 0.25,
  /** Warm-up: readings in the mode, and time in it; the catalogue's normal band stands in for a day of experience. */
  warmUpReadings: 50,
  warmUpMs: DAY_MS,
  warmUpWithBandMs: HOUR_MS,
  slowWarmUpMs: 3 * DAY_MS,
  /** The same where the normal of peers stands in. */
  warmUpWithPeersReadings: 10,
  slowWarmUpWithPeersMs: 12 * HOUR_MS,
  /**
   * A gauge has moved by its own past when it is this many sigmas from its own mean and that is such a share of its way from what
   * was expected, or when it scatters this many times as widely.
   */
  movedSigma: 2,
  movedShare: 1 / 3,
  movedScatter: 1.5,
  /** Weight of the catalogue's band at the start; it has faded out when this much time was learned. */
  bandWeightMs: 6 * HOUR_MS,
  bandFadesMs: 14 * DAY_MS,
  /** Longest time one reading stands for: a gap teaches nothing. */
  longestStepMs: 2 * HOUR_MS,
  /** Readings older than the device's newest by more than this are stored but no longer judged. */
  latenessMs: 2 * DAY_MS,
  /** A finding in a mode that was not visited for this long no longer counts. */
  recentMs: 3 * DAY_MS,
  /** Operating modes kept apart per metric; further ones share the last. */
  modesLimit: 16,
  /** Time after a change of mode in which values still follow the change. */
  settlingMs: HOUR_MS,
  /** How often causes are judged while something is open, and when all is quiet, in measured time. */
  judgeEveryMs: 60_000,
  quietEveryMs: 10 * 60_000,
  /** An open episode is enriched at most this often unless a further sign joins or it worsens by a quarter. */
  enrichEveryMs: HOUR_MS,
  worsening: 1.25,
  /** Time after an episode has cleared in which the same cause opens none. */
  refractoryMs: 6 * HOUR_MS,
  /** The same for gauges that are strange together: nobody can act on that twice in a fortnight. */
  jointRefractoryMs: 14 * DAY_MS,
  /** The same after a person resolved it while the condition is still on. */
  resolvedQuietMs: DAY_MS,
  /** Health is told when it moved this much, at most this often (a change of its word at once). */
  healthStep: 2,
  healthEveryMs: HOUR_MS,
} as const;
