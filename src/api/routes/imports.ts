// Bulk work that shows its progress while it runs.
import { Import, ImportProgress, NewImport } from '../../contracts/http/system.ts';
import { PageOf, PageQuery } from '../../contracts/http/page.ts';
import type { Imports } from '../ports.ts';
import { found, IdParams, type Routes } from './route-types.ts';

const tags = ['imports'];

export const importRoutes: Routes<{ imports: Imports }> = async (app, { imports }) => {
  app.get(
    '/imports',
    {
      config: { permission: 'fleet:read' },
      schema: { tags, summary: 'Imports, newest first', querystring: PageQuery, response: { 200: PageOf(Import) } },
    },
    async (request) => imports.list(request.query),
  );

  app.post(
    '/imports',
    {
      config: { permission: 'imports:write', wholeScope: true },
      schema: { tags, summary: 'Announce an import', body: NewImport, response: { 201: Import } },
    },
    async (request, reply) => {
      const created = await imports.create(request.body);
      return reply.code(201).header('location', `${app.prefix}/imports/${created.id}`).send(created);
    },
  );

  app.get(
    '/imports/:id',
    {
      config: { permission: 'fleet:read' },
      schema: { tags, summary: 'One import', params: IdParams, response: { 200: Import } },
    },
    async (request) => found(await imports.one(request.params.id), `import ${request.params.id}`),
  );

  app.post(
    '/imports/:id/progress',
    {
      config: { permission: 'imports:write', wholeScope: true },
      schema: {
        tags,
        summary: 'Report how far it is',
        params: IdParams,
        body: ImportProgress,
        response: { 200: Import },
      },
    },
    async (request) => imports.progress(request.params.id, request.body),
  );
};
