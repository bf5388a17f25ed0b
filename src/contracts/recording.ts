// Recorded telemetry in a table (CSV): what one row comes to under a mapping, or why it is not taken. The same for
// everything that reads recordings; pure.
import { faultsOfColumns } from './recording-columns.ts';
import type { RecordingMap } from './recording-map.ts';
import { DEVICE_ID } from './topics.ts';

/** Why a row is not taken; stable words that reports count by. */
export const ROW_REFUSALS = [
  'cell-missing',
  'time-unreadable',
  'device-missing',
  'device-name',
  'not-a-number',
  'no-value',
] as const;
export type RowRefusal = (typeof ROW_REFUSALS)[number];

export interface RecordedSample {
  device: string;
  /** Epoch ms. */
  ts: number;
  values: Record<string, number>;
}

export interface Refused<Reason extends string = RowRefusal> {
  refused: Reason;
  /** For a person: what was found. */
  detail: string;
}

/** One row of the table; `line` is the file's line it ends on. */
export type RecordedRow = { line: number } & ({ sample: RecordedSample } | Refused);

/** How every reader here takes a CSV apart. A stray quote is text; a record beyond the limit is a quote left open. */
export const CSV_DIALECT = {
  bom: true,
  info: true,
  relax_column_count: true,
  relax_quotes: true,
  skip_empty_lines: true,
  max_record_size: 65_536,
} as const;

export type Cells = Readonly<Record<string, string | undefined>>;

/** Epoch ms of a recorded time, `null` when it is none. */
export function parseRecordedTime(text: string): number | null {
  if (/^\d{12,14}$/.test(text)) return Number(text);
  const match = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?)(Z|[+-]\d{2}:?\d{2})?$/.exec(text);
  if (!match) return null;
  const at = Date.parse(`${match[1]}T${match[2]}${match[3] ?? 'Z'}`);
  // Date.parse rolls 30 February over into March; such a day was never recorded.
  const isRealDay = !Number.isNaN(at) && new Date(`${match[1]}T00:00:00Z`).toISOString().startsWith(match[1] as string);
  return isRealDay ? at : null;
}

const refuse = (refused: RowRefusal, detail: string): Refused => ({ refused, detail });
const shown = (cell: string): string => JSON.stringify(cell.slice(0, 60));

/** One row as a sample, or why not. An empty cell is a value that was not measured: it is left out. */
export function sampleOf(cells: Cells, map: RecordingMap): { sample: RecordedSample } | Refused {
  const time = cells[map.time.column];
  if (time === undefined) return refuse('cell-missing', `no cell in column "${map.time.column}"`);
  const ts = parseRecordedTime(time.trim());
  if (ts === null) return refuse('time-unreadable', `${shown(time)} is no time`);
  const device = deviceOf(cells, map);
  if (typeof device !== 'string') return device;
  const values: Record<string, number> = {};
  let count = 0;
  for (const [column, metric] of Object.entries(map.metrics)) {
    const cell = cells[column]?.trim();
    if (cell === undefined) return refuse('cell-missing', `no cell in column "${column}"`);
    if (cell === '') continue;
    const value = Number(cell);
    if (!Number.isFinite(value)) return refuse('not-a-number', `${shown(cell)} in "${column}" is no number`);
    values[metric] = value;
    count += 1;
  }
  return count === 0 ? refuse('no-value', 'every mapped cell is empty') : { sample: { device, ts, values } };
}

function deviceOf(cells: Cells, { device }: RecordingMap): string | Refused {
  if ('id' in device) return device.id;
  const cell = cells[device.column]?.trim() ?? '';
  if (cell === '') return refuse('device-missing', `nothing in column "${device.column}"`);
  const id = `${device.prefix}${cell}`;
  return DEVICE_ID.test(id) ? id : refuse('device-name', `${shown(id)} cannot be the id of a device`);
}

/** The mapping names columns the recording does not have. */
export class ColumnFaults extends Error {
  override readonly name = 'ColumnFaults';
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(`The mapping does not fit the file:\n${faults.map((fault) => `- ${fault}`).join('\n')}`);
    this.faults = faults;
  }
}

/** The file is no table from this line on. */
export class TableFault extends Error {
  override readonly name = 'TableFault';
}

export type Records = AsyncIterable<{ record: Cells; info: { lines: number } }>;

/** Records of a parsed CSV; throws TableFault, with the line it went wrong on, where it cannot be taken apart any further. */
export async function* readable(records: Records): AsyncGenerator<{ record: Cells; info: { lines: number } }> {
  let last = 1;
  try {
    for await (const entry of records) {
      last = entry.info.lines;
      yield entry;
    }
  } catch (error) {
    const { code, message } = error as Error & { code?: string };
    if (code === 'CSV_MAX_RECORD_SIZE')
      throw new TableFault(`line ${last + 1}: a quote is opened there and not closed; mend that line`);
    throw code?.startsWith('CSV_') ? new TableFault(`line ${last + 1}: ${message}`) : error;
  }
}

/** Rows of a parsed CSV in the order of the file; `columns` tells the header once it was read. Throws ColumnFaults first. */
export async function* recordedRows(
  records: Records,
  map: RecordingMap,
  columns: () => readonly string[],
): AsyncGenerator<RecordedRow> {
  let isChecked = false;
  const check = (): void => {
    const faults = isChecked ? [] : faultsOfColumns(map, columns());
    if (faults.length > 0) throw new ColumnFaults(faults);
    isChecked = true;
  };
  for await (const { record, info } of readable(records)) {
    check();
    yield { line: info.lines, ...sampleOf(record, map) };
  }
  check();
}
