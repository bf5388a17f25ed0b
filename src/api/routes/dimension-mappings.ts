// Values of cost dimensions that were merged: which one counts as which in every pivot.
import { DimensionMapping, NewDimensionMapping } from '../../contracts/http/dimension-mappings.ts';
import { PageOf } from '../../contracts/http/page.ts';
import { callerOf } from '../plugins/auth.ts';
import type { DimensionMappings } from '../ports.ts';
import type { Routes } from './route-types.ts';
import { secondPersonRoutes } from './second-person.ts';

const tags = ['costs'];
/** It names customers and products of every region. */
const read = { permission: 'costs:read', wholeScope: true } as const;

export const dimensionMappingRoutes: Routes<{ mappings: DimensionMappings }> = async (app, { mappings }) => {
  app.get(
    '/costs/dimension-mappings',
    {
      config: read,
      schema: {
        tags,
        summary: 'Merged values, newest first, proposals too',
        response: { 200: PageOf(DimensionMapping) },
      },
    },
    async () => ({ items: await mappings.list(), next: null }),
  );

  app.post(
    '/costs/dimension-mappings',
    {
      config: { permission: 'costs:write', wholeScope: true },
      schema: {
        tags,
        summary: 'Propose that one value of a dimension counts as another, or as itself again',
        body: NewDimensionMapping,
        response: { 201: DimensionMapping },
      },
    },
    async (request, reply) => {
      const mapping = await mappings.create(request.body, callerOf(request).email);
      return reply.code(201).header('location', `${app.prefix}/costs/dimension-mappings`).send(mapping);
    },
  );

  await app.register(secondPersonRoutes, {
    path: '/costs/dimension-mappings',
    name: 'merge',
    tags,
    schema: DimensionMapping,
    proposals: mappings,
  });
};
