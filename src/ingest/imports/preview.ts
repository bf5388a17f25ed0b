// A dry run of an import: what the mapping makes of the file's rows, held against what is registered; stores nothing.
import type { ImportPreview } from '../../contracts/http/imports.ts';
import type { RecordedRow } from '../../contracts/recording.ts';
import { faultsOfColumns, guessMap } from '../../contracts/recording-columns.ts';
import type { RecordingMap } from '../../contracts/recording-map.ts';
import { isoOf } from '../../contracts/time.ts';
import type { DeviceFacts } from '../ports.ts';
import { advanced, BEGIN, reportOf } from './checkpoint.ts';
import { admit, type RunPorts, WINDOW_ROWS } from './run.ts';
import { headOf, rowsUnder } from './table.ts';

/** A dry run answers a person who waits; the whole file is checked while it is brought in. */
const ROWS_TRIED = 20_000;
const HEAD_ROWS = 5;
const SAMPLES_SHOWN = 8;
const DEVICES_NAMED = 20;

type Ports = Pick<RunPorts, 'load' | 'faultOfTime'>;

export async function previewOf(
  bytes: () => AsyncIterable<Buffer>,
  given: RecordingMap | undefined,
  ports: Ports,
): Promise<ImportPreview> {
  const { columns, head } = await headOf(bytes(), HEAD_ROWS);
  const map = given ?? guessMap(columns);
  const faults = columns.length === 0 ? ['The file has no header line'] : faultsOfColumns(map, columns);
  const { facts, ...tried } = faults.length === 0 ? await trial(rowsUnder(bytes(), map), ports) : NOTHING_TRIED;
  return {
    columns: [...columns],
    head: head.map((cells) => columns.map((column) => cells[column] ?? '')),
    map,
    faults,
    ...tried,
    unknownMetrics: unknownIn(Object.values(map.metrics), facts),
  };
}

type Trial = Pick<
  ImportPreview,
  'rows' | 'isWhole' | 'readings' | 'from' | 'to' | 'refused' | 'devices' | 'samples'
> & {
  facts: DeviceFacts[];
};

const NOTHING_TRIED: Trial = {
  rows: 0,
  isWhole: false,
  readings: 0,
  from: null,
  to: null,
  refused: [],
  devices: { known: 0, unknown: [] },
  samples: [],
  facts: [],
};

async function trial(rows: AsyncIterable<RecordedRow>, ports: Ports): Promise<Trial> {
  const devices = new Map<string, DeviceFacts | null>();
  const load = async (code: string): Promise<DeviceFacts | null> => {
    const known = devices.get(code);
    if (known !== undefined) return known;
    const facts = await ports.load(code);
    devices.set(code, facts);
    return facts;
  };
  const samples: ImportPreview['samples'] = [];
  let point = BEGIN;
  let window: RecordedRow[] = [];
  const take = async (): Promise<void> => {
    const admitted = await admit(window, { ...ports, load });
    for (const row of admitted) {
      if (samples.length >= SAMPLES_SHOWN || !('sample' in row)) continue;
      const { device, ts, values } = row.sample;
      samples.push({ line: row.line, device, at: isoOf(ts), values });
    }
    point = advanced(point, { rows: admitted, messages: 0, seconds: 0 });
    window = [];
  };
  let isWhole = true;
  for await (const row of rows) {
    if (point.rows + window.length >= ROWS_TRIED) {
      isWhole = false;
      break;
    }
    window.push(row);
    if (window.length >= WINDOW_ROWS) await take();
  }
  await take();
  const { rows: count, readings, refused, from, to } = reportOf(point);
  const unknown = [...devices].filter(([, facts]) => facts === null).map(([code]) => code);
  const facts = [...devices.values()].filter((one) => one !== null);
  return {
    rows: count,
    isWhole,
    readings,
    from,
    to,
    refused,
    devices: { known: facts.length, unknown: unknown.slice(0, DEVICES_NAMED) },
    samples,
    facts,
  };
}

const unknownIn = (metrics: readonly string[], facts: readonly DeviceFacts[]): string[] =>
  facts.length === 0 ? [] : metrics.filter((metric) => !facts.some((device) => device.metrics.has(metric)));
