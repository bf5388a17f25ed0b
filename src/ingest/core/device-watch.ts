// Watches what one device says: silence, gaps, standing sensors, implausible values, a wrong clock. A few operations a
// reading, in the order of its arrival; time that passes without a word is told by `pass`. What it finds is in the book.
import type { Reading } from '../../contracts/readings.ts';
import { QUALITY } from '../../contracts/readings.ts';
import { WHOLE_DEVICE } from '../../contracts/quality.ts';
import type { EpochMs } from '../../contracts/time.ts';
import { type ClockVerdict, judgeClock } from './clock.ts';
import { createEpisodeBook, type EpisodeBook } from './episode-book.ts';
import type { ExpectedMetric, QualityPlan } from './quality-plan.ts';
import { QUALITY_SETTINGS, type QualitySettings } from './quality-settings.ts';
import { type DeviceWatch, type Episode, type MetricWatch, NEVER_MS, newMetricWatch } from './quality-state.ts';
import { isKnown, learnSpacing } from './rhythm.ts';
import { endRun, habitOf, isAtRest, isComparable, learnHabit, tooManyEqual } from './stuck.ts';

export type WatchedReading = Pick<Reading, 'metric' | 'measuredAtMs' | 'value' | 'label' | 'quality'>;

/** What one commit brought of the device, by measured at. */
export interface WatchedSlice {
  receivedAtMs: EpochMs;
  readings: readonly WatchedReading[];
}

export interface Watch {
  readonly book: EpisodeBook;
  observe(slice: WatchedSlice): void;
  /** Messages of it were held because they come from the future. */
  observeFutureClock(receivedAtMs: EpochMs): void;
  /** Nothing was heard up to now, by ears that have listened since then. */
  pass(nowMs: EpochMs, listeningSinceMs: EpochMs): void;
  /** Expects something else from now on. */
  replan(plan: QualityPlan): void;
  /** Late readings fell into these gaps since the last call. */
  takeTouchedGaps(): EpochMs[];
}

export function createWatch(
  firstPlan: QualityPlan,
  state: DeviceWatch,
  settings: QualitySettings = QUALITY_SETTINGS,
): Watch {
  let plan = firstPlan;
  const book = createEpisodeBook(state);
  const byMetric = new Map(state.metrics.map((metric) => [metric.metric, metric]));
  let touchedGaps = new Set<EpochMs>();

  function watchOf(metric: string): MetricWatch {
    let watch = byMetric.get(metric);
    if (watch === undefined) {
      watch = newMetricWatch(metric);
      byMetric.set(metric, watch);
      state.metrics.push(watch);
    }
    return watch;
  }

  /** The newest instant of the device moved on: was something left out in between? */
  function advance(toMs: EpochMs, isClockSet: boolean): void {
    const fromMs = state.measuredToMs;
    state.measuredToMs = toMs;
    if (fromMs === NEVER_MS || plan.intervalMs === null) return;
    const spacingMs = toMs - fromMs;
    const usualMs = isKnown(state.rhythm, settings) ? state.rhythm.spacingMs : Number.POSITIVE_INFINITY;
    if (plan.isInService && !isClockSet && spacingMs > settings.gapIntervals * usualMs)
      addGap(fromMs, toMs, usualMs, plan);
    learnSpacing(state.rhythm, spacingMs, plan.intervalMs, settings);
  }

  function addGap(fromMs: EpochMs, toMs: EpochMs, usualMs: number, { leadMetric }: QualityPlan): void {
    const missing = Math.round((toMs - fromMs) / usualMs) - 1;
    const evidence = { expected: missing, intervalMs: Math.round(usualMs), leadMetric: leadMetric ?? '' };
    const gap: Episode = {
      kind: 'gap',
      metric: WHOLE_DEVICE,
      openedMs: fromMs,
      lastMs: toMs,
      closedMs: toMs,
      n: missing,
      evidence,
    };
    book.add(gap);
    state.gaps.push({ fromMs, toMs });
    if (state.gaps.length > settings.gapsRemembered) state.gaps.shift();
  }

  function touchGaps(atMs: EpochMs): void {
    for (const { fromMs, toMs } of state.gaps) if (atMs > fromMs && atMs < toMs) touchedGaps.add(fromMs);
  }

  function observeReading(reading: WatchedReading, expected: ExpectedMetric): void {
    const watch = watchOf(reading.metric);
    const { measuredAtMs, value } = reading;
    // Late ones fill gaps; a standstill and a rhythm are told from what comes in order.
    if (measuredAtMs <= watch.lastMs) return;
    const beforeMs = watch.lastMs;
    watch.lastMs = measuredAtMs;
    observeRange(watch, reading);
    if (beforeMs === NEVER_MS) {
      startRun(watch, value, measuredAtMs);
      return;
    }
    const stale = book.find('stale', reading.metric);
    if (stale !== undefined) {
      stale.n = Math.max(0, Math.round((measuredAtMs - beforeMs) / expected.intervalMs) - 1);
      book.close(stale, measuredAtMs);
    }
    learnSpacing(watch.rhythm, measuredAtMs - beforeMs, expected.intervalMs, settings);
    if (expected.isGauge) observeStandstill(watch, reading, expected, measuredAtMs - beforeMs);
  }

  function observeRange(watch: MetricWatch, { metric, measuredAtMs, value, quality }: WatchedReading): void {
    if ((quality & QUALITY.implausible) === 0) {
      watch.plausible += 1;
      if (watch.plausible !== settings.plausibleToClose) return;
      const open = book.find('range', metric);
      if (open !== undefined) book.close(open, measuredAtMs);
      return;
    }
    watch.plausible = 0;
    const episode =
      book.find('range', metric) ?? book.open('range', metric, measuredAtMs, { lowest: value, highest: value });
    episode.n += 1;
    episode.lastMs = measuredAtMs;
    episode.evidence.lowest = Math.min(Number(episode.evidence.lowest), value);
    episode.evidence.highest = Math.max(Number(episode.evidence.highest), value);
  }

  function startRun(watch: MetricWatch, value: number, sinceMs: EpochMs): void {
    watch.value = value;
    watch.run = 1;
    watch.runSinceMs = sinceMs;
    watch.runMode = state.mode;
  }

  function observeStandstill(
    watch: MetricWatch,
    reading: WatchedReading,
    expected: ExpectedMetric,
    spacingMs: number,
  ): void {
    const { metric, measuredAtMs, value } = reading;
    const episode = book.find('stuck', metric);
    const hasChanged = value !== watch.value;
    const habit = habitOf(watch, state.mode, settings);
    const hasPace = isComparable(habit, spacingMs);
    // What was equal in another mode, or at another pace, says nothing about this one.
    if (hasChanged || habit.readings === 0 || state.mode !== watch.runMode) {
      if (episode === undefined)
        endRun(state.mode === watch.runMode ? habit : habitOf(watch, watch.runMode, settings), watch.run);
      startRun(watch, value, measuredAtMs);
    } else watch.run += 1;
    if (hasPace) learnHabit(habit, value, hasChanged);
    if (episode !== undefined) {
      if (hasChanged) book.close(episode, measuredAtMs);
      else Object.assign(episode, { n: episode.n + 1, lastMs: measuredAtMs });
      return;
    }
    const { stuckAfterMs } = expected;
    const isStuck =
      stuckAfterMs === null
        ? watch.run >= settings.stuckFewest && watch.run >= tooManyEqual(habit, settings) && !isAtRest(habit, value)
        : measuredAtMs - watch.runSinceMs >= stuckAfterMs;
    if (!isStuck) return;
    const opened = book.open('stuck', metric, watch.runSinceMs, { value });
    Object.assign(opened, { n: watch.run, lastMs: measuredAtMs });
  }

  function observeClock(newestMs: EpochMs, receivedAtMs: EpochMs): ClockVerdict | null {
    const usualPauseMs = Math.max(state.deliveries.spacingMs, plan.intervalMs ?? 0);
    const verdict = judgeClock(
      state.clock,
      { delayMs: receivedAtMs - newestMs, receivedMs: receivedAtMs, usualPauseMs },
      settings,
    );
    if (verdict === null) return null;
    const { offsetMs, steppedFromMs, driftMsPerHour } = verdict;
    follow('clock-skew', receivedAtMs, Math.abs(offsetMs) / settings.skewMs, { offsetMs });
    if (steppedFromMs !== null) {
      const evidence = { fromMs: steppedFromMs, toMs: offsetMs };
      const at = { openedMs: receivedAtMs, lastMs: receivedAtMs, closedMs: receivedAtMs };
      book.add({ kind: 'clock-step', metric: WHOLE_DEVICE, ...at, n: 1, evidence });
    }
    if (driftMsPerHour !== null) {
      const rate = Math.round(driftMsPerHour);
      follow('clock-drift', receivedAtMs, Math.abs(rate) / settings.driftMsPerHour, { msPerHour: rate });
    }
    return verdict;
  }

  /** Opens at its limit (1), grows, and closes below half of it. */
  function follow(
    kind: 'clock-skew' | 'clock-drift',
    atMs: EpochMs,
    size: number,
    evidence: Episode['evidence'],
  ): void {
    let episode = book.find(kind, WHOLE_DEVICE);
    if (episode === undefined) {
      if (size <= 1) return;
      episode = book.open(kind, WHOLE_DEVICE, atMs, evidence);
    }
    if (size < 0.5) {
      book.close(episode, atMs);
      return;
    }
    episode.n += 1;
    episode.lastMs = atMs;
    episode.evidence = evidence;
  }

  function observeDelivery(newestMs: EpochMs, oldestMs: EpochMs, receivedAtMs: EpochMs): ClockVerdict | null {
    if (state.watermarkMs !== NEVER_MS)
      learnSpacing(state.deliveries, receivedAtMs - state.watermarkMs, plan.intervalMs ?? 0, settings);
    state.lastSpanMs = newestMs - oldestMs;
    const stale = book.find('stale', WHOLE_DEVICE);
    if (stale !== undefined) {
      stale.lastMs = receivedAtMs;
      book.close(stale, receivedAtMs);
    }
    return observeClock(newestMs, receivedAtMs);
  }

  /** Metrics that a device which speaks has left out for too long. */
  function findSilentMetrics(): void {
    if (!plan.isInService) return;
    for (const [metric, { intervalMs }] of plan.metrics) {
      const watch = byMetric.get(metric);
      const sinceMs = watch === undefined ? state.firstMs : watch.lastMs;
      const usualMs =
        watch === undefined || !isKnown(watch.rhythm, settings)
          ? settings.unknownRhythmIntervals * Math.max(intervalMs, state.rhythm.spacingMs)
          : watch.rhythm.spacingMs;
      if (state.measuredToMs - sinceMs <= settings.gapIntervals * usualMs) continue;
      const episode = book.find('stale', metric) ?? book.open('stale', metric, sinceMs, {});
      episode.n = Math.round((state.measuredToMs - sinceMs) / intervalMs);
      episode.lastMs = state.measuredToMs;
    }
  }

  return {
    book,
    observe({ receivedAtMs, readings }) {
      const newest = readings.at(-1);
      const oldest = readings[0];
      if (newest === undefined || oldest === undefined || receivedAtMs <= state.watermarkMs) return;
      const verdict = observeDelivery(newest.measuredAtMs, oldest.measuredAtMs, receivedAtMs);
      const isClockSet = verdict?.steppedFromMs != null || hasJumpedAhead(newest.measuredAtMs, receivedAtMs);
      if (state.firstMs === NEVER_MS) state.firstMs = oldest.measuredAtMs;
      for (const reading of readings) {
        const { measuredAtMs, metric, label } = reading;
        if (measuredAtMs > state.measuredToMs) advance(measuredAtMs, isClockSet);
        else if (measuredAtMs < state.measuredToMs && state.gaps.length > 0) touchGaps(measuredAtMs);
        if (metric === plan.modeMetric) state.mode = label ?? '';
        const expected = plan.metrics.get(metric);
        if (expected !== undefined) observeReading(reading, expected);
      }
      state.watermarkMs = receivedAtMs;
      findSilentMetrics();
    },
    observeFutureClock(receivedAtMs) {
      follow('clock-skew', receivedAtMs, 2, { held: 'clock-in-future' });
    },
    pass(nowMs, listeningSinceMs) {
      if (!plan.isInService || plan.intervalMs === null || state.watermarkMs === NEVER_MS) return;
      const sinceMs = Math.max(state.watermarkMs, listeningSinceMs);
      if (nowMs - sinceMs <= silenceOf(plan.intervalMs)) return;
      const stale = book.find('stale', WHOLE_DEVICE) ?? book.open('stale', WHOLE_DEVICE, state.watermarkMs, {});
      stale.lastMs = nowMs;
      stale.n = Math.floor((nowMs - state.watermarkMs) / plan.intervalMs);
    },
    replan(next) {
      plan = next;
    },
    takeTouchedGaps() {
      const taken = [...touchedGaps];
      touchedGaps = new Set();
      return taken;
    },
  };

  /** Its clock jumped ahead, so the hole in its time is the clock's. */
  function hasJumpedAhead(newestMs: EpochMs, receivedAtMs: EpochMs): boolean {
    return newestMs - receivedAtMs - (state.clock.offsetMs ?? 0) > settings.clockSpreadMs;
  }

  function silenceOf(intervalMs: number): number {
    const { silentIntervals, silentGraceMs, unknownRhythmIntervals } = settings;
    const usualMs = isKnown(state.deliveries, settings)
      ? state.deliveries.spacingMs
      : unknownRhythmIntervals * intervalMs;
    return silentIntervals * Math.max(usualMs, state.lastSpanMs + intervalMs) + silentGraceMs;
  }
}
