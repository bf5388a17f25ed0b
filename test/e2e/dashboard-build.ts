// The built dashboard for the browser tests: the one in `dist` while it is newer than its sources, else one built aside
// and kept for as long as the sources stay as they are.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'vite';

const ROOT = resolve(import.meta.dirname, '../..');
const SOURCES = ['src/dashboard', 'src/contracts', 'vite.config.ts', 'package-lock.json'];
const BUILT = join(ROOT, 'dist/dashboard');
const KEPT_MS = 3_600_000;
const CACHE = join(ROOT, 'node_modules/.cache/stethos');

const changedMs = (path: string): number =>
  statSync(path).isDirectory()
    ? readdirSync(path).reduce((latest, name) => Math.max(latest, changedMs(join(path, name))), 0)
    : statSync(path).mtimeMs;

/** Folder of the dashboard as its sources are now. */
export async function dashboardFolder(): Promise<string> {
  const sourcesMs = Math.max(...SOURCES.map((path) => changedMs(join(ROOT, path))));
  const page = join(BUILT, 'index.html');
  if (existsSync(page) && statSync(page).mtimeMs > sourcesMs) return BUILT;
  const aside = join(CACHE, `dashboard-${Math.round(sourcesMs)}`);
  if (!existsSync(aside)) await buildInto(aside);
  return aside;
}

async function buildInto(folder: string): Promise<void> {
  mkdirSync(CACHE, { recursive: true });
  for (const old of readdirSync(CACHE).filter((name) => name.startsWith('dashboard-'))) {
    // A young one may still be served to another test while somebody works on the sources.
    const ageMs = Date.now() - statSync(join(CACHE, old)).mtimeMs;
    if (ageMs > KEPT_MS) rmSync(join(CACHE, old), { recursive: true, force: true });
  }
  const draft = mkdtempSync(join(CACHE, 'building-'));
  await build({
    root: join(ROOT, 'src/dashboard'),
    configFile: join(ROOT, 'vite.config.ts'),
    logLevel: 'error',
    build: { outDir: draft },
  });
  try {
    renameSync(draft, folder);
  } catch {
    // Another worker was first; its build is the same.
    rmSync(draft, { recursive: true, force: true });
  }
}
