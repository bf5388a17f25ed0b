// The dashboard's files: the page for each of its views, hashed assets for ever, nothing outside its folder; and the
// documentation page, which needs no network.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ApiPorts, EventLog } from '../../../src/api/ports.ts';
import { startApi } from '../../../src/api/server.ts';
import { call, type House, startHouse } from '../../support/api.ts';

let house: House;
let folder: string;
const html = { accept: 'text/html,application/xhtml+xml' };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'stethos-dashboard-'));
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>page</title>');
  writeFileSync(join(folder, 'assets/main-abc123.js'), 'export {};');
  house = await startHouse({ dashboardDir: folder });
});
afterAll(async () => {
  await house.close();
  rmSync(folder, { recursive: true });
});

describe('the dashboard', () => {
  test('answers each of its views with the page, never from a cache', async () => {
    for (const path of ['/', '/fleet', '/devices/MRI-1?range=24h', '/costs']) {
      const { status, headers, body } = await call(house.url, 'GET', path, { headers: html });
      expect([path, status, body.text]).toEqual([path, 200, '<!doctype html><title>page</title>']);
      expect(headers.get('cache-control')).toBe('no-cache');
      expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    }
  });

  test('has hashed files for ever, and a missing one is missing', async () => {
    const { headers } = await call(house.url, 'GET', '/assets/main-abc123.js');
    expect(headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect((await call(house.url, 'GET', '/assets/main-old.js', { headers: html })).status).toBe(404);
    expect((await call(house.url, 'GET', '/fleet')).status).toBe(404);
  });

  test('hides neither the API nor what lies outside its folder', async () => {
    for (const path of [
      '/api/v1/nothing',
      '/../package.json',
      '/%2e%2e/package.json',
      '/assets/..%2f..%2fpackage.json',
    ]) {
      const { status, body } = await call(house.url, 'GET', path, { headers: path.startsWith('/api') ? html : {} });
      expect([path, status]).toEqual([path, expect.toSatisfy((code: number) => code >= 400 && code < 500)]);
      expect(body.code).toEqual(expect.any(String));
    }
  });

  test('the documentation page loads from here alone', async () => {
    const page = await call(house.url, 'GET', '/docs/');
    expect(page.status).toBe(200);
    const sources = [...String(page.body.text).matchAll(/(?:src|href)="([^"]+)"/g)].map(([, source]) => String(source));
    expect(sources.length).toBeGreaterThan(3);
    for (const source of sources) {
      const url = new URL(source, `${house.url}/docs/`);
      expect([url.origin, (await fetch(url)).status]).toEqual([house.url, 200]);
    }
  });
});

const bare = () => ({
  ports: {
    sessions: {},
    readings: { subscribe: () => () => {} },
    asCaller: (work: () => void) => work(),
  } as unknown as ApiPorts,
  eventLog: { position: () => 0, read: async () => [], subscribe: () => () => {} } satisfies EventLog,
  clock: Date,
  log: pino({ level: 'silent' }),
  metrics: new Registry(),
  version: '0',
  host: '127.0.0.1',
});

describe('a start', () => {
  test('on a port that is taken names the port and the variable', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as AddressInfo;
    await expect(startApi({ ...bare(), port })).rejects.toThrow(
      new RegExp(`127.0.0.1:${port} is in use.*STETHOS_HTTP_PORT`),
    );
    other.close();
  });
});

describe('a stop', () => {
  test('waits for no client that keeps its connection open', async () => {
    const api = await startApi({ ...bare(), port: 0 });
    // The answer is left unread: the connection stays as it is until one side ends it.
    expect((await fetch(`${api.address}/docs/static/swagger-ui-bundle.js`)).status).toBe(200);
    await api.close();
  }, 5_000);
});
