// Holds the code to the table of docs/architecture.md: who may import whom, no cycles, no barrels, no junk drawers.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const SRC = resolve(import.meta.dirname, '../../src');
const MODULES = ['registry', 'broker', 'ingest', 'predictor', 'service', 'costing', 'notifications'];
/** Files at the top are the composition roots: they may see everything. */
const ROOT = '.';

interface Import {
  from: string;
  /** A file of ours (relative to `src`), or a package as it was named. */
  to: string;
  isLocal: boolean;
}

function sourceFiles(folder = SRC): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sourceFiles(path);
    return /\.tsx?$/.test(entry.name) ? [relative(SRC, path)] : [];
  });
}

const IMPORT = /^\s*(?:import|export)\s+(?:type\s+)?(?:[^'";]*?\sfrom\s+)?'([^']+)'|\bimport\(\s*'([^']+)'\s*\)/gm;

function importsOf(file: string): Import[] {
  const text = readFileSync(join(SRC, file), 'utf8');
  return [...text.matchAll(IMPORT)].map((match) => {
    const target = match[1] ?? match[2] ?? '';
    const isLocal = target.startsWith('.');
    return { from: file, to: isLocal ? relative(SRC, resolve(SRC, dirname(file), target)) : target, isLocal };
  });
}

const roomOf = (file: string): string => (file.includes('/') ? (file.split('/')[0] as string) : ROOT);
const isCore = (file: string): boolean => /^(predictor|service|costing|ingest|notifications)\/core\//.test(file);
const packageOf = (to: string): string =>
  to
    .split('/')
    .slice(0, to.startsWith('@') ? 2 : 1)
    .join('/');

/** Packages a room may use; rooms not listed may use any. Node's own modules count as packages here. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  contracts: ['typebox'],
  dashboard: ['preact', '@preact/signals', 'preact-iso', 'uplot', 'echarts', 'socket.io-client'],
};
const CORE_PACKAGES = ['simple-statistics'];

/** Why this import is not allowed, or `null`. */
function offence({ from, to, isLocal }: Import): string | null {
  const room = roomOf(from);
  if (room === ROOT) return null;
  if (!isLocal) {
    const allowed = isCore(from) ? CORE_PACKAGES : PACKAGES[room];
    return allowed && !allowed.includes(packageOf(to))
      ? `${room}${isCore(from) ? '/core' : ''} may not use ${to}`
      : null;
  }
  const target = roomOf(to);
  if (target === room) return isCore(from) && !isCore(to) ? 'a core may import only contracts and its own core' : null;
  if (target === 'contracts') return null;
  if (isCore(from)) return 'a core may import only contracts and its own core';
  if (target === 'db') return MODULES.includes(room) ? null : `${room} may not reach the database`;
  return `${room} may not import ${target}: use a port handed in by app.ts, or an event`;
}

const files = sourceFiles();
const all = files.flatMap(importsOf);

describe('the structure of the house', () => {
  test('every import is allowed by the table', () => {
    const broken = all.map((edge) => [edge, offence(edge)] as const).filter(([, why]) => why !== null);
    expect(broken.map(([edge, why]) => `${edge.from} -> ${edge.to}: ${why}`)).toEqual([]);
  });

  test('the table itself refuses what it should', () => {
    const edge = (from: string, to: string): string | null => offence({ from, to, isLocal: to.endsWith('.ts') });
    expect(edge('service/open.ts', 'costing/facts.ts')).toContain('port');
    expect(edge('predictor/core/a.ts', 'predictor/store.ts')).toContain('core');
    expect(edge('predictor/core/a.ts', 'node:fs')).toContain('may not use');
    expect(edge('api/routes/x.ts', 'db/database.ts')).toContain('database');
    expect(edge('contracts/x.ts', 'pg')).toContain('may not use');
    expect(edge('service/open.ts', 'db/database.ts')).toBeNull();
  });

  test('cores take time and chance as arguments and never wait', () => {
    const impure = /\bDate\.now\(|new Date\(\)|Math\.random\(|\bawait\b|\bprocess\.|setTimeout|setInterval/;
    expect(files.filter((file) => isCore(file) && impure.test(readFileSync(join(SRC, file), 'utf8')))).toEqual([]);
  });

  test('only config.ts and the process edge read the environment', () => {
    const readers = files.filter(
      (file) => file !== 'config.ts' && /process\.env\b/.test(readFileSync(join(SRC, file), 'utf8')),
    );
    expect(readers).toEqual([]);
  });

  test('no import cycles', () => {
    const graph = new Map<string, string[]>(files.map((file) => [file, []]));
    for (const { from, to } of all) if (graph.has(to)) graph.get(from)?.push(to);
    const cycles: string[] = [];
    const done = new Set<string>();
    const walk = (file: string, path: string[]): void => {
      const at = path.indexOf(file);
      if (at >= 0) {
        cycles.push([...path.slice(at), file].join(' -> '));
        return;
      }
      if (done.has(file)) return;
      for (const next of graph.get(file) ?? []) walk(next, [...path, file]);
      done.add(file);
    };
    for (const file of files) walk(file, []);
    expect(cycles).toEqual([]);
  });

  test('no barrels and no junk drawers', () => {
    expect(files.filter((file) => /(^|\/)(utils?|helpers?|common|misc|index)(\/|\.tsx?$)/.test(file))).toEqual([]);
  });

  test('every file opens by saying what it owns', () => {
    const silent = files.filter((file) => !/^(#!.*\n)?(\/\/|\/\*)/.test(readFileSync(join(SRC, file), 'utf8')));
    expect(silent).toEqual([]);
  });
});
