// The faults the demo tells on purpose: units that have been wearing for weeks when one arrives, and units whose wear is
// told so fast that one can watch it (weeks in minutes).

export interface Story {
  device: string;
  failureMode: string;
}

/** Wear as slow as life, begun this many days before one arrives. */
export const SLOW_STORIES: readonly (Story & { daysAgo: number })[] = [
  { device: 'MRI-002', failureMode: 'absorber-saturated', daysAgo: 25 },
  { device: 'CT-004', failureMode: 'brush-wear', daysAgo: 9 },
  { device: 'VENT-007', failureMode: 'battery-fade', daysAgo: 35 },
  { device: 'HD-003', failureMode: 'uf-pump-wear', daysAgo: 14 },
];

/**
 * Wear told at WATCHED_SPEED, begun this long after the fleet went live (before: it is told in the backlog). Only signs
 * that show day and night, in use or not: nobody knows at what hour the demo is watched.
 */
export const WATCHED_STORIES: readonly (Story & { inSeconds: number })[] = [
  { device: 'VENT-009', failureMode: 'battery-fade', inSeconds: -60 },
  { device: 'VENT-003', failureMode: 'o2-cell-exhausted', inSeconds: -60 },
  { device: 'VENT-013', failureMode: 'battery-fade', inSeconds: -25 },
  { device: 'MRI-001', failureMode: 'displacer-wear', inSeconds: -50 },
  { device: 'FRIDGE-002', failureMode: 'condenser-fouled', inSeconds: -40 },
  { device: 'PUMP-005', failureMode: 'drive-wear', inSeconds: -20 },
  { device: 'MRI-004', failureMode: 'chiller-pump-wear', inSeconds: 45 },
  { device: 'PUMP-011', failureMode: 'pressure-sensor-drift', inSeconds: 100 },
  { device: 'VENT-012', failureMode: 'o2-cell-exhausted', inSeconds: 180 },
  { device: 'MRI-006', failureMode: 'absorber-saturated', inSeconds: 270 },
];

/** Five weeks in about two minutes. */
export const WATCHED_SPEED = 24_000;
