// A fleet with one component that fails now and then: an event `sign` comes 4 to 20 hours before it, events `noise` come at any
// time, and a gauge drifts in the last day.
import { type DetectorDay, dayOf } from '../../src/predictor/core/horizon/detector-days.ts';
import type { HorizonSet } from '../../src/predictor/core/horizon/fit.ts';
import type { Happening, UnitHistory } from '../../src/predictor/core/horizon/history.ts';
import { seededRandom } from '../../src/predictor/core/random.ts';

const HOUR = 3_600_000;
const HOURS = 1_200;

interface Size {
  units: number;
  seed: number;
  /** Codes that mean nothing, and gauges that do, each. */
  codes?: number;
  metrics?: number;
}

function historyOf(unit: number, random: () => number, { codes = 1, metrics = 1 }: Size): UnitHistory {
  const happenings: Happening[] = [{ atMs: 0, kind: 'replaced', component: 'bearing' }];
  const failures: number[] = [];
  for (let at = 100 + 500 * random(); at < HOURS; at += 200 + 600 * random()) failures.push(Math.floor(at));
  for (const at of failures) {
    happenings.push({ atMs: (at - 4 - 16 * random()) * HOUR, kind: 'event', code: 'sign' });
    happenings.push({ atMs: at * HOUR, kind: 'failed', component: 'bearing' });
    happenings.push({ atMs: at * HOUR, kind: 'replaced', component: 'bearing' });
  }
  for (let at = 60 * random(); at < HOURS; at += 60 * random()) {
    happenings.push({
      atMs: at * HOUR,
      kind: 'event',
      code: codes === 1 ? 'noise' : `noise${Math.floor(codes * random())}`,
    });
  }
  const timesMs = Float64Array.from({ length: HOURS / 2 }, (_, index) => 2 * index * HOUR);
  const driftAt = (hour: number): number => (failures.some((at) => at > hour && at - hour < 24) ? 0.3 : 0);
  const values = timesMs.map((at) => 10 + random() + driftAt(at / HOUR));
  return {
    unit: `u${unit}`,
    statics: {},
    happenings: happenings.sort((a, b) => a.atMs - b.atMs || (a.kind === 'replaced' ? 1 : -1)),
    readings: Array.from({ length: metrics }, (_, index) => ({
      metric: index === 0 ? 'temperature' : `temperature${index}`,
      timesMs,
      values,
    })),
  };
}

export function wearingFleet(size: Size): HorizonSet {
  const { units, seed } = size;
  const random = seededRandom(seed);
  return {
    product: 'pump-1',
    histories: Array.from({ length: units }, (_, unit) => historyOf(unit, random, size)),
    failureModes: { bearing: 'worn' },
    fromMs: 0,
    toMs: HOURS * HOUR,
    horizonHours: 24,
    everyHours: 3,
  };
}

/** The detectors say something of every day; in the three days before a failure a gauge is beyond its limit, and only then. */
export function withDetectorDays(set: HorizonSet, seed: number): HorizonSet {
  const random = seededRandom(seed);
  const said = (value: number): number => Math.round(value * 1000) / 1000;
  const histories = set.histories.map((history) => {
    const failed = history.happenings.filter(({ kind }) => kind === 'failed').map(({ atMs }) => dayOf(atMs));
    const days = Array.from({ length: dayOf(set.toMs) }, (_, day): DetectorDay => {
      const isNear = failed.some((at) => at > day && at - day <= 3);
      const drift = said((isNear ? 1 : 0) + random());
      const closedMs = (day + 1) * 24 * HOUR + HOUR;
      return {
        day,
        closedMs,
        channel: said(random()),
        gauges: Math.floor(3 * random()),
        drift,
        joint: said(9 * random()),
      };
    });
    return { ...history, days };
  });
  return { ...set, histories };
}
