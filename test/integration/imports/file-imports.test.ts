// A CSV through the API: tried before anything is stored, brought in through ingest's own checks, gone on with after a
// restart in the middle, cancelled, refused where it is no table.
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ReadingCount } from '../../../src/contracts/http/devices.ts';
import type { ImportPreview, ImportReport } from '../../../src/contracts/http/imports.ts';
import type { Import } from '../../../src/contracts/http/system.ts';
import type { RecordingMap } from '../../../src/contracts/recording-map.ts';
import {
  ADMINISTRATOR,
  prepareServiceDatabase,
  type ServiceDatabase,
  startTestApp,
  type TestApp,
} from '../../support/app.ts';
import { foundOrganisation, registerPump } from '../../support/organisation.ts';

const BEGIN = Date.UTC(2026, 0, 1);
const MAX_BYTES = 4_000_000;
const MAP: RecordingMap = {
  time: { column: 'at' },
  device: { column: 'unit', prefix: 'I-' },
  metrics: { current: 'motor_current', extra: 'not_in_the_catalogue' },
};

let database: ServiceDatabase;
let service: TestApp;
const start = (): Promise<TestApp> => startTestApp({ database, env: { STETHOS_IMPORT_MAX_BYTES: String(MAX_BYTES) } });

beforeAll(async () => {
  database = await prepareServiceDatabase();
  service = await start();
  await foundOrganisation(service.api);
  for (const device of ['I-1', 'I-2', 'I-3', 'I-4']) await registerPump(service.api, device);
});
afterAll(async () => {
  await service.close();
  await database.remove();
});

const at = (i: number): string => new Date(BEGIN + i * 1000).toISOString();
const tableOf = (rows: readonly string[]): string => `at,unit,current,extra\n${rows.join('\n')}\n`;

async function upload(name: string, body: string | Buffer, type = 'text/csv'): Promise<Response> {
  const login = await fetch(`${service.httpUrl}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(ADMINISTRATOR),
  });
  const { accessToken } = (await login.json()) as { accessToken: string };
  return fetch(`${service.httpUrl}/api/v1/imports/files?name=${encodeURIComponent(name)}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${accessToken}`, 'content-type': type },
    body: typeof body === 'string' ? body : new Uint8Array(body),
  });
}

async function uploaded(name: string, body: string | Buffer, type?: string): Promise<Import> {
  const response = await upload(name, body, type);
  expect(response.status).toBe(201);
  return (await response.json()) as Import;
}

const importOf = (id: number): Promise<Import> => service.api.get<Import>(`/imports/${id}`);
const stateOf = async (id: number): Promise<string> => (await importOf(id)).state;
const storedOf = async (device: string): Promise<number> => {
  const counts = await service.api.get<ReadingCount[]>(`/devices/${device}/telemetry/counts?from=2025-01-01T00:00:00Z`);
  return counts.reduce((sum, { readings }) => sum + readings, 0);
};

test('tried first, then brought in: refused rows by reason, the rest to the reading', {
  timeout: 120_000,
}, async () => {
  const rows = Array.from({ length: 3_000 }, (_, i) => `${at(i)},${(i % 2) + 1},${50 + (i % 40)},`);
  rows[10] = 'yesterday,1,60,1';
  rows[20] = `${at(20)},9,60,1`;
  rows[30] = `${at(30)},1,60 mA,1`;
  rows[40] = `1999-01-01T00:00:00Z,1,60,1`;
  rows[50] = `${at(50)},1,60,7`;
  const { id, state, total, kind, startedBy } = await uploaded(
    'pumps.csv.gz',
    gzipSync(tableOf(rows)),
    'application/gzip',
  );
  expect({ state, total, kind, startedBy }).toEqual({
    state: 'uploaded',
    total: 3_001,
    kind: 'file',
    startedBy: ADMINISTRATOR.email,
  });

  const guess = await service.api.post<ImportPreview>(`/imports/${id}/preview`, {});
  expect(guess).toMatchObject({
    columns: ['at', 'unit', 'current', 'extra'],
    map: { time: { column: 'at' }, device: { column: 'unit', prefix: '' }, metrics: { current: 'current' } },
    devices: { known: 0 },
  });
  expect(guess.head[0]).toEqual([at(0), '1', '50', '']);
  const preview = await service.api.post<ImportPreview>(`/imports/${id}/preview`, { map: MAP });
  const refused = [
    { reason: 'time-unreadable', rows: 1, lines: [12] },
    { reason: 'unknown-device', rows: 1, lines: [22], example: 'I-9 is not registered' },
    { reason: 'not-a-number', rows: 1, lines: [32] },
    { reason: 'ts-out-of-range', rows: 1, lines: [42] },
  ];
  expect(preview).toMatchObject({
    faults: [],
    rows: 3_000,
    isWhole: true,
    readings: 2_997,
    refused,
    devices: { known: 2, unknown: ['I-9'] },
    unknownMetrics: ['not_in_the_catalogue'],
  });
  expect(await storedOf('I-1')).toBe(0);

  await service.api.post(`/imports/${id}/start`, { map: MAP });
  await expect.poll(() => stateOf(id), { timeout: 60_000 }).toBe('finished');
  const report = (await importOf(id)).report as ImportReport;
  expect(report).toMatchObject({ rows: 3_000, readings: 2_997, refusedRows: 4, refused, devices: 2 });
  expect((await storedOf('I-1')) + (await storedOf('I-2'))).toBe(2_997);
  // Its bytes are not kept.
  await expect(service.api.post(`/imports/${id}/start`, { map: MAP })).rejects.toMatchObject({
    code: 'transition-refused',
  });
});

test('a restart in the middle leaves nothing out and brings nothing in twice', { timeout: 120_000 }, async () => {
  const rows = Array.from({ length: 40_000 }, (_, i) => `${at(i)},3,${50 + (i % 40)},`);
  const { id } = await uploaded('long.csv', tableOf(rows));
  await service.api.post(`/imports/${id}/start`, { map: MAP });
  await expect.poll(async () => (await importOf(id)).done, { timeout: 30_000, interval: 5 }).toBeGreaterThan(0);
  await service.close();
  service = await start();
  await expect.poll(() => stateOf(id), { timeout: 90_000 }).toBe('finished');
  expect((await importOf(id)).report).toMatchObject({ rows: 40_000, readings: 40_000, refusedRows: 0 });
  expect(await storedOf('I-3')).toBe(40_000);
});

test('cancelled, it stops; what is in stays, and the report says how far', { timeout: 120_000 }, async () => {
  const rows = Array.from({ length: 60_000 }, (_, i) => `${at(i)},4,${50 + (i % 40)},`);
  const { id } = await uploaded('too-much.csv', tableOf(rows));
  await service.api.post(`/imports/${id}/start`, { map: MAP });
  await expect.poll(async () => (await importOf(id)).done, { timeout: 30_000, interval: 5 }).toBeGreaterThan(0);
  const cancelled = await service.api.post<Import>(`/imports/${id}/cancel`, {});
  expect(cancelled.state).toBe('cancelled');
  const told = (cancelled.report as ImportReport).rows;
  expect(told).toBeGreaterThan(0);
  expect(await storedOf('I-4')).toBeGreaterThanOrEqual(told);
  await expect(service.api.post(`/imports/${id}/cancel`, {})).rejects.toMatchObject({ code: 'transition-refused' });
});

test('what is no table, no text or too large is refused with what to do', { timeout: 120_000 }, async () => {
  for (const [body, type, status, words] of [
    ['', 'text/csv', 422, 'empty'],
    [Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3]), 'application/gzip', 422, 'damaged'],
    [Buffer.from('at,unit\n', 'utf16le'), 'text/csv', 422, 'NUL'],
    ['x'.repeat(MAX_BYTES + 1), 'text/csv', 413, 'larger than'],
    [gzipSync('0'.repeat(MAX_BYTES * 2)), 'application/gzip', 413, 'unpacks'],
    ['{}', 'application/xml', 415, ''],
  ] as const) {
    const response = await upload('bad', body, type);
    const problem = (await response.json()) as { detail: string };
    expect([status, response.status]).toEqual([status, status]);
    expect(problem.detail).toContain(words);
  }
  const { id } = await uploaded('columns.csv', 'when,unit,current\n2026-01-01 00:00,1,5\n');
  const { faults, rows } = await service.api.post<ImportPreview>(`/imports/${id}/preview`, { map: MAP });
  expect({ faults, rows }).toEqual({
    faults: [expect.stringContaining('no column "at"'), expect.stringContaining('"extra"')],
    rows: 0,
  });
  await expect(service.api.post(`/imports/${id}/start`, { map: MAP })).rejects.toMatchObject({ code: 'refused' });
  // Somebody else's word on how far a file is, is not taken.
  await expect(service.api.post(`/imports/${id}/progress`, { done: 1 })).rejects.toMatchObject({ code: 'refused' });
});
