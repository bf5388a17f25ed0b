// What route files share: their plugin type, path parameters, and the answer when a read found nothing.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { Code } from '../../contracts/product.ts';
import { Problem } from '../../contracts/problems.ts';

/** A route file: it gets the ports it uses and nothing else. */
export type Routes<Ports extends object> = FastifyPluginAsyncTypebox<Ports & Record<never, never>>;

export const CodeParams = Type.Object({ code: Code });
/** Ids in the paths are of 4-byte columns or far below; more than that is nobody's id. */
export const IdParams = Type.Object({ id: Type.Integer({ minimum: 1, maximum: 2_147_483_647 }) });

/** The record, or 404: what lies outside the caller's view does not exist for them. */
export function found<T>(record: T | null, what: string): T {
  if (record === null) throw new Problem('not-found', `There is no ${what}, or it lies outside your view`);
  return record;
}
