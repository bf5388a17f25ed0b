// Edits without lost updates: a record's ETag is its revision (or, where it has none, a digest of what was read), and
// an edit needs If-Match with it.
import { createHash } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '../../contracts/problems.ts';

const hasRevision = (view: object): view is { revision: number } =>
  'revision' in view && typeof view.revision === 'number';

export function etagOf(view: object): string {
  if (hasRevision(view)) return `"${view.revision}"`;
  return `"${createHash('sha256').update(JSON.stringify(view)).digest('base64url').slice(0, 22)}"`;
}

/** Answers with the record and its ETag. */
export function sendRecord(reply: FastifyReply, view: object, versioned: object = view): FastifyReply {
  return reply.header('etag', etagOf(versioned)).send(view);
}

/** Refuses an edit of anything but what the caller has read; `*` edits whatever is there. */
export function requireMatch(request: FastifyRequest, current: object): void {
  const wanted = request.headers['if-match'];
  if (wanted === undefined) {
    throw new Problem('precondition-required', 'Read the record and send its ETag in If-Match, or * for any version');
  }
  if (wanted !== '*' && !wanted.split(',').some((tag) => tag.trim() === etagOf(current))) {
    throw new Problem('out-of-date', 'The record was changed since you read it; read it again and repeat your edit');
  }
}

/** The revision an edit insists on inside its transaction; undefined for `*` and for records without one. */
export function revisionOf(request: FastifyRequest, current: object): number | undefined {
  return request.headers['if-match'] === '*' || !hasRevision(current) ? undefined : current.revision;
}

/** If-Match of a command, where it is welcome but not required. */
export function expectedRevision(request: FastifyRequest): { revision?: number } {
  const wanted = request.headers['if-match'];
  if (wanted === undefined || wanted === '*') return {};
  const match = /^"(\d{1,9})"$/.exec(wanted);
  if (!match) throw new Problem('out-of-date', 'If-Match must hold the ETag this record was answered with');
  return { revision: Number(match[1]) };
}
