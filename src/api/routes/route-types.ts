// What route files share: their plugin type and their path parameters.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { Code } from '../../contracts/product.ts';

/** A route file: it gets the ports it uses and nothing else. */
export type Routes<Ports extends object> = FastifyPluginAsyncTypebox<Ports & Record<never, never>>;

export const CodeParams = Type.Object({ code: Code });
/** Ids in the paths are of 4-byte columns or far below; more than that is nobody's id. */
export const IdParams = Type.Object({ id: Type.Integer({ minimum: 1, maximum: 2_147_483_647 }) });
