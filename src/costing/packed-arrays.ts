// Long arrays of whole numbers to and from the database: thousands of amounts at once, without an object for each. They come
// as text; they go as the database's own binary form, which is also what hashes are taken of.

/** `{1,-2,3}` as numbers; each must be one that a double holds exactly. */
export function numbersOf(text: string): Float64Array {
  if (text === '{}') return new Float64Array(0);
  return Float64Array.from(text.slice(1, -1).split(','), (part) => {
    const value = Number(part);
    if (!Number.isSafeInteger(value)) throw new RangeError(`${part} is not a whole number that can be counted with`);
    return value;
  });
}

const INTEGER = { oid: 23, bytes: 4 };
const BIGINT = { oid: 20, bytes: 8 };
/** No elements: number of dimensions, whether any is NULL, type. One dimension adds its length and where it begins. */
const EMPTY_BYTES = 12;
const HEAD_BYTES = 20;

function head({ oid }: typeof INTEGER, length: number, bytes: Buffer): void {
  bytes.writeInt32BE(length === 0 ? 0 : 1, 0);
  bytes.writeInt32BE(0, 4);
  bytes.writeInt32BE(oid, 8);
  if (length === 0) return;
  bytes.writeInt32BE(length, 12);
  bytes.writeInt32BE(1, 16);
}

const spaceFor = (type: typeof INTEGER, length: number): Buffer =>
  Buffer.allocUnsafe(length === 0 ? EMPTY_BYTES : HEAD_BYTES + length * (4 + type.bytes));

/** `integer[]` as `array_send` writes it. */
export function integersAsBytes(values: Int32Array): Buffer {
  const bytes = spaceFor(INTEGER, values.length);
  head(INTEGER, values.length, bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = HEAD_BYTES;
  for (const value of values) {
    view.setInt32(at, INTEGER.bytes);
    view.setInt32(at + 4, value);
    at += 8;
  }
  return bytes;
}

const HIGH = 2 ** 32;
/** `bigint[]` as `array_send` writes it; every value is whole. */
export function bigintsAsBytes(values: Float64Array): Buffer {
  const bytes = spaceFor(BIGINT, values.length);
  head(BIGINT, values.length, bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = HEAD_BYTES;
  for (const value of values) {
    const high = Math.floor(value / HIGH);
    view.setInt32(at, BIGINT.bytes);
    view.setInt32(at + 4, high);
    view.setUint32(at + 8, value - high * HIGH);
    at += 12;
  }
  return bytes;
}
