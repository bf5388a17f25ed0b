// The quality watch on the whole service: what a device does wrong shows in the API and on live screens, found again
// and told once after the process ends in the middle.
import { afterEach, expect, test } from 'vitest';
import type { Device } from '../../../src/contracts/http/devices.ts';
import type { Page } from '../../../src/contracts/http/page.ts';
import type { DeviceQuality, QualityEvent, QualitySummary } from '../../../src/contracts/http/quality.ts';
import { prepareServiceDatabase, startTestApp, type TestApp } from '../../support/app.ts';
import { pumpFleet, type PumpFleet } from './pump-fleet.ts';

const LIMIT_MS = 120_000;
let app: TestApp | undefined;
let fleet: PumpFleet | undefined;
afterEach(async () => {
  await fleet?.close();
  await app?.close();
});

const events = async (query: string): Promise<QualityEvent[]> =>
  (await app?.api.get<Page<QualityEvent>>(`/quality/events?${query}`))?.items ?? [];

test('silence, a gap, implausible values and a wrong clock are told', { timeout: LIMIT_MS }, async () => {
  app = await startTestApp();
  fleet = await pumpFleet(app, { intervalS: 1 });
  const startMs = Date.now() - 60_000;
  for (let second = 0; second < 20; second++) await fleet.say(startMs + second * 1000, { flow: second, pressure: 900 });
  // Eleven readings are left out, then it goes on.
  for (let second = 32; second < 40; second++) await fleet.say(startMs + second * 1000, { flow: second, pressure: 10 });
  await expect.poll(() => events('kind=gap'), { timeout: 20_000 }).toMatchObject([{ n: 12, metric: null }]);
  await expect
    .poll(() => events('kind=range'), { timeout: 20_000 })
    .toMatchObject([{ n: 20, metric: { code: 'pressure' }, evidence: { highest: 900 } }]);
  // It stops: silent within two intervals of the rhythm it was known by, and unknown, never healthy.
  await expect.poll(() => events('kind=stale&open=true'), { timeout: 40_000 }).toMatchObject([{ metric: null }]);
  const device = await app.api.get<Device>(`/devices/${fleet.device}`);
  expect(device.status).not.toBe('healthy');
  expect(await app.api.get<QualitySummary>('/quality/summary')).toMatchObject({ devices: 1, silent: 1 });
  // What was left out comes late: the gap is smaller by as much.
  for (let second = 20; second < 26; second++) await fleet.say(startMs + second * 1000, { flow: second, pressure: 10 });
  await expect.poll(() => events('kind=gap'), { timeout: 20_000 }).toMatchObject([{ n: 6 }]);
  const quality = await app.api.get<DeviceQuality>(`/devices/${fleet.device}/quality`);
  // Around midnight some of them are of the day before.
  const received = quality.completeness.slice(-2).reduce((sum, day) => sum + day.received, 0);
  expect(received).toBe(34 * 2);
});

test('an episode is neither lost nor told twice when the process ends', { timeout: LIMIT_MS }, async () => {
  const database = await prepareServiceDatabase();
  try {
    app = await startTestApp({ database });
    fleet = await pumpFleet(app, { intervalS: 1 });
    const startMs = Date.now() - 60_000;
    for (let second = 0; second < 10; second++)
      await fleet.say(startMs + second * 1000, { flow: second, pressure: 10 });
    await expect
      .poll(async () => (await app?.api.get<DeviceQuality>(`/devices/${fleet?.device}/quality`))?.heardAt, {
        timeout: 30_000,
      })
      .toBeTruthy();
    for (let second = 30; second < 40; second++)
      await fleet.say(startMs + second * 1000, { flow: second, pressure: 10 });
    await fleet.close();
    await app.close();
    app = await startTestApp({ database });
    await expect.poll(() => events('kind=gap'), { timeout: 20_000 }).toMatchObject([{ n: 20 }]);
  } finally {
    await app?.close();
    await database.remove();
  }
});
