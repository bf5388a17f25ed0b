// Rows of the enrolment file, each checked by itself and against the others: what a device would be registered as, or
// every reason why not.
import { parse } from 'csv-parse/sync';
import { Value } from 'typebox/value';
import { NewDevice } from '../../contracts/http/devices.ts';
import { nearestColumn } from '../../contracts/recording-columns.ts';

export interface EnrolRow {
  line: number;
  /** Only what the row says; an empty cell says nothing. */
  device: Partial<NewDevice> & { id: string };
}

export interface RefusedRow {
  line: number;
  id: string;
  reasons: string[];
}

export const COLUMNS = Object.keys(NewDevice.properties);
/** What a device that is not registered yet must have. */
const NEEDED = ['product', 'customer', 'station'] as const;

type Cells = Record<string, string>;

function refuseUnknownColumns(columns: readonly string[]): void {
  const faults = columns
    .filter((column) => !COLUMNS.includes(column))
    .map((column) => {
      const meant = nearestColumn(column, COLUMNS);
      return `"${column}" is no column of this file; ${meant === null ? `known are ${COLUMNS.join(', ')}` : `did you mean "${meant}"?`}`;
    });
  if (!columns.includes('id')) faults.push('the column "id" is missing');
  if (faults.length > 0) throw new Error(`The file does not fit:\n${faults.map((fault) => `- ${fault}`).join('\n')}`);
}

/** Faults of one row by the schema, with the column they are in. */
function faultsOf(device: EnrolRow['device'], isKnown: boolean): string[] {
  const missing = isKnown ? [] : NEEDED.filter((column) => device[column] === undefined);
  const complete = { product: 'x', customer: 'x', station: 'x', ...device };
  const wrong = [...Value.Errors(NewDevice, complete)].map(({ instancePath, message }) => {
    const column = instancePath.slice(1) as keyof NewDevice;
    return `${column} ${JSON.stringify(device[column])} ${message}`;
  });
  return [...missing.map((column) => `${column} is missing and the device is not registered yet`), ...new Set(wrong)];
}

export interface Known {
  devices: ReadonlySet<string>;
  /** Codes there are, by column. */
  codes: Readonly<Partial<Record<keyof NewDevice, ReadonlySet<string>>>>;
}

export function checkRows(text: string, known: Known): { rows: EnrolRow[]; refused: RefusedRow[] } {
  const options = { columns: true, bom: true, info: true, skip_empty_lines: true, trim: true } as const;
  const records = parse(text, {
    ...options,
    columns(header: string[]) {
      refuseUnknownColumns(header);
      return header;
    },
  }) as unknown as { record: Cells; info: { lines: number } }[];
  const lineOf = new Map<string, number>();
  const rows: EnrolRow[] = [];
  const refused: RefusedRow[] = [];
  for (const { record, info } of records) {
    const said = Object.fromEntries(Object.entries(record).filter(([, cell]) => cell !== ''));
    const device = { ...said, id: record.id ?? '' } as EnrolRow['device'];
    const reasons = faultsOf(device, known.devices.has(device.id));
    for (const [column, codes] of Object.entries(known.codes)) {
      const code = said[column];
      if (code !== undefined && !codes.has(code)) reasons.push(`${column} ${code} does not exist; create it first`);
    }
    const first = lineOf.get(device.id);
    if (first !== undefined) reasons.push(`${device.id} is on line ${first} already`);
    else lineOf.set(device.id, info.lines);
    if (reasons.length === 0) rows.push({ line: info.lines, device });
    else refused.push({ line: info.lines, id: device.id, reasons });
  }
  return { rows, refused };
}
