// The faults the demo tells on purpose: units that have been wearing for weeks when one arrives, and units whose wear is
// told so fast that one can watch it (weeks in minutes).

export interface Story {
  device: string;
  failureMode: string;
}

/** Wear as slow as life, begun this many days before one arrives. */
export const SLOW_STORIES: readonly (Story & { daysAgo: number })[] = [
  { device: 'MRI-002', failureMode: 'absorber-saturated', daysAgo: 12 },
  { device: 'CT-004', failureMode: 'brush-wear', daysAgo: 9 },
  { device: 'VENT-007', failureMode: 'battery-fade', daysAgo: 30 },
  { device: 'HD-003', failureMode: 'uf-pump-wear', daysAgo: 8 },
];

/** Wear told at WATCHED_SPEED, begun this long after the fleet went live. */
export const WATCHED_STORIES: readonly (Story & { inSeconds: number })[] = [
  { device: 'VENT-003', failureMode: 'o2-cell-exhausted', inSeconds: 1 },
  { device: 'CT-001', failureMode: 'vacuum-loss', inSeconds: 5 },
  { device: 'PUMP-005', failureMode: 'drive-wear', inSeconds: 15 },
  { device: 'MRI-001', failureMode: 'displacer-wear', inSeconds: 30 },
  { device: 'HD-002', failureMode: 'conductivity-drift', inSeconds: 60 },
  { device: 'MRI-004', failureMode: 'chiller-pump-wear', inSeconds: 120 },
  { device: 'CT-007', failureMode: 'brush-wear', inSeconds: 200 },
  { device: 'FRIDGE-002', failureMode: 'condenser-fouled', inSeconds: 300 },
];

/** Five weeks in about four minutes. */
export const WATCHED_SPEED = 12_000;
