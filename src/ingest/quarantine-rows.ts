// Rows of the quarantine as views, and which of them a filter and a person's scope let through.
import { isUtf8 } from 'node:buffer';
import type { Scope } from '../contracts/access.ts';
import type { Quarantined, QuarantinedDetail, QuarantineFilter } from '../contracts/http/quarantine.ts';
import { isoOf } from '../contracts/time.ts';

export interface QuarantineRow {
  id: bigint;
  device_code: string;
  topic: string;
  payload: Buffer;
  reason: string;
  detail: string;
  received_at: Date;
  state: Quarantined['state'];
  seen: number;
  decided_at: Date | null;
  decided_by: string | null;
  note: string | null;
}

export const COLUMNS = `q.id, q.device_code, q.topic, q.reason, q.detail, q.received_at, q.state, q.seen, q.payload,
  q.decided_at, q.decided_by, q.note`;

/** Of the parameters $1 to $8 that `filterValues` gives. What an unknown device sent is there only for all. */
export const FILTERED = `($1::text[] IS NULL AND $2::text[] IS NULL OR EXISTS (
    SELECT FROM device d JOIN station s ON s.code = d.station_code
    WHERE d.code = q.device_code AND ($1::text[] IS NULL OR s.region_code = ANY ($1))
      AND ($2::text[] IS NULL OR d.customer_code = ANY ($2))))
  AND ($3::text IS NULL OR q.state = $3) AND ($4::text IS NULL OR q.device_code = $4)
  AND ($5::text IS NULL OR q.device_code IN (SELECT code FROM device WHERE product_code = $5))
  AND ($6::text IS NULL OR q.reason = $6)
  AND ($7::timestamptz IS NULL OR q.received_at >= $7) AND ($8::timestamptz IS NULL OR q.received_at < $8)`;

export const filterValues = (filter: QuarantineFilter, { regions, customers }: Scope): unknown[] => [
  regions,
  customers,
  filter.state ?? null,
  filter.device ?? null,
  filter.product ?? null,
  filter.reason ?? null,
  filter.from ?? null,
  filter.to ?? null,
];

const PREVIEW_BYTES = 4_096;
const BODY_BYTES = 65_536;
const HEX_WIDTH = 32;

/** Control characters but for those that set out text. */
const HIDDEN = /(?![\n\r\t])\p{Cc}/u;

function previewOf(payload: Buffer): string {
  const head = payload.subarray(0, PREVIEW_BYTES);
  return textOf(head, payload.length > PREVIEW_BYTES) ?? head.toString('base64');
}

/** Null when it is not UTF-8; a character cut in the middle is no reason to call text binary. */
function textOf(bytes: Buffer, isCut: boolean): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: isCut });
  } catch {
    return null;
  }
}

export const viewOf = (row: QuarantineRow): Quarantined => ({
  id: Number(row.id),
  device: row.device_code,
  topic: row.topic,
  reason: row.reason,
  detail: row.detail,
  receivedAt: isoOf(row.received_at.getTime()),
  seen: row.seen,
  state: row.state,
  bytes: row.payload.length,
  preview: previewOf(row.payload),
  decidedAt: row.decided_at?.toISOString() ?? null,
  decidedBy: row.decided_by,
  note: row.note,
});

export function detailOf(row: QuarantineRow): QuarantinedDetail {
  const { payload } = row;
  const isCut = payload.length > BODY_BYTES;
  const shown = payload.subarray(0, BODY_BYTES);
  const view = viewOf(row);
  const lines = isCut || !isUtf8(payload) ? null : setOut(payload.toString('utf8'));
  if (lines !== null) return { ...view, format: 'json', body: lines, isCut: false };
  const text = textOf(shown, isCut);
  // Control characters would be invisible, and say most.
  if (text !== null && !HIDDEN.test(text)) return { ...view, format: 'text', body: text, isCut };
  return { ...view, format: 'hex', body: hexOf(shown), isCut };
}

function setOut(text: string): string | null {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return null;
  }
}

const hexOf = (bytes: Buffer): string => {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += HEX_WIDTH) {
    lines.push(
      bytes
        .subarray(at, at + HEX_WIDTH)
        .toString('hex')
        .replace(/(..)(?!$)/g, '$1 '),
    );
  }
  return lines.join('\n');
};
