// Sets the span of the chunks to come from the rate at which readings have been stored of late.
import type { EpochMs } from '../contracts/time.ts';
import { chunkBytes, chunkWidthMs, EMBEDDED_CHUNK_BYTES } from './core/chunk-width.ts';
import { HOUR_MS } from '../contracts/time.ts';
import type { Database } from './database.ts';

/** Chunks looked at: the newest that hold readings. */
const LOOKED_AT = 3;

interface Row {
  bytes: bigint | null;
  from: Date | null;
  to: Date | null;
  width_ms: number;
  buffers: bigint;
}

export async function sizeChunks(database: Database, nowMs: EpochMs): Promise<string> {
  const { rows } = await database.query<Row>(
    `SELECT sum(pg_total_relation_size(c.chunk))::bigint AS bytes, min(c.range_start) AS from, max(c.range_end) AS to,
       (SELECT extract(epoch FROM time_interval) * 1000 FROM timescaledb_information.dimensions
        WHERE hypertable_name = 'reading')::float8 AS width_ms,
       pg_size_bytes(current_setting('shared_buffers')) AS buffers
     FROM (SELECT format('%I.%I', chunk_schema, chunk_name)::regclass AS chunk, range_start, range_end
           FROM timescaledb_information.chunks
           WHERE hypertable_name = 'reading' AND NOT is_compressed AND range_start < $1
           ORDER BY range_start DESC LIMIT ${LOOKED_AT}) c`,
    [new Date(nowMs)],
  );
  const [found] = rows;
  if (!found?.from || !found.to || found.bytes === null) return 'no readings yet';
  const isEmbedded = database.edition.kind === 'embedded';
  const targetBytes = isEmbedded ? EMBEDDED_CHUNK_BYTES : chunkBytes(Number(found.buffers));
  const spanMs = Math.min(found.to.getTime(), nowMs) - found.from.getTime();
  const perDayMib = ((Number(found.bytes) / spanMs) * 24 * HOUR_MS) / 2 ** 20;
  const widthMs = chunkWidthMs(Number(found.bytes) / spanMs, targetBytes);
  const hours = (ms: number): string => `${ms / HOUR_MS} h`;
  const rate = `${perDayMib.toFixed(1)} MiB a day`;
  if (widthMs === found.width_ms) return `${rate}: chunks stay at ${hours(widthMs)}`;
  await database.query("SELECT set_chunk_time_interval('reading', $1::interval)", [`${widthMs} milliseconds`]);
  return `${rate}: new chunks span ${hours(widthMs)} instead of ${hours(found.width_ms)}`;
}
