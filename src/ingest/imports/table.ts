// The uploaded bytes as a table: unpacked, taken apart, row by row under a mapping, or as they stand.
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { parse } from 'csv-parse';
import {
  CSV_DIALECT,
  type Cells,
  readable,
  type RecordedRow,
  recordedRows,
  type Records,
} from '../../contracts/recording.ts';
import type { RecordingMap } from '../../contracts/recording-map.ts';

interface Table {
  records: Records;
  columns: () => readonly string[];
}

function open(gzipped: AsyncIterable<Buffer>): Table {
  let columns: readonly string[] = [];
  const bytes = Readable.from(gzipped);
  const text = createGunzip();
  const parser = parse({
    ...CSV_DIALECT,
    columns: (header: string[]) => {
      columns = header;
      return header;
    },
  });
  // pipe() carries errors in neither direction.
  bytes.on('error', (error) => parser.destroy(error));
  text.on('error', (error) => parser.destroy(error));
  parser.on('close', () => bytes.destroy());
  return { records: bytes.pipe(text).pipe(parser) as Records, columns: () => columns };
}

export function rowsUnder(gzipped: AsyncIterable<Buffer>, map: RecordingMap): AsyncGenerator<RecordedRow> {
  const { records, columns } = open(gzipped);
  return recordedRows(records, map, columns);
}

/** The header and the first records; an empty header is a file without a table. */
export async function headOf(
  gzipped: AsyncIterable<Buffer>,
  count: number,
): Promise<{ columns: readonly string[]; head: Cells[] }> {
  const { records, columns } = open(gzipped);
  const head: Cells[] = [];
  for await (const { record } of readable(records)) {
    head.push(record);
    if (head.length >= count) break;
  }
  return { columns: columns(), head };
}
