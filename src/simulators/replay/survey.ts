// A first look through the whole recording: how many rows, which devices since when, what is refused.
import type { ReplayMap } from './map.ts';
import { readRows, type RecordedRow } from './rows.ts';

export interface Survey {
  rows: number;
  refused: number;
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

export async function survey(recording: Recording, onRefused: (line: number, reason: string) => void): Promise<Survey> {
  const devices = new Map<string, number>();
  let rows = 0;
  let refused = 0;
  for await (const row of rowsOf(recording)) {
    rows++;
    if ('refused' in row) {
      refused++;
      onRefused(row.line, row.refused);
      continue;
    }
    const { device, ts } = row.sample;
    devices.set(device, Math.min(ts, devices.get(device) ?? ts));
  }
  return { rows, refused, devices };
}
