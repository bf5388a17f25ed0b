// The four routes of one master data resource: list, create, read, edit. Which resources there are is in registry.ts.
import type { Static, TSchema } from 'typebox';
import { PageOf, PageQuery } from '../../contracts/http/page.ts';
import { callerOf } from '../plugins/auth.ts';
import { requireMatch, revisionOf, sendRecord } from '../plugins/revisions.ts';
import type { MasterData } from '../ports.ts';
import { CodeParams, found, type Routes } from './route-types.ts';

export interface Resource<View extends TSchema, New extends TSchema, Patch extends TSchema> {
  /** Path segment, also the tag in the documentation. */
  name: string;
  one: string;
  view: View;
  create: New;
  patch: Patch;
}

interface Coded {
  code: string;
}

export function masterDataRoutes<View extends TSchema, New extends TSchema, Patch extends TSchema>(
  { name, one, view, create, patch }: Resource<View, New, Patch>,
  store: MasterData<Static<View> & Coded, PageQuery, Static<New>, Static<Patch>>,
): Routes<object> {
  const path = `/${name}`;
  const tags = [name];

  return async (app) => {
    app.get(
      path,
      {
        config: { permission: 'fleet:read' },
        schema: { tags, summary: `List ${name}`, querystring: PageQuery, response: { 200: PageOf(view as TSchema) } },
      },
      async (request, reply) => reply.send(await store.list(request.query, callerOf(request).scope)),
    );

    app.post(
      path,
      {
        config: { permission: 'registry:write', wholeScope: true },
        schema: { tags, summary: `Create a ${one}`, body: create as TSchema, response: { 201: view as TSchema } },
      },
      async (request, reply) => {
        const created = await store.create(request.body as Static<New>);
        reply.code(201).header('location', `${app.prefix}${path}/${created.code}`);
        return sendRecord(reply, created);
      },
    );

    app.get(
      `${path}/:code`,
      {
        config: { permission: 'fleet:read' },
        schema: { tags, summary: `Read a ${one}`, params: CodeParams, response: { 200: view as TSchema } },
      },
      async (request, reply) => {
        const { code } = request.params;
        return sendRecord(reply, found(await store.one(code, callerOf(request).scope), `${one} ${code}`));
      },
    );

    app.patch(
      `${path}/:code`,
      {
        config: { permission: 'registry:write', wholeScope: true },
        schema: {
          tags,
          summary: `Edit a ${one}; its code stays`,
          params: CodeParams,
          body: patch as TSchema,
          response: { 200: view as TSchema },
        },
      },
      async (request, reply) => {
        const { code } = request.params;
        const current = found(await store.one(code, callerOf(request).scope), `${one} ${code}`);
        requireMatch(request, current);
        return sendRecord(reply, await store.patch(code, request.body as Static<Patch>, revisionOf(request, current)));
      },
    );
  };
}
