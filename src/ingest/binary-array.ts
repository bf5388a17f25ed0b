// One-dimensional arrays in PostgreSQL's binary format (array_send). A batch is some hundred thousand numbers: written
// this way neither side prints or parses them as text.

const INT2 = 21;
const INT4 = 23;
const FLOAT8 = 701;
const TIMESTAMPTZ = 1184;

const HEADER_BYTES = 20;
/** PostgreSQL counts from 2000-01-01. */
const EPOCH_2000_MS = 946_684_800_000;
const TWO_TO_32 = 2 ** 32;

type Write = (buffer: Buffer, value: number, at: number) => void;

const writeInt2: Write = (buffer, value, at) => void buffer.writeInt16BE(value, at);
const writeInt4: Write = (buffer, value, at) => void buffer.writeInt32BE(value, at);
const writeFloat8: Write = (buffer, value, at) => void buffer.writeDoubleBE(value, at);
/** Microseconds in two halves: exact as long as they fit 53 bits, which is until the year 2255. */
const writeTimestamp: Write = (buffer, epochMs, at) => {
  const micros = (epochMs - EPOCH_2000_MS) * 1000;
  const high = Math.floor(micros / TWO_TO_32);
  buffer.writeInt32BE(high, at);
  buffer.writeUInt32BE(micros - high * TWO_TO_32, at + 4);
};

function encode(elementType: number, width: number, write: Write, values: ArrayLike<number>): Buffer {
  const stride = 4 + width;
  const buffer = Buffer.allocUnsafe(HEADER_BYTES + values.length * stride);
  buffer.writeInt32BE(1, 0); // dimensions
  buffer.writeInt32BE(0, 4); // no nulls
  buffer.writeInt32BE(elementType, 8);
  buffer.writeInt32BE(values.length, 12);
  buffer.writeInt32BE(1, 16); // lower bound
  for (let i = 0, at = HEADER_BYTES; i < values.length; i++, at += stride) {
    buffer.writeInt32BE(width, at);
    write(buffer, values[i] as number, at + 4);
  }
  return buffer;
}

export const int2Array = (values: ArrayLike<number>): Buffer => encode(INT2, 2, writeInt2, values);
export const int4Array = (values: ArrayLike<number>): Buffer => encode(INT4, 4, writeInt4, values);
export const float8Array = (values: ArrayLike<number>): Buffer => encode(FLOAT8, 8, writeFloat8, values);
export const timestamptzArray = (epochMs: ArrayLike<number>): Buffer => encode(TIMESTAMPTZ, 8, writeTimestamp, epochMs);
