// How payloads of a product or a device are mended before they are decoded: tried on what is held, written down in
// versions. A version is never changed; an empty one ends the mending.
import {
  MappingPreview,
  MappingQuery,
  MappingTrial,
  MappingVersion,
  NewMapping,
} from '../../contracts/http/quarantine.ts';
import { PageOf } from '../../contracts/http/page.ts';
import { callerOf } from '../plugins/auth.ts';
import type { PayloadMappings, Quarantine } from '../ports.ts';
import type { Routes } from './route-types.ts';

const tags = ['quarantine'];

export const payloadMappingRoutes: Routes<{ payloadMappings: PayloadMappings; quarantine: Quarantine }> = async (
  app,
  { payloadMappings, quarantine },
) => {
  app.get(
    '/quarantine/mappings',
    {
      config: { permission: 'quarantine:read' },
      schema: {
        tags,
        summary: 'Versions of payload mappings, newest first',
        querystring: MappingQuery,
        response: { 200: PageOf(MappingVersion) },
      },
    },
    async (request) => payloadMappings.list(request.query),
  );

  app.post(
    '/quarantine/mappings',
    {
      config: { permission: 'quarantine:write', wholeScope: true },
      schema: {
        tags,
        summary: 'Put a mapping in force for a product or a device',
        body: NewMapping,
        response: { 201: MappingVersion },
      },
    },
    async (request, reply) => {
      const version = await payloadMappings.create(request.body, callerOf(request).email);
      return reply.code(201).header('location', `${app.prefix}/quarantine/mappings`).send(version);
    },
  );

  app.post(
    '/quarantine/mappings/preview',
    {
      config: { permission: 'quarantine:read', wholeScope: true },
      schema: {
        tags,
        summary: 'What a mapping would make of the newest held payloads; nothing is stored',
        body: MappingTrial,
        response: { 200: MappingPreview },
      },
    },
    async (request) => quarantine.preview(request.body),
  );
};
