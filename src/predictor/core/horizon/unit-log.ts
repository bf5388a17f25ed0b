// What is remembered of one unit to judge how near its components are to failing: when its events came, when components were
// installed and failed, and the levels of its metrics over several memories. Plain JSON, bounded, one pass, no look ahead.
import { DAY_MS, type EpochMs, HOUR_MS } from '../../../contracts/time.ts';

export const LOG_SETTINGS = {
  /** Event codes kept apart per unit; further ones are counted and left out. */
  codesLimit: 64,
  /** Newest times kept per code. */
  timesKept: 16,
  /** Readings of a metric closer to the last one than this add nothing and are passed over. */
  thinMs: 10 * 60_000,
  /** Memories of a metric's levels, shortest first. */
  memoriesMs: [3 * HOUR_MS, DAY_MS, 7 * DAY_MS],
  /** Memory of a unit's own normal; a gap teaches at most this long. */
  normalMemoryMs: 60 * DAY_MS,
  longestStepMs: 6 * HOUR_MS,
} as const;

const { codesLimit, timesKept, thinMs, memoriesMs, normalMemoryMs, longestStepMs } = LOG_SETTINGS;

/** `learnedMs` of a metric whose next reading starts afresh. */
const FORGOTTEN = -1;

export interface EventTrace {
  code: string;
  total: number;
  /** Oldest first. */
  timesMs: EpochMs[];
}

export interface ComponentTrace {
  component: string;
  installedMs: EpochMs | null;
  failures: number;
}

/** A metric against its own past: the normal it has shown, and how it stands over a short, a middle and a long memory. */
export interface MetricTrace {
  metric: string;
  lastMs: EpochMs;
  learnedMs: number;
  mean: number;
  variance: number;
  /** By `memoriesMs`. */
  levels: number[];
  /** Mean square about the middle level, over the middle memory. */
  scatter: number;
}

export interface UnitLog {
  format: 1;
  firstMs: EpochMs | null;
  /** The newest replacement of any component. */
  visitedMs: EpochMs | null;
  events: EventTrace[];
  /** Events of codes beyond the limit. */
  eventsLeftOut: number;
  components: ComponentTrace[];
  metrics: MetricTrace[];
}

export const newUnitLog = (): UnitLog => ({
  format: 1,
  firstMs: null,
  visitedMs: null,
  events: [],
  eventsLeftOut: 0,
  components: [],
  metrics: [],
});

function hear(log: UnitLog, atMs: EpochMs): void {
  if (log.firstMs === null || atMs < log.firstMs) log.firstMs = atMs;
}

/** Late ones find their place; the oldest beyond the limit is forgotten. */
export function noteEvent(log: UnitLog, code: string, atMs: EpochMs): void {
  hear(log, atMs);
  let trace = log.events.find((known) => known.code === code);
  if (trace === undefined) {
    if (log.events.length >= codesLimit) {
      log.eventsLeftOut += 1;
      return;
    }
    log.events.push((trace = { code, total: 0, timesMs: [] }));
  }
  trace.total += 1;
  const { timesMs } = trace;
  timesMs.splice(timesMs.findLastIndex((known) => known <= atMs) + 1, 0, atMs);
  if (timesMs.length > timesKept) timesMs.shift();
}

export function componentOf(log: UnitLog, component: string): ComponentTrace {
  const known = log.components.find((trace) => trace.component === component);
  if (known !== undefined) return known;
  const fresh: ComponentTrace = { component, installedMs: null, failures: 0 };
  log.components.push(fresh);
  return fresh;
}

/** A new one is in from this instant on, whatever the reason. */
export function noteReplacement(log: UnitLog, component: string, atMs: EpochMs): void {
  hear(log, atMs);
  const trace = componentOf(log, component);
  trace.installedMs = Math.max(trace.installedMs ?? atMs, atMs);
  log.visitedMs = Math.max(log.visitedMs ?? atMs, atMs);
}

export function noteFailure(log: UnitLog, component: string, atMs: EpochMs): void {
  hear(log, atMs);
  componentOf(log, component).failures += 1;
}

/** What these metrics showed before is no longer this unit's normal: a component behind them was repaired. */
export function forgetMetrics(log: UnitLog, metrics: ReadonlySet<string>): void {
  for (const trace of log.metrics) if (metrics.has(trace.metric)) trace.learnedMs = FORGOTTEN;
}

export function noteReading(log: UnitLog, metric: string, atMs: EpochMs, value: number): void {
  const trace = log.metrics.find((known) => known.metric === metric);
  if (trace === undefined) {
    hear(log, atMs);
    const levels = memoriesMs.map(() => value);
    log.metrics.push({ metric, lastMs: atMs, learnedMs: 0, mean: value, variance: 0, levels, scatter: 0 });
  } else if (atMs - trace.lastMs >= thinMs) extend(trace, atMs, value);
}

function extend(trace: MetricTrace, atMs: EpochMs, value: number): void {
  if (trace.learnedMs === FORGOTTEN) {
    const levels = memoriesMs.map(() => value);
    Object.assign(trace, { lastMs: atMs, learnedMs: 0, mean: value, variance: 0, levels, scatter: 0 });
    return;
  }
  const gapMs = atMs - trace.lastMs;
  trace.lastMs = atMs;
  const stepMs = Math.min(gapMs, longestStepMs);
  trace.learnedMs = Math.min(trace.learnedMs + stepMs, normalMemoryMs);
  const learned = stepMs / trace.learnedMs;
  // The first step after the first reading would be learned whole: half is as good as two readings say.
  const share = Math.min(learned, 0.5);
  const away = value - trace.mean;
  trace.mean += share * away;
  trace.variance += share * (away * (value - trace.mean) - trace.variance);
  for (let index = 0; index < memoriesMs.length; index++) {
    const kept = Math.exp(-gapMs / (memoriesMs[index] as number));
    trace.levels[index] = value + kept * ((trace.levels[index] as number) - value);
  }
  const kept = Math.exp(-gapMs / memoriesMs[1]);
  const off = value - (trace.levels[1] as number);
  trace.scatter = off * off + kept * (trace.scatter - off * off);
}
