// A first look through the whole recording: how many rows and readings, which devices since when, what is refused.
import type { RecordedRow } from '../../contracts/recording.ts';
import type { RefusedRows } from '../../contracts/row-counts.ts';
import type { ReplayMap } from './map.ts';
import { readRows } from './rows.ts';
import { countRow, newTally, readingsOf } from './tally.ts';

export interface Survey {
  rows: number;
  readings: number;
  refused: RefusedRows[];
  from: string | null;
  to: string | null;
  /** First recorded instant of each device. */
  devices: ReadonlyMap<string, number>;
}

export interface Recording {
  file: string;
  map: ReplayMap;
  /** Only the first rows. */
  limit: number;
}

export async function* rowsOf({ file, map, limit }: Recording): AsyncGenerator<RecordedRow> {
  let count = 0;
  for await (const row of readRows(file, map)) {
    if (count++ >= limit) return;
    yield row;
  }
}

export async function survey(recording: Recording): Promise<Survey> {
  const devices = new Map<string, number>();
  const tally = newTally();
  for await (const row of rowsOf(recording)) {
    countRow(tally, row);
    if ('refused' in row) continue;
    const { device, ts } = row.sample;
    devices.set(device, Math.min(ts, devices.get(device) ?? ts));
  }
  const { rows, refused, fromMs, toMs } = tally;
  const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
  return { rows, readings: readingsOf(tally), refused, from: iso(fromMs), to: iso(toMs), devices };
}
