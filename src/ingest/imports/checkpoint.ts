// What is durable of an import, as plain values: the line it got to and everything its report will say. Going on from it
// repeats at most one window of rows, which changes nothing in the database and is not counted twice. Pure.
import type { ImportReport } from '../../contracts/http/imports.ts';
import { type RefusedRows, refusedTotal, withRefused } from '../../contracts/row-counts.ts';

/** Devices counted by name; beyond it the count stands still. */
const DEVICES_COUNTED = 10_000;

export interface Checkpoint {
  /** Every row up to and with this line is durable or refused. */
  line: number;
  rows: number;
  readings: number;
  messages: number;
  devices: string[];
  refused: RefusedRows[];
  fromMs: number | null;
  toMs: number | null;
  seconds: number;
}

export const BEGIN: Checkpoint = {
  line: 0,
  rows: 0,
  readings: 0,
  messages: 0,
  devices: [],
  refused: [],
  fromMs: null,
  toMs: null,
  seconds: 0,
};

/** The checkpoint after a window of rows that is now durable. */
export function advanced(
  before: Checkpoint,
  window: { rows: readonly WindowRow[]; messages: number; seconds: number },
): Checkpoint {
  const after: Checkpoint = { ...before };
  const devices = new Set(before.devices);
  for (const row of window.rows) {
    after.line = row.line;
    after.rows += 1;
    if ('refused' in row) after.refused = withRefused(after.refused, row);
    else {
      const { ts, values, device } = row.sample;
      after.readings += Object.keys(values).length;
      after.fromMs = Math.min(after.fromMs ?? ts, ts);
      after.toMs = Math.max(after.toMs ?? ts, ts);
      if (devices.size < DEVICES_COUNTED) devices.add(device);
    }
  }
  return {
    ...after,
    devices: [...devices],
    messages: before.messages + window.messages,
    seconds: before.seconds + window.seconds,
  };
}

/** A row after it was held against what is registered: refusals of that kind carry ingest's own words. */
export type WindowRow = { line: number } & (
  | { sample: { device: string; ts: number; values: Record<string, number> } }
  | { refused: string; detail: string }
);

const isoOf = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

export const reportOf = (point: Checkpoint, reason?: string): ImportReport => ({
  rows: point.rows,
  readings: point.readings,
  messages: point.messages,
  devices: point.devices.length,
  refusedRows: refusedTotal(point.refused),
  refused: point.refused,
  from: isoOf(point.fromMs),
  to: isoOf(point.toMs),
  seconds: Number(point.seconds.toFixed(2)),
  ...(reason === undefined ? {} : { reason }),
});
