// Takes an upload in: counted, bounded, checked to be text, and packed into pieces of a size the database likes. At no
// time is more than one piece in memory.
import { createGunzip, createGzip, type Gunzip } from 'node:zlib';
import { Transform, type TransformCallback } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Problem } from '../../contracts/problems.ts';

const PIECE_BYTES = 1024 * 1024;
/** A gzip that unpacks to more than this many times its size is not a recording. */
const MOST_UNPACKED = 200;
const NEWLINE = 10;

export interface Uploaded {
  /** As they came. */
  bytes: number;
  /** Lines of the unpacked text. */
  lines: number;
}

/** The start of a gzip stream (RFC 1952 2.3.1). */
const isGzip = (chunk: Buffer): boolean => chunk[0] === 0x1f && chunk[1] === 0x8b;

export async function takeUpload(
  stream: AsyncIterable<Buffer>,
  limitBytes: number,
  store: (piece: Buffer, number: number) => Promise<void>,
): Promise<Uploaded> {
  const counts = { bytes: 0, lines: 0, unpacked: 0, lastByte: NEWLINE };
  const limited = bounded(stream, limitBytes, counts);
  const first = await limited.next();
  if (first.done) throw new Problem('refused', 'The file is empty');
  const unpack = isGzip(first.value) ? [createGunzip()] : [];
  const source = async function* (): AsyncGenerator<Buffer> {
    yield first.value;
    yield* limited;
  };
  try {
    const [gunzip] = unpack as [Gunzip?];
    const count = lineCounter(counts, limitBytes);
    const sink = (pieces: AsyncIterable<Buffer>): Promise<void> => storePieces(pieces, store);
    if (gunzip) await pipeline(source, gunzip, count, createGzip({ level: 5 }), sink);
    else await pipeline(source, count, createGzip({ level: 5 }), sink);
  } catch (error) {
    if (String((error as NodeJS.ErrnoException).code).startsWith('Z_'))
      throw new Problem('refused', 'The gzip file is damaged or cut off; pack it again');
    throw error;
  }
  return { bytes: counts.bytes, lines: counts.lines + (counts.lastByte === NEWLINE ? 0 : 1) };
}

interface Counts {
  bytes: number;
  lines: number;
  unpacked: number;
  lastByte: number;
}

async function* bounded(stream: AsyncIterable<Buffer>, limit: number, counts: Counts): AsyncGenerator<Buffer> {
  for await (const chunk of stream) {
    counts.bytes += chunk.length;
    if (counts.bytes > limit)
      throw new Problem(
        'payload-too-large',
        `The file is larger than ${limit} bytes: pack it with gzip, or cut it in parts`,
      );
    yield chunk;
  }
}

const lineCounter = (counts: Counts, limitBytes: number): Transform =>
  new Transform({
    transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback) {
      counts.unpacked += chunk.length;
      if (counts.unpacked > Math.max(limitBytes, counts.bytes * MOST_UNPACKED))
        return done(new Problem('payload-too-large', 'The file unpacks to far more than a recording would'));
      if (chunk.includes(0))
        return done(new Problem('refused', 'The file is not text (it holds NUL bytes): save it as CSV'));
      for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, at + 1)) counts.lines += 1;
      counts.lastByte = chunk.at(-1) ?? counts.lastByte;
      return done(null, chunk);
    },
  });

async function storePieces(stream: AsyncIterable<Buffer>, store: (piece: Buffer, n: number) => Promise<void>) {
  let parts: Buffer[] = [];
  let size = 0;
  let number = 0;
  for await (const chunk of stream) {
    parts.push(chunk);
    size += chunk.length;
    if (size < PIECE_BYTES) continue;
    await store(Buffer.concat(parts), number++);
    parts = [];
    size = 0;
  }
  if (size > 0) await store(Buffer.concat(parts), number);
}
