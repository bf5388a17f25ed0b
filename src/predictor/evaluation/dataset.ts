// The files of a data set: found plain or gzipped, read row by row, and refused by name and line where they are not what
// they should be.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';

/** The data is somebody's to mend; the message names file and line. */
export class DatasetFault extends Error {
  override readonly name = 'DatasetFault';
}

const entriesOf = (dir: string): string[] => {
  try {
    return readdirSync(dir);
  } catch {
    return [];
  }
};

/** The suite's folder: the given one, or the one of the suite's name in it. */
export function suiteFolder(given: string, { name, sign }: { name: string; sign: RegExp | null }): string {
  if (sign === null) return given;
  const found = [given, join(given, name)].find((dir) => entriesOf(dir).some((entry) => sign.test(entry)));
  if (found !== undefined) return found;
  const why = existsSync(given) ? `has no file of the suite ${name} (${sign.source})` : 'is not there';
  throw new DatasetFault(`${given} ${why}: give --data the folder of the recorded data, or set STETHOS_DATASETS`);
}

/** The path of `name` or `name.gz`; null where there is neither. */
export function fileIn(dir: string, name: string): string | null {
  return [name, `${name}.gz`].map((one) => join(dir, one)).find((path) => existsSync(path)) ?? null;
}

export function requiredFile(dir: string, name: string): string {
  const path = fileIn(dir, name);
  if (path === null) throw new DatasetFault(`${join(dir, name)} (or ${name}.gz) is missing`);
  return path;
}

/** The whole text of a plain or gzipped file. */
export function textOf(path: string): string {
  try {
    const bytes = readFileSync(path);
    return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    throw new DatasetFault(`${path} cannot be read: ${(error as Error).message}`, { cause: error });
  }
}

export interface Line {
  number: number;
  text: string;
}

/** Lines that say something, with their number from 1. */
export function* linesOf(text: string): Generator<Line> {
  let number = 0;
  for (let start = 0; start < text.length; ) {
    const next = text.indexOf('\n', start);
    const end = next < 0 ? text.length : next;
    number++;
    const line = text.slice(start, text[end - 1] === '\r' ? end - 1 : end);
    if (line.trim() !== '') yield { number, text: line };
    start = end + 1;
  }
}

/** Cells of a line; quotes are rare in recorded data, so only a line that has some pays for them. */
function cellsOf(text: string, where: string): string[] {
  if (!text.includes('"')) return text.split(',');
  try {
    return (parse(text) as string[][])[0] ?? [];
  } catch (error) {
    throw new DatasetFault(`${where}: ${(error as Error).message}`, { cause: error });
  }
}

interface Source {
  path: string;
  index: ReadonlyMap<string, number>;
}

/** One row of a table: its cells by column, or a fault that says where. */
export class Row {
  private readonly table: Source;
  private readonly line: number;
  private readonly cells: readonly string[];

  constructor(table: Source, line: number, cells: readonly string[]) {
    this.table = table;
    this.line = line;
    this.cells = cells;
  }

  text(column: string): string {
    const at = this.table.index.get(column);
    if (at === undefined) throw new DatasetFault(`${this.table.path} has no column ${column}`);
    return this.cells[at] ?? '';
  }

  /** NaN where the cell is empty or says so: a value that is missing. */
  number(column: string): number {
    const text = this.text(column).trim();
    if (text === '' || /^nan$/i.test(text)) return Number.NaN;
    const value = Number(text);
    return Number.isFinite(value) ? value : this.fail(`${column} is "${text}", not a number`);
  }

  /** Milliseconds; a time without a zone is taken as UTC. */
  time(column: string): number {
    const text = this.text(column).trim();
    const ms = Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text.replace(' ', 'T')}Z`);
    return Number.isNaN(ms) ? this.fail(`${column} is "${text}", not a time`) : ms;
  }

  fail(what: string): never {
    throw new DatasetFault(`${this.table.path}:${this.line}: ${what}`);
  }
}

export interface Table {
  columns: readonly string[];
  rows: Iterable<Row>;
}

/** A CSV with a header; refuses an empty one, and a row of another width when it is reached. */
export function openTable(path: string): Table {
  const lines = linesOf(textOf(path));
  const header = lines.next();
  if (header.done) throw new DatasetFault(`${path} is empty`);
  const columns = cellsOf(header.value.text, `${path}:${header.value.number}`).map((name) => name.trim());
  const table = { path, index: new Map(columns.map((name, index) => [name, index])) };
  return { columns, rows: rowsOf(lines, table, columns.length) };
}

function* rowsOf(lines: Generator<Line>, table: Source, width: number): Generator<Row> {
  let count = 0;
  for (const { number, text } of lines) {
    const cells = cellsOf(text, `${table.path}:${number}`);
    if (cells.length !== width) {
      throw new DatasetFault(`${table.path}:${number}: ${cells.length} cells where the header has ${width}`);
    }
    count++;
    yield new Row(table, number, cells);
  }
  if (count === 0) throw new DatasetFault(`${table.path} has a header and no rows`);
}
