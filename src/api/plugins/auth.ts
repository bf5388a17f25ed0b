// Who asks, and whether they may. Every route says in its config what it takes; one that does not stops the boot, and
// one that is not public answers nobody without a valid bearer token and the permission.
import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import { mayDo, type Permission, type Principal, seesEverything } from '../../contracts/access.ts';
import { Problem } from '../../contracts/problems.ts';
import type { Sessions } from '../ports.ts';

export type Access = Permission | 'public' | 'signed-in';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What a caller needs; required on every route. */
    permission?: Access;
    /** It touches everybody's records: refused to callers whose view is cut to regions or customers. */
    wholeScope?: boolean;
  }
  interface FastifyRequest {
    principal: Principal | null;
  }
}

export function useAuthentication(app: FastifyInstance, sessions: Pick<Sessions, 'authenticate'>): void {
  app.decorateRequest('principal', null);
  const routes: RouteOptions[] = [];
  app.addHook('onRoute', (route) => void routes.push(route));
  // At the end of the boot, because routes of plugins get their config from hooks that run after this one.
  app.addHook('onReady', async () => {
    const open = routes.filter((route) => route.config?.permission === undefined);
    if (open.length === 0) return;
    const names = open.map((route) => `${String(route.method)} ${route.url}`).join(', ');
    throw new Error(`These routes do not say who may use them (config.permission): ${names}`);
  });
  app.addHook('onRequest', async (request) => {
    const { permission, wholeScope } = request.routeOptions.config;
    // Only a request that matched no route has no permission in its config: it is answered 404.
    if (permission === undefined || permission === 'public') return;
    const principal = await identify(request, sessions);
    request.principal = principal;
    if (permission !== 'signed-in' && !mayDo(principal.role, permission)) {
      throw new Problem('not-permitted', `The role ${principal.role} lacks ${permission}; ask an administrator`);
    }
    if (wholeScope && !seesEverything(principal.scope)) {
      throw new Problem('not-permitted', 'This concerns all regions and customers; your view is limited to some');
    }
  });
}

async function identify(request: FastifyRequest, sessions: Pick<Sessions, 'authenticate'>): Promise<Principal> {
  const principal = await sessions.authenticate(bearerOf(request));
  if (!principal) throw new Problem('not-signed-in', 'The token is unknown or has expired; refresh it or sign in');
  return principal;
}

/** The opaque token of the request. */
export function bearerOf(request: FastifyRequest): string {
  const match = /^Bearer ([A-Za-z0-9._~+/=-]{1,512})$/i.exec(request.headers.authorization ?? '');
  if (!match?.[1]) throw new Problem('not-signed-in', 'Send "Authorization: Bearer ..." with the token of /auth/login');
  return match[1];
}

/** The signed-in caller; only for routes that are not public. */
export function callerOf(request: FastifyRequest): Principal {
  if (!request.principal) throw new Error(`${request.routeOptions.url} is public and has no caller`);
  return request.principal;
}
