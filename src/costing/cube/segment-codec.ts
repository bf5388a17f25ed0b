// Lines of a period as bytes that can be kept: their values with the codes of their own, so that they mean the same in any
// process. Numbers lie as the machine has them, little-endian on all that we run on.
import { promisify } from 'node:util';
import { deflateRaw, inflateRaw } from 'node:zlib';
import { allocateCodes, type Codes, widthFor } from './code-column.ts';
import { type Dictionaries, LINE_COLUMNS, type LineArrays, type LineColumn, type Lines } from './lines.ts';

/** Bytes are many and alike; more effort makes them hardly fewer. */
const DEFLATE_LEVEL = 1;
const deflate = promisify(deflateRaw);
const inflate = promisify(inflateRaw);

interface Head {
  length: number;
  /** Place and amount of those that a float cannot hold. */
  large: [place: number, amountMinor: string][];
  /** Per column, in their order: bytes a code, and the values by code; the first has none. */
  columns: { width: number; values: string[] }[];
}

/** Codes of the column between two lines as those of a dictionary that has only their values. */
function ownCodes(codes: Codes, column: LineColumn, dictionaries: Dictionaries): { codes: Codes; values: string[] } {
  const known = new Uint32Array(dictionaries[column].size());
  const values = [''];
  const translated = new Uint32Array(codes.length);
  for (let i = 0; i < codes.length; i += 1) {
    const code = codes[i] as number;
    // No value is 0 in every dictionary.
    if (code !== 0 && known[code] === 0) {
      known[code] = values.length;
      values.push(dictionaries[column].textOf(code) ?? '');
    }
    translated[i] = known[code] as number;
  }
  const narrow = allocateCodes(widthFor(values.length - 1), codes.length);
  narrow.set(translated);
  return { codes: narrow, values };
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Codes | Float64Array): Buffer =>
  Buffer.from(buffer as ArrayBuffer, byteOffset, byteLength);

/** Lines from one place up to, and not of, another. */
export async function packLines(lines: Lines, from: number, to: number, dictionaries: Dictionaries): Promise<Buffer> {
  const amounts = lines.amounts.slice(from, to);
  const head: Head = { length: to - from, large: [], columns: [] };
  amounts.forEach((amount, i) => {
    if (!Number.isSafeInteger(amount)) head.large.push([i, String(lines.amountAt(from + i))]);
  });
  const bodies: Buffer[] = [bytesOf(amounts)];
  for (const column of LINE_COLUMNS) {
    const { codes, values } = ownCodes(lines.columns[column].codes.slice(from, to), column, dictionaries);
    head.columns.push({ width: codes.BYTES_PER_ELEMENT, values });
    bodies.push(bytesOf(codes));
  }
  const text = Buffer.from(JSON.stringify(head));
  const size = Buffer.alloc(4);
  size.writeUInt32LE(text.length);
  return deflate(Buffer.concat([size, text, ...bodies]), { level: DEFLATE_LEVEL });
}

/** A copy: typed arrays begin at multiples of their width. */
function arrayAt(bytes: Buffer, from: number, byteLength: number): ArrayBuffer {
  const copy = new ArrayBuffer(byteLength);
  new Uint8Array(copy).set(bytes.subarray(from, from + byteLength));
  return copy;
}

const codesFrom = (width: number, bytes: ArrayBuffer): Codes =>
  width === 1 ? new Uint8Array(bytes) : width === 2 ? new Uint16Array(bytes) : new Uint32Array(bytes);

export async function unpackLines(packed: Buffer, dictionaries: Dictionaries): Promise<LineArrays> {
  const bytes = await inflate(packed);
  let at = 4 + bytes.readUInt32LE(0);
  const head = JSON.parse(bytes.toString('utf8', 4, at)) as Head;
  const next = (byteLength: number): ArrayBuffer => {
    at += byteLength;
    return arrayAt(bytes, at - byteLength, byteLength);
  };
  const amounts = new Float64Array(next(head.length * Float64Array.BYTES_PER_ELEMENT));
  const columns = LINE_COLUMNS.map((column, index) => {
    const { width, values } = head.columns[index] as Head['columns'][number];
    const codeOf = Uint32Array.from(values, (value) => (value === '' ? 0 : dictionaries[column].codeOf(value)));
    return [column, { codes: codesFrom(width, next(head.length * width)), codeOf }] as const;
  });
  return {
    amounts,
    large: new Map(head.large.map(([place, amountMinor]) => [place, BigInt(amountMinor)])),
    columns: Object.fromEntries(columns) as LineArrays['columns'],
  };
}
