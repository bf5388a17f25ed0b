// Accounts of people: who may sign in, in which role, and what part of the house they see.
import { NewUser, User, UserChanges } from '../../contracts/http/auth.ts';
import { PageOf, PageQuery } from '../../contracts/http/page.ts';
import { requireMatch, sendRecord } from '../plugins/revisions.ts';
import type { Users } from '../ports.ts';
import { found, IdParams, type Routes } from './route-types.ts';

const tags = ['users'];
const read = { permission: 'users:read', wholeScope: true } as const;
const write = { permission: 'users:write', wholeScope: true } as const;

export const userRoutes: Routes<{ users: Users }> = async (app, { users }) => {
  app.get(
    '/users',
    {
      config: read,
      schema: { tags, summary: 'Accounts', querystring: PageQuery, response: { 200: PageOf(User) } },
    },
    async (request) => users.list(request.query),
  );

  app.post(
    '/users',
    { config: write, schema: { tags, summary: 'Create an account', body: NewUser, response: { 201: User } } },
    async (request, reply) => {
      const user = await users.create(request.body);
      reply.code(201).header('location', `${app.prefix}/users/${user.id}`);
      return sendRecord(reply, user);
    },
  );

  app.get(
    '/users/:id',
    { config: read, schema: { tags, summary: 'One account', params: IdParams, response: { 200: User } } },
    async (request, reply) => sendRecord(reply, found(await users.one(request.params.id), `user ${request.params.id}`)),
  );

  app.patch(
    '/users/:id',
    {
      config: write,
      schema: {
        tags,
        summary: 'Change name, role, scope or engineer, or lock an account',
        params: IdParams,
        body: UserChanges,
        response: { 200: User },
      },
    },
    async (request, reply) => {
      requireMatch(request, found(await users.one(request.params.id), `user ${request.params.id}`));
      return sendRecord(reply, await users.patch(request.params.id, request.body));
    },
  );
};
