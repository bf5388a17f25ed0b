// Signing in and out. Tokens are opaque; nothing about them or their owner is logged.
import { LoginBody, Person, RefreshBody, Tokens } from '../../contracts/http/auth.ts';
import { bearerOf, callerOf } from '../plugins/auth.ts';
import type { Sessions } from '../ports.ts';
import { Type } from 'typebox';
import type { Routes } from './route-types.ts';

/** A flood guard per address; failed attempts per account are counted where passwords are checked. */
const LOGINS_PER_MINUTE = 120;

const schema = { tags: ['auth'] };
const rateLimit = { max: LOGINS_PER_MINUTE, timeWindow: 60_000 };

export const authRoutes: Routes<{ sessions: Sessions }> = async (app, { sessions }) => {
  app.post(
    '/auth/login',
    {
      config: { permission: 'public', rateLimit },
      schema: { ...schema, summary: 'Sign in', body: LoginBody, response: { 200: Tokens } },
    },
    async (request) => sessions.login(request.body.email, request.body.password, request.ip),
  );

  app.post(
    '/auth/refresh',
    {
      config: { permission: 'public', rateLimit },
      schema: { ...schema, summary: 'New tokens for a refresh token', body: RefreshBody, response: { 200: Tokens } },
    },
    async (request) => sessions.refresh(request.body.refreshToken),
  );

  app.post(
    '/auth/logout',
    {
      config: { permission: 'signed-in', idempotent: false },
      schema: { ...schema, summary: 'End this session', response: { 204: Type.Null() } },
    },
    async (request, reply) => {
      await sessions.logout(bearerOf(request));
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/auth/me',
    { config: { permission: 'signed-in' }, schema: { ...schema, summary: 'Who I am', response: { 200: Person } } },
    async (request) => {
      const { userId: id, scope, ...person } = callerOf(request);
      const copy = (list: readonly string[] | null): string[] | null => (list === null ? null : [...list]);
      return { id, ...person, regions: copy(scope.regions), customers: copy(scope.customers) };
    },
  );
};
