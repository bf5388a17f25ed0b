// Values of cost dimensions that were merged: which one counts as which in every pivot.
import { DimensionMapping, NewDimensionMapping } from '../../contracts/http/dimension-mappings.ts';
import { PageOf } from '../../contracts/http/page.ts';
import { callerOf } from '../plugins/auth.ts';
import type { DimensionMappings } from '../ports.ts';
import type { Routes } from './route-types.ts';

const tags = ['costs'];
/** It names customers and products of every region. */
const read = { permission: 'costs:read', wholeScope: true } as const;

export const dimensionMappingRoutes: Routes<{ mappings: DimensionMappings }> = async (app, { mappings }) => {
  app.get(
    '/costs/dimension-mappings',
    {
      config: read,
      schema: { tags, summary: 'Merged values, newest first', response: { 200: PageOf(DimensionMapping) } },
    },
    async () => ({ items: await mappings.list(), next: null }),
  );

  app.post(
    '/costs/dimension-mappings',
    {
      config: { permission: 'costs:write', wholeScope: true },
      schema: {
        tags,
        summary: 'Let one value of a dimension count as another, or as itself again',
        body: NewDimensionMapping,
        response: { 201: DimensionMapping },
      },
    },
    async (request, reply) => {
      const mapping = await mappings.create(request.body, callerOf(request).email);
      return reply.code(201).header('location', `${app.prefix}/costs/dimension-mappings`).send(mapping);
    },
  );
};
