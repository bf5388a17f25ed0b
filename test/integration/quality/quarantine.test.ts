// A device that speaks wrongly, from its first refused payload to its last repaired one, through the API.
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ReadingCount } from '../../../src/contracts/http/devices.ts';
import type { Page } from '../../../src/contracts/http/page.ts';
import type {
  MappingPreview,
  MappingVersion,
  Quarantined,
  QuarantinedDetail,
  QuarantineSummary,
} from '../../../src/contracts/http/quarantine.ts';
import type { Import } from '../../../src/contracts/http/system.ts';
import { startTestApp, type TestApp } from '../../support/app.ts';
import { pumpFleet, type PumpFleet } from './pump-fleet.ts';

const LIMIT_MS = 120_000;
let app: TestApp;
let fleet: PumpFleet;
beforeAll(async () => {
  app = await startTestApp();
  fleet = await pumpFleet(app, { intervalS: 60 });
}, LIMIT_MS);
afterAll(async () => {
  await fleet?.close();
  await app?.close();
});

const held = async (query = ''): Promise<Quarantined[]> =>
  (await app.api.get<Page<Quarantined>>(`/quarantine?state=held${query}`)).items;
const readings = async (): Promise<number> => {
  const counts = await app.api.get<ReadingCount[]>(`/devices/${fleet.device}/telemetry/counts`);
  return counts.reduce((sum, one) => sum + one.readings, 0);
};

test('a class of payloads is mended, tried first, and let in with progress; the device is understood from then on', {
  timeout: LIMIT_MS,
}, async () => {
  const startS = Math.floor(Date.now() / 1000) - 3_600;
  const inSeconds = (n: number): string => JSON.stringify({ ts: startS + n, values: { FLOW: 12.5, pressure: `${n}` } });
  for (let n = 0; n < 30; n++) await fleet.publish(inSeconds(n));
  // The same again is the same entry; what no mapping can mend stays.
  await fleet.publish(inSeconds(0));
  await fleet.publish('not json');
  expect((await held()).map(({ reason }) => reason).sort()).toContain('not-json');
  expect(await app.api.get<QuarantineSummary>('/quarantine/summary')).toMatchObject({
    byState: [{ state: 'held', entries: 31 }],
    byDevice: [{ device: fleet.device, entries: 31, seen: 32 }],
  });
  const [first] = (await held('&reason=not-json')) as [Quarantined];
  expect(await app.api.get<QuarantinedDetail>(`/quarantine/${first.id}`)).toMatchObject({
    format: 'text',
    body: 'not json',
  });

  const mapping = { time: { unit: 's' }, rename: { FLOW: 'flow' }, numbers: ['pressure'] };
  const preview = await app.api.post<MappingPreview>('/quarantine/mappings/preview', { product: 'TEST-PUMP', mapping });
  expect(preview).toMatchObject({ tried: 31, repaired: 30, remaining: [{ reason: 'not-json', entries: 1 }] });
  expect(await readings()).toBe(0);
  const version = await app.api.post<MappingVersion>('/quarantine/mappings', {
    product: 'TEST-PUMP',
    mapping,
    note: 'firmware 1.0 counts in seconds',
  });
  expect(version).toMatchObject({ version: 1, isInForce: true, createdBy: 'admin@stethos.local' });

  const run = await app.api.post<Import>('/quarantine/replay', { filter: { device: fleet.device } });
  await expect
    .poll(() => app.api.get<Import>(`/imports/${run.id}`), { timeout: 30_000 })
    .toMatchObject({ state: 'finished', done: 31, report: { replayed: 30, refused: 1 } });
  expect(await readings()).toBe(60);
  expect(await held()).toHaveLength(1);

  // From now on: mended as it arrives. A pump that was put right is not broken by the mapping.
  await fleet.publish(inSeconds(100));
  await fleet.publish(JSON.stringify({ ts: (startS + 200) * 1000, values: { flow: 1, pressure: 2 } }));
  expect(await held()).toHaveLength(1);
  expect(await readings()).toBe(64);

  // An empty version ends it.
  await app.api.post('/quarantine/mappings', {
    product: 'TEST-PUMP',
    mapping: {},
    note: 'all pumps have firmware 1.1',
  });
  await fleet.publish(inSeconds(300));
  expect(await held()).toHaveLength(2);
  const { items } = await app.api.get<Page<MappingVersion>>('/quarantine/mappings?product=TEST-PUMP');
  expect(items.map(({ version: v, isInForce }) => [v, isInForce])).toEqual([
    [2, true],
    [1, false],
  ]);

  const discarded = await app.api.post('/quarantine/discard', { filter: { device: fleet.device }, note: 'seen' });
  expect(discarded).toEqual({ discarded: 2 });
  expect(await held()).toEqual([]);
  const all = (await app.api.get<Page<Quarantined>>('/quarantine?state=discarded')).items;
  expect(all.map(({ note, decidedBy }) => [note, decidedBy])).toEqual([
    ['seen', 'admin@stethos.local'],
    ['seen', 'admin@stethos.local'],
  ]);
});
