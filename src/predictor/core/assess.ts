// Takes a device's readings in the order they were committed and says what follows: episodes to raise, enrich or clear,
// and health to tell. Changes the given state in place; the same state and readings give the same effects, bit for bit.
import { QUALITY, type Reading } from '../../contracts/readings.ts';
import { statusOf } from '../../contracts/health.ts';
import type { EpochMs } from '../../contracts/time.ts';
import { createWorkspace } from './channels/channel.ts';
import type { Workspace } from './channels/members.ts';
import { inSigmas } from './channels/outside.ts';
import { noteImplausible, UNUSUAL_SCORE, watchSeries } from './channels/watch.ts';
import { normalOf } from './cold-start/prior.ts';
import { type ColdStart, type ColdStartEffect, createColdStart } from './cold-start/start-from-peers.ts';
import { isWarm, knowsItself, newDetector, type Normal, observe } from './detector.ts';
import { judgeable, spreadOf } from './intake.ts';
import { type EpisodeEffect, judgeEpisodes, judgeRuleEpisodes } from './episodes.ts';
import { type ComponentHealth, type DeviceHealth, healthOf } from './health.ts';
import { closeDay, type DetectorDay, noteLoudest, type OpenDay, openDayAt } from './horizon/detector-days.ts';
import { noteGauge } from './horizon/note-gauge.ts';
import type { StandingEffect } from './horizon/standing.ts';
import { type JointWatch, openJointWatch } from './multivariate/watch.ts';
import { causeOfRule, type DevicePlan, isRuleCause, type MetricPlan, ruleIdOfCause, type Tuning } from './plan.ts';
import { createRuleJudge, type RuleJudge } from './rules/judge.ts';
import { SETTINGS } from './settings.ts';
import { type Detector, type DeviceState, NEVER_MS, type Series } from './state.ts';
import { forgetOld, type MetricView, viewOf } from './views.ts';

const { longestStepMs, latenessMs, modesLimit, settlingMs, judgeEveryMs, quietEveryMs, healthStep, healthEveryMs } =
  SETTINGS;

/** One commit's readings of one device, by measured-at. */
export interface Slice {
  receivedAtMs: EpochMs;
  readings: readonly Pick<Reading, 'metric' | 'measuredAtMs' | 'value' | 'label' | 'quality'>[];
  /** Time each stands for where they are means of history. */
  spanMs?: number;
}

export interface HealthEffect {
  kind: 'health';
  atMs: EpochMs;
  device: number | null;
  components: ComponentHealth[];
}
/** A day of the detectors is over. */
export interface DayEffect {
  kind: 'detector-day';
  atMs: EpochMs;
  day: DetectorDay;
}
export type Effect = EpisodeEffect | HealthEffect | StandingEffect | ColdStartEffect | DayEffect;

export interface Assessor {
  observe(slice: Slice): Effect[];
  /** Judges causes anew as of the newest reading: what a trained model says of the device has changed. */
  judge(): Effect[];
  /** Time passed by the server's clock, which has listened since `listeningSinceMs`: silence may be a finding. */
  tick(nowMs: EpochMs, listeningSinceMs: EpochMs): Effect[];
  /** When a tick may find something, `null` never. */
  dueMs(listeningSinceMs: EpochMs): EpochMs | null;
}

interface Channel {
  metric: string;
  tuning: Tuning | null;
  firstStepMs: number;
  series: Series;
  space: Workspace;
  joint: JointWatch | null;
  cold: ColdStart;
  unusualScore: number;
}

export function createAssessor(plan: DevicePlan, state: DeviceState): Assessor {
  // A rule that is no longer in force has nothing to say.
  state.rules = state.rules.filter(({ id }) => plan.rules.some((rule) => rule.id === id));
  const space = createWorkspace();
  const joint = openJointWatch(plan, state);
  const cold = createColdStart(plan.peers);
  const shared = { space, joint, cold, unusualScore: plan.unusualScore ?? UNUSUAL_SCORE };
  const channels = new Map(
    [...plan.metrics].map(([code, metric]) => [code, { ...openChannel(state, code, metric), ...shared }]),
  );
  const rules = createRuleJudge(plan.rules, state.rules, {
    intervalOf: intervalsOf(plan),
    heardOf: (metric) => (metric === undefined ? state.watermarkMs : (channels.get(metric)?.series.lastMs ?? NEVER_MS)),
  });
  const { modeMetric } = plan.product;

  /** Readings [from, to) were measured at one instant; the mode of that instant holds for all of them. */
  function takeInstant(
    { readings, receivedAtMs, spanMs = 0 }: Slice,
    from: number,
    to: number,
    effects: Effect[],
  ): void {
    for (let index = from; index < to; index++) rules.heard((readings[index] as Reading).metric, receivedAtMs);
    const atMs = (readings[from] as Reading).measuredAtMs;
    if (atMs < state.measuredToMs - latenessMs) return;
    if (modeMetric !== undefined) {
      for (let index = from; index < to; index++) {
        const reading = readings[index] as Reading;
        if (reading.metric === modeMetric) setMode(state, atMs, reading.label ?? String(reading.value));
      }
    }
    const closed = closeDay(state, atMs);
    if (closed !== null) effects.push({ kind: 'detector-day', atMs, day: closed });
    const day = openDayAt(state, atMs);
    const mode = modeAt(state, atMs);
    const told = to - from === readings.length ? readings : readings.slice(from, to);
    const instant: Instant = { mode, atMs, rules, receivedAtMs, spanMs, told, day };
    let changed = false;
    for (const reading of told) {
      const channel = channels.get(reading.metric);
      if (channel !== undefined && takeReading(channel, instant, reading)) changed = true;
    }
    if (!mode.isSettling && joint?.settle(atMs, mode.key) === true) changed = true;
    const bits = day === null ? null : (joint?.saidAt(atMs) ?? null);
    if (day !== null && bits !== null) noteLoudest(day, 'joint', bits);
    if (rules.settle(atMs, receivedAtMs)) changed = true;
    if (atMs > state.measuredToMs) state.measuredToMs = atMs;
    const sinceJudged = state.measuredToMs - state.judgedMs;
    const isActive = state.hasFinding || state.episodes.length > 0;
    if (changed || sinceJudged >= (isActive ? judgeEveryMs : quietEveryMs)) judge(effects);
  }

  /** When a rule's episode is to open or end without anything being heard, `null` when none is. */
  function pendingMs(): EpochMs | null {
    const hasEpisode = state.episodes.some(({ cause }) => isRuleCause(cause));
    if (!hasEpisode && (state.quiet.length === 0 || plan.rules.length === 0)) return null;
    const causes = new Set(plan.rules.map(causeOfRule));
    if (state.episodes.some(({ cause }) => isRuleCause(cause) && !causes.has(cause))) return NEVER_MS;
    const isOn = (cause: string): boolean => state.rules.some(({ id, isOn: on }) => on && id === ruleIdOfCause(cause));
    const waits = state.quiet.filter(({ cause }) => causes.has(cause) && isOn(cause));
    return waits.length === 0 ? null : Math.min(...waits.map(({ untilMs }) => untilMs));
  }

  function judge(effects: Effect[]): void {
    const nowMs = state.measuredToMs;
    const views = new Map<string, MetricView>();
    for (const { metric, tuning, series } of channels.values()) {
      if (tuning === null) continue;
      forgetOld(series, nowMs);
      views.set(metric, viewOf(metric, series, tuning, nowMs));
    }
    state.judgedMs = nowMs;
    state.hasFinding = state.rules.some(({ isOn }) => isOn) || [...views.values()].some(({ side }) => side !== 0);
    effects.push(...judgeEpisodes(plan, state, views, nowMs));
    const health = healthOf(plan, views);
    const hasDoubts = noteBlind(state, views);
    if (hasDoubts || isNews(state, health, nowMs)) effects.push(tellHealth(state, health, nowMs));
  }

  return {
    observe(slice) {
      const { receivedAtMs, readings } = slice;
      const effects: Effect[] = [];
      for (let from = 0; from < readings.length; ) {
        const atMs = (readings[from] as Reading).measuredAtMs;
        let to = from + 1;
        while (to < readings.length && (readings[to] as Reading).measuredAtMs === atMs) to++;
        takeInstant(slice, from, to, effects);
        from = to;
      }
      if (receivedAtMs > state.watermarkMs) state.watermarkMs = receivedAtMs;
      if (cold.takeBegun()) effects.push({ kind: 'cold-start', atMs: state.measuredToMs });
      return effects;
    },
    judge() {
      const effects: Effect[] = [];
      judge(effects);
      return effects;
    },
    tick(nowMs, listeningSinceMs) {
      if (!rules.tick(nowMs, listeningSinceMs) && pendingMs() === null) return [];
      state.hasFinding ||= state.rules.some(({ isOn }) => isOn);
      return judgeRuleEpisodes(plan, state, nowMs);
    },
    dueMs(listeningSinceMs) {
      const dues = [rules.dueMs(listeningSinceMs), pendingMs()].filter((due) => due !== null);
      return dues.length === 0 ? null : Math.min(...dues);
    },
  };
}

function openChannel(
  state: DeviceState,
  code: string,
  { metric, tuning }: MetricPlan,
): Pick<Channel, 'metric' | 'tuning' | 'firstStepMs' | 'series'> {
  let series = state.series.find((known) => known.metric === code);
  if (series === undefined) {
    series = { metric: code, lastMs: NEVER_MS, ignoreToMs: NEVER_MS, detectors: [], unit: metric.unit };
    state.series.push(series);
  }
  declareUnit(series, metric.unit);
  return {
    metric: code,
    tuning,
    firstStepMs: Math.min(metric.expectedIntervalS * 1000, longestStepMs),
    series,
  };
}

/** Values in another unit have another normal: it is learned from nothing. */
function declareUnit(series: Series, unit: string): void {
  if (series.unit !== undefined && series.unit !== unit) {
    series.detectors = [];
    delete series.channel;
    delete series.unusual;
    delete series.fit;
    delete series.unitDoubt;
  }
  series.unit = unit;
}

/** Seconds between two readings as the catalogue expects them: of a metric, or the shortest of the product. */
const intervalsOf = ({ metrics, product }: DevicePlan) => {
  const shortest = Math.min(...product.metrics.map(({ expectedIntervalS }) => expectedIntervalS));
  return (metric: string | undefined): number => metrics.get(metric ?? '')?.metric.expectedIntervalS ?? shortest;
};

type Told = Slice['readings'][number];

interface Instant {
  mode: ModeAt;
  atMs: EpochMs;
  receivedAtMs: EpochMs;
  spanMs: number;
  rules: RuleJudge;
  /** Everything that was measured at it. */
  told: readonly Told[];
  /** `null`: that day is over. */
  day: OpenDay | null;
}

/** True when a finding began or ended. Readings that are not newer than the last are late or repeated. */
function takeReading(channel: Channel, instant: Instant, { value, quality, label }: Told): boolean {
  const { metric, series, tuning, cold } = channel;
  const { mode, atMs, rules, receivedAtMs, told } = instant;
  if (atMs <= series.lastMs) return false;
  const stepMs = series.lastMs === NEVER_MS ? channel.firstStepMs : Math.min(atMs - series.lastMs, longestStepMs);
  series.lastMs = atMs;
  const isImplausible = (quality & QUALITY.implausible) !== 0;
  if (tuning === null || atMs <= series.ignoreToMs) {
    if (!isImplausible) rules.take({ metric, atMs, value, label, spanMs: instant.spanMs }, receivedAtMs);
    return false;
  }
  const driver =
    tuning.driver === null ? null : (told.find((one) => one.metric === tuning.driver?.metric)?.value ?? null);
  const known = series.detectors.find((one) => one.mode === mode.key) ?? null;
  const peers = cold.normalOf(mode.key, metric);
  const judged = judgeable(series, tuning, known, { atMs, stepMs, value, driver, isImplausible, peers });
  // What seems to be in another unit is beyond every limit and says nothing about the device.
  if (!isImplausible && series.unitDoubt?.isNamed !== true)
    rules.take({ metric, atMs, value, label, spanMs: instant.spanMs }, receivedAtMs);
  if (isImplausible) noteImplausible(series, atMs);
  if (judged === null) return false;
  const detector = detectorOf(series, mode.key, atMs, judged);
  cold.begin(detector, metric, tuning.driver !== null);
  const settling = mode.isSettling ? rangeOfNormals(series, detector, tuning) : null;
  const isUnusual = !mode.isSettling && watchMode(channel, detector, tuning, { atMs, value: judged });
  const wasWarm = isWarm(detector, tuning);
  const hasChanged = observe(detector, tuning, { atMs, value: judged, stepMs }, settling);
  if (instant.day !== null) noteGauge(instant.day, series, detector, { atMs, isWarm: wasWarm });
  return hasChanged || isUnusual;
}

/** The channel, and the gauges taken together, see how far a value is from the normal of its mode, so that a change of mode is nothing unusual. */
function watchMode(
  { metric, series, space, joint, unusualScore }: Channel,
  detector: Detector,
  tuning: Tuning,
  { atMs, value }: { atMs: EpochMs; value: number },
): boolean {
  const spread = spreadOf(detector, tuning);
  if (!knowsItself(detector, tuning) || spread === 0) return false;
  const apart = (value - detector.mean) / spread;
  joint?.hear(metric, atMs, apart);
  const range = tuning.band === null ? null : inSigmas(tuning.band, detector.mean, spread);
  return watchSeries(series, atMs, apart, { space, range, unusualScore });
}

function detectorOf(series: Series, mode: string, atMs: EpochMs, value: number): Detector {
  const { detectors } = series;
  for (const detector of detectors) if (detector.mode === mode) return detector;
  if (detectors.length >= modesLimit) return detectors.at(-1) as Detector;
  const fresh = newDetector(mode, atMs, value);
  detectors.push(fresh);
  return fresh;
}

function setMode(state: DeviceState, atMs: EpochMs, label: string): void {
  const { mode } = state;
  if (mode !== null && (atMs <= mode.sinceMs || mode.label === label)) return;
  state.mode = { label, sinceMs: atMs, before: mode?.label ?? label };
}

interface ModeAt {
  key: string;
  isSettling: boolean;
}

/**
 * The mode an instant belongs to. Its first hour is a mode of its own: an anode that cools or oil that warms after the
 * change is normal then, and would be alarming later.
 */
function modeAt({ mode }: DeviceState, atMs: EpochMs): ModeAt {
  if (mode === null) return { key: '', isSettling: false };
  if (atMs < mode.sinceMs) return { key: mode.before, isSettling: false };
  const isSettling = atMs - mode.sinceMs < settlingMs;
  return { key: isSettling ? `${mode.label} (settling)` : mode.label, isSettling };
}

/** Where a value may be on its way from one mode to another: between the lowest and the highest normal of all modes. */
function rangeOfNormals({ detectors }: Series, own: Detector, tuning: Tuning): Normal {
  const range = { low: normalOf(own), high: normalOf(own) };
  for (const detector of detectors) {
    if (!isWarm(detector, tuning)) continue;
    const normal = normalOf(detector);
    if (normal < range.low) range.low = normal;
    if (normal > range.high) range.high = normal;
  }
  return range;
}

/** True when other gauges than before say nothing of now. */
function noteBlind(state: DeviceState, views: ReadonlyMap<string, MetricView>): boolean {
  const blind = [...views.values()].flatMap(({ metric, isBlind }) => (isBlind ? metric : []));
  const before = state.blind ?? [];
  if (blind.length === before.length && blind.every((metric, index) => metric === before[index])) return false;
  state.blind = blind;
  return true;
}

const toldOf = (state: DeviceState, component: string): number | null | undefined =>
  state.health.find((told) => told.component === component)?.health;

/** A change of its word is told at once, a move of some points at a bounded rate. */
function isNews(state: DeviceState, { device, components }: DeviceHealth, nowMs: EpochMs): boolean {
  const pairs = [{ before: toldOf(state, ''), now: device }].concat(
    components.map(({ component, health }) => ({ before: toldOf(state, component.code), now: health })),
  );
  const isDue = nowMs - state.healthToldMs >= healthEveryMs;
  return pairs.some(({ before, now }) => {
    if (before === undefined || (before === null) !== (now === null)) return true;
    if (before === null || now === null) return false;
    return statusOf(before) !== statusOf(now) || (isDue && Math.abs(before - now) >= healthStep);
  });
}

function tellHealth(state: DeviceState, { device, components }: DeviceHealth, nowMs: EpochMs): HealthEffect {
  state.healthToldMs = nowMs;
  state.health = [
    { component: '', health: device },
    ...components.map(({ component, health }) => ({ component: component.code, health })),
  ];
  return { kind: 'health', atMs: nowMs, device, components };
}
