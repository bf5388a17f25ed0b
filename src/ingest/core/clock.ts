// How wrong a device's clock is, from the delay between measuring and arriving. A message can come late, never early: the
// least delay of some deliveries is the clock's error with little of the network in it. A backlog shows as delays that
// differ, and says nothing about a clock that runs behind.
import type { EpochMs } from '../../contracts/time.ts';
import { HOUR_MS } from '../../contracts/time.ts';
import type { QualitySettings } from './quality-settings.ts';
import type { ClockWatch } from './quality-state.ts';

export interface ClockVerdict {
  /** Milliseconds ahead (negative: behind). */
  offsetMs: number;
  /** What it was before it was set, when it was set just now. */
  steppedFromMs: number | null;
  /** Milliseconds an hour, null while it cannot be told. */
  driftMsPerHour: number | null;
}

const MOST_ANCHORS = 2;
/** How often the start of the drift's span moves on. */
const ANCHOR_EVERY_MS = 3 * HOUR_MS;

export interface Delivery {
  /** Received minus measured of its newest reading. */
  delayMs: number;
  receivedMs: EpochMs;
  /** How far apart deliveries usually come: over a long time a drifting clock may move more. */
  usualPauseMs: number;
}

/** No clock drifts by more than this share of the time that passes. */
const MOST_DRIFT = 0.01;

/** A delivery arrived; null when nothing sure follows from it. */
export function judgeClock(
  clock: ClockWatch,
  { delayMs, receivedMs, usualPauseMs }: Delivery,
  settings: QualitySettings,
): ClockVerdict | null {
  const { clockDeliveries, skewMs, stepMs } = settings;
  const clockSpreadMs = settings.clockSpreadMs + MOST_DRIFT * clockDeliveries * usualPauseMs;
  const { delays } = clock;
  if (receivedMs - clock.addedMs < settings.clockPauseMs && delays.length > 0) {
    delays.push(Math.min(delayMs, delays.pop() as number));
  } else {
    delays.push(delayMs);
    clock.addedMs = receivedMs;
    if (delays.length > clockDeliveries) delays.shift();
  }
  const least = Math.min(...delays);
  const isSteady = delays.length === clockDeliveries && Math.max(...delays) - least <= clockSpreadMs;
  // What was measured after it arrived needs no second witness.
  if (!isSteady) return -least > skewMs ? { offsetMs: -least, steppedFromMs: null, driftMsPerHour: null } : null;
  const offsetMs = -least;
  const before = clock.offsetMs;
  clock.offsetMs = offsetMs;
  const isStep = before !== null && Math.abs(offsetMs - before) > stepMs;
  if (isStep) clock.anchors = [];
  return {
    offsetMs,
    steppedFromMs: isStep ? before : null,
    driftMsPerHour: driftOf(clock, { atMs: receivedMs, offsetMs }, settings),
  };
}

type Anchor = ClockWatch['anchors'][number];

function driftOf({ anchors }: ClockWatch, now: Anchor, { driftMs, driftSpanMs }: QualitySettings): number | null {
  const [oldest] = anchors;
  const newest = anchors.at(-1);
  if (oldest === undefined || newest === undefined) {
    anchors.push(now);
    return null;
  }
  const spanMs = now.atMs - oldest.atMs;
  const movedMs = now.offsetMs - oldest.offsetMs;
  if (now.atMs - newest.atMs >= ANCHOR_EVERY_MS) {
    anchors.push(now);
    if (anchors.length > MOST_ANCHORS) anchors.shift();
  }
  if (spanMs < driftSpanMs) return null;
  return Math.abs(movedMs) < driftMs ? 0 : (movedMs * HOUR_MS) / spanMs;
}
