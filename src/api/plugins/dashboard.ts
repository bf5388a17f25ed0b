// Serves the built dashboard at `/`: files with a hash in their name for ever, the page itself never from a cache.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';

export const DASHBOARD_PAGE = 'index.html';

export const hasDashboard = (folder: string | undefined): folder is string =>
  folder !== undefined && existsSync(join(folder, DASHBOARD_PAGE));

/** Vite puts files named by their content under `assets/`. */
const isHashed = (path: string): boolean => /[\\/]assets[\\/]/.test(path);

export async function useDashboard(app: FastifyInstance, folder: string): Promise<void> {
  app.addHook('onRoute', (route) => {
    if (route.url === '/*') route.config = { ...route.config, permission: 'public' };
  });
  await app.register(fastifyStatic, {
    root: folder,
    cacheControl: false,
    setHeaders(response, path) {
      response.setHeader('cache-control', isHashed(path) ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
}
