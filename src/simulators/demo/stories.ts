// The faults the demo tells on purpose: units that have been wearing for weeks when one arrives, and units whose wear is
// told so fast that one can watch it (weeks in minutes).
import { DAY_MS } from '../../contracts/time.ts';
import type { FaultKind } from '../wear.ts';

export interface Story {
  failureMode: string;
  kind: FaultKind;
  onsetMs: number;
  /** Wear days per day: 1 is real life. */
  wearSpeed: number;
}

interface Told {
  device: string;
  failureMode: string;
  /** Days before now (slow stories), or seconds after now (watched ones). */
  begin: { daysAgo: number } | { inSeconds: number };
}

/** Five weeks in about four minutes. */
const WATCHED_SPEED = 12_000;

const TOLD: readonly Told[] = [
  { device: 'MRI-002', failureMode: 'absorber-saturated', begin: { daysAgo: 12 } },
  { device: 'CT-004', failureMode: 'brush-wear', begin: { daysAgo: 9 } },
  { device: 'VENT-007', failureMode: 'battery-fade', begin: { daysAgo: 30 } },
  { device: 'HD-003', failureMode: 'uf-pump-wear', begin: { daysAgo: 8 } },
  { device: 'CT-001', failureMode: 'vacuum-loss', begin: { inSeconds: 10 } },
  { device: 'MRI-001', failureMode: 'displacer-wear', begin: { inSeconds: 25 } },
  { device: 'VENT-003', failureMode: 'o2-cell-exhausted', begin: { inSeconds: 50 } },
  { device: 'HD-002', failureMode: 'conductivity-drift', begin: { inSeconds: 80 } },
  { device: 'PUMP-005', failureMode: 'drive-wear', begin: { inSeconds: 130 } },
  { device: 'MRI-004', failureMode: 'chiller-pump-wear', begin: { inSeconds: 200 } },
  { device: 'FRIDGE-002', failureMode: 'condenser-fouled', begin: { inSeconds: 280 } },
];

export const storiesOf = (device: string, nowMs: number): Story[] =>
  TOLD.filter((told) => told.device === device).map(({ failureMode, begin }) =>
    'daysAgo' in begin
      ? { failureMode, kind: 'wear', onsetMs: nowMs - begin.daysAgo * DAY_MS, wearSpeed: 1 }
      : { failureMode, kind: 'wear', onsetMs: nowMs + begin.inSeconds * 1000, wearSpeed: WATCHED_SPEED },
  );
