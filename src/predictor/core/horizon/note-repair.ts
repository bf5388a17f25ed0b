// What a finished job means for a unit's log: a failure where one was mended, a new component, and metrics whose past no longer
// tells what is normal.
import type { Component } from '../../../contracts/product.ts';
import type { EpochMs } from '../../../contracts/time.ts';
import { forgetMetrics, noteFailure, noteReplacement, type UnitLog } from './unit-log.ts';

export function noteRepair(
  log: UnitLog,
  { code, failureModes }: Component,
  { atMs, hasFailed }: { atMs: EpochMs; hasFailed: boolean },
): void {
  if (hasFailed) noteFailure(log, code, atMs);
  noteReplacement(log, code, atMs);
  forgetMetrics(log, new Set(failureModes.flatMap(({ signs }) => signs.map(({ metric }) => metric))));
}
