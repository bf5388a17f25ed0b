// CSV files brought in by the service itself: uploaded as they are, tried under a mapping, started, cancelled.
import { Type } from 'typebox';
import { ImportPreview, MappingBody, PreviewBody } from '../../contracts/http/imports.ts';
import { Import } from '../../contracts/http/system.ts';
import { callerOf } from '../plugins/auth.ts';
import type { FileImports } from '../ports.ts';
import { IdParams, type Routes } from './route-types.ts';

const FileQuery = Type.Object({
  /** What people shall know it by. */
  name: Type.String({ minLength: 1, maxLength: 200, pattern: '^[^\\u0000]*$' }),
});

const FILE_TYPES = [
  'text/csv',
  'application/csv',
  'application/gzip',
  'application/x-gzip',
  'application/octet-stream',
];
const tags = ['imports'];

export const fileImportRoutes: Routes<{ fileImports: FileImports }> = async (app, { fileImports }) => {
  // The bytes go on as they come; the import counts and bounds them.
  app.addContentTypeParser(FILE_TYPES, (_request, payload, done) => done(null, payload));
  const config = { permission: 'imports:write', wholeScope: true } as const;

  app.post(
    '/imports/files',
    {
      config: { ...config, idempotent: false },
      bodyLimit: Number.MAX_SAFE_INTEGER,
      schema: {
        tags,
        summary: 'Upload a CSV, plain or gzip; it then waits for its mapping',
        consumes: FILE_TYPES,
        querystring: FileQuery,
        response: { 201: Import },
      },
    },
    async (request, reply) => {
      const stream = request.body as AsyncIterable<Buffer>;
      const created = await fileImports.upload(request.query.name, stream, callerOf(request).email);
      return reply.code(201).header('location', `${app.prefix}/imports/${created.id}`).send(created);
    },
  );

  app.post(
    '/imports/:id/preview',
    {
      config: { ...config, idempotent: false },
      schema: {
        tags,
        summary: 'Dry run: what a mapping makes of the file; without one, its columns and a guess',
        params: IdParams,
        body: PreviewBody,
        response: { 200: ImportPreview },
      },
    },
    async (request) => fileImports.preview(request.params.id, request.body.map),
  );

  app.post(
    '/imports/:id/start',
    {
      config,
      schema: { tags, summary: 'Bring it in', params: IdParams, body: MappingBody, response: { 200: Import } },
    },
    async (request) => fileImports.start(request.params.id, request.body.map),
  );

  app.post(
    '/imports/:id/cancel',
    {
      config,
      schema: {
        tags,
        summary: 'Stop it; what is brought in stays',
        params: IdParams,
        response: { 200: Import },
      },
    },
    async (request) => fileImports.cancel(request.params.id),
  );
};
