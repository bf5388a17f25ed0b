// Reads a recorded CSV (plain or gzip) row by row into samples of devices; a row it cannot read is told, never guessed.
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { parse } from 'csv-parse';
import type { ReplayMap } from './map.ts';

export interface RecordedSample {
  device: string;
  ts: number;
  values: Record<string, number>;
}
export type RecordedRow = { line: number } & ({ sample: RecordedSample } | { refused: string });

/** Epoch ms of a recorded time, `null` when it is none. */
export function parseRecordedTime(text: string): number | null {
  if (/^\d{12,14}$/.test(text)) return Number(text);
  const match = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)(Z|[+-]\d{2}:?\d{2})?$/.exec(text);
  if (!match) return null;
  const at = Date.parse(`${match[1]}T${match[2]}${match[3] ?? 'Z'}`);
  // Date.parse rolls 30 February over into March; such a day was never recorded.
  const isRealDay = new Date(`${match[1]}T00:00:00Z`).toISOString().startsWith(match[1] as string);
  return Number.isNaN(at) || !isRealDay ? null : at;
}

type Cells = Record<string, string | undefined>;

/** One row as a sample, or why not. An empty cell is a value that was not measured: it is left out. */
export function sampleOf(cells: Cells, map: ReplayMap): { sample: RecordedSample } | { refused: string } {
  const time = cells[map.time.column];
  if (time === undefined) return { refused: `no column "${map.time.column}"` };
  const ts = parseRecordedTime(time.trim());
  if (ts === null) return { refused: `"${time}" is no time` };
  const device = 'id' in map.device ? map.device.id : deviceOf(cells[map.device.column], map.device.prefix);
  if (device === null) return { refused: 'no device in this row' };
  const values: Record<string, number> = {};
  for (const [column, metric] of Object.entries(map.metrics)) {
    const cell = cells[column]?.trim();
    if (cell === undefined) return { refused: `no column "${column}"` };
    if (cell === '') continue;
    const value = Number(cell);
    if (!Number.isFinite(value)) return { refused: `"${cell}" in "${column}" is no number` };
    values[metric] = value;
  }
  return Object.keys(values).length === 0 ? { refused: 'no value in this row' } : { sample: { device, ts, values } };
}

const deviceOf = (cell: string | undefined, prefix: string): string | null =>
  cell === undefined || cell.trim() === '' ? null : `${prefix}${cell.trim()}`;

export async function* readRows(file: string, map: ReplayMap): AsyncGenerator<RecordedRow> {
  const bytes = createReadStream(file);
  const text = file.endsWith('.gz') ? bytes.pipe(createGunzip()) : bytes;
  const parser = parse({ columns: true, bom: true, info: true, relax_column_count: true, skip_empty_lines: true });
  // pipe() does not carry errors on; without this a missing file would hang.
  bytes.on('error', (error) => parser.destroy(error));
  text.on('error', (error: Error) => parser.destroy(error));
  for await (const { record, info } of text.pipe(parser) as AsyncIterable<{ record: Cells; info: { lines: number } }>) {
    yield { line: info.lines, ...sampleOf(record, map) };
  }
}
