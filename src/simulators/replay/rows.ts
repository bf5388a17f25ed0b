// Reads a recorded CSV (plain or gzip) from disk, row by row; a row it cannot read is told, never guessed.
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { parse } from 'csv-parse';
import { CSV_DIALECT, type RecordedRow, recordedRows, type Records } from '../../contracts/recording.ts';
import type { RecordingMap } from '../../contracts/recording-map.ts';

/** Throws ColumnFaults when the mapping names columns the file does not have. */
export async function* readRows(file: string, map: RecordingMap): AsyncGenerator<RecordedRow> {
  let columns: readonly string[] = [];
  const bytes = createReadStream(file);
  const text = file.endsWith('.gz') ? bytes.pipe(createGunzip()) : bytes;
  const parser = parse({
    ...CSV_DIALECT,
    columns: (header: string[]) => {
      columns = header;
      return header;
    },
  });
  // pipe() does not carry errors on; without this a missing file would hang.
  bytes.on('error', (error) => parser.destroy(error));
  text.on('error', (error: Error) => parser.destroy(error));
  yield* recordedRows(text.pipe(parser) as Records, map, () => columns);
}
