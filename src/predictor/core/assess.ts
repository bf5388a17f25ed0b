// Takes a device's readings in the order they were committed and says what follows: episodes to raise, enrich or clear,
// and health to tell. Changes the given state in place; the same state and readings give the same effects, bit for bit.
import { QUALITY, type Reading } from '../../contracts/readings.ts';
import { statusOf } from '../../contracts/health.ts';
import type { EpochMs } from '../../contracts/time.ts';
import { isWarm, newDetector, type Normal, observe } from './detector.ts';
import { type EpisodeEffect, judgeEpisodes } from './episodes.ts';
import { type ComponentHealth, type DeviceHealth, healthOf } from './health.ts';
import type { DevicePlan, MetricPlan, RulePlan, Tuning } from './plan.ts';
import { SETTINGS } from './settings.ts';
import { type Detector, type DeviceState, NEVER_MS, type RuleState, type Series } from './state.ts';
import { judgeRule, newRuleState } from './threshold-rules.ts';
import { forgetOld, type MetricView, viewOf } from './views.ts';

const { longestStepMs, latenessMs, modesLimit, settlingMs, judgeEveryMs, quietEveryMs, healthStep, healthEveryMs } =
  SETTINGS;

/** One commit's readings of one device, by measured-at. */
export interface Slice {
  receivedAtMs: EpochMs;
  readings: readonly Pick<Reading, 'metric' | 'measuredAtMs' | 'value' | 'label' | 'quality'>[];
}

export interface HealthEffect {
  kind: 'health';
  atMs: EpochMs;
  device: number | null;
  components: ComponentHealth[];
}
export type Effect = EpisodeEffect | HealthEffect;

export interface Assessor {
  observe(slice: Slice): Effect[];
}

interface Channel {
  metric: string;
  tuning: Tuning | null;
  firstStepMs: number;
  series: Series;
  rules: { rule: RulePlan; state: RuleState }[];
}

export function createAssessor(plan: DevicePlan, state: DeviceState): Assessor {
  // A rule that is no longer in force has nothing to say.
  state.rules = state.rules.filter(({ id }) => plan.rules.some((rule) => rule.id === id));
  const channels = new Map([...plan.metrics].map(([code, metric]) => [code, openChannel(state, code, metric)]));
  const { modeMetric } = plan.product;

  /** Readings [from, to) were measured at one instant; the mode of that instant holds for all of them. */
  function takeInstant(readings: Slice['readings'], from: number, to: number, effects: Effect[]): void {
    const atMs = (readings[from] as Reading).measuredAtMs;
    if (atMs < state.measuredToMs - latenessMs) return;
    if (modeMetric !== undefined) {
      for (let index = from; index < to; index++) {
        const reading = readings[index] as Reading;
        if (reading.metric === modeMetric) setMode(state, atMs, reading.label ?? String(reading.value));
      }
    }
    const mode = modeAt(state, atMs);
    let changed = false;
    for (let index = from; index < to; index++) {
      const reading = readings[index] as Reading;
      const channel = channels.get(reading.metric);
      if (channel !== undefined && takeReading(channel, mode, atMs, reading)) changed = true;
    }
    if (atMs > state.measuredToMs) state.measuredToMs = atMs;
    const sinceJudged = state.measuredToMs - state.judgedMs;
    const isActive = state.hasFinding || state.episodes.length > 0;
    if (changed || sinceJudged >= (isActive ? judgeEveryMs : quietEveryMs)) judge(effects);
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
    if (isNews(state, health, nowMs)) effects.push(tellHealth(state, health, nowMs));
  }

  return {
    observe({ receivedAtMs, readings }) {
      const effects: Effect[] = [];
      for (let from = 0; from < readings.length; ) {
        const atMs = (readings[from] as Reading).measuredAtMs;
        let to = from + 1;
        while (to < readings.length && (readings[to] as Reading).measuredAtMs === atMs) to++;
        takeInstant(readings, from, to, effects);
        from = to;
      }
      if (receivedAtMs > state.watermarkMs) state.watermarkMs = receivedAtMs;
      return effects;
    },
  };
}

function openChannel(state: DeviceState, code: string, { metric, tuning, rules }: MetricPlan): Channel {
  let series = state.series.find((known) => known.metric === code);
  if (series === undefined) {
    series = { metric: code, lastMs: NEVER_MS, ignoreToMs: NEVER_MS, detectors: [] };
    state.series.push(series);
  }
  return {
    metric: code,
    tuning,
    firstStepMs: Math.min(metric.expectedIntervalS * 1000, longestStepMs),
    series,
    rules: rules.map((rule) => ({ rule, state: ruleStateOf(state, rule) })),
  };
}

/** A rule's new version starts afresh. */
function ruleStateOf(state: DeviceState, rule: RulePlan): RuleState {
  const known = state.rules.find(({ id, version }) => id === rule.id && version === rule.version);
  if (known !== undefined) return known;
  const fresh = newRuleState(rule);
  state.rules = [...state.rules.filter(({ id }) => id !== rule.id), fresh];
  return fresh;
}

/** True when a finding or a rule began or ended. Readings that are not newer than the last are late or repeated. */
function takeReading(channel: Channel, mode: ModeAt, atMs: EpochMs, { value, quality }: Reading): boolean {
  const { series, tuning } = channel;
  if (atMs <= series.lastMs) return false;
  const stepMs = series.lastMs === NEVER_MS ? channel.firstStepMs : Math.min(atMs - series.lastMs, longestStepMs);
  series.lastMs = atMs;
  if ((quality & QUALITY.implausible) !== 0) return false;
  let changed = false;
  for (const { rule, state } of channel.rules) if (judgeRule(rule, state, atMs, value)) changed = true;
  if (tuning !== null && atMs > series.ignoreToMs) {
    const detector = detectorOf(series, mode.key, atMs, value);
    const settling = mode.isSettling ? rangeOfNormals(series, detector, tuning) : null;
    if (observe(detector, tuning, { atMs, value, stepMs }, settling)) changed = true;
  }
  return changed;
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
  const range = { low: own.mean, high: own.mean };
  for (const detector of detectors) {
    if (!isWarm(detector, tuning)) continue;
    if (detector.mean < range.low) range.low = detector.mean;
    if (detector.mean > range.high) range.high = detector.mean;
  }
  return range;
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
