// A reading from the future reaches nothing the predictor knows: it is held in quarantine, and the state is as if it never came.
import { afterEach, expect, test } from 'vitest';
import type { Page } from '../../../src/contracts/http/page.ts';
import type { Quarantined } from '../../../src/contracts/http/quarantine.ts';
import { DAY_MS } from '../../../src/contracts/time.ts';
import type { DeviceState } from '../../../src/predictor/core/state.ts';
import { prepareServiceDatabase, startTestApp, type TestApp } from '../../support/app.ts';
import { pumpFleet, type PumpFleet } from '../quality/pump-fleet.ts';

const LIMIT_MS = 120_000;
let app: TestApp | undefined;
let fleet: PumpFleet | undefined;
afterEach(async () => {
  await fleet?.close();
  await app?.close();
});

test('changes no state and is kept for people to look at', { timeout: LIMIT_MS }, async () => {
  const database = await prepareServiceDatabase();
  try {
    app = await startTestApp({ database });
    fleet = await pumpFleet(app, { intervalS: 1 });
    const startMs = Date.now() - 60_000;
    const lastMs = startMs + 19_000;
    for (let at = startMs; at < lastMs; at += 1000) await fleet.say(at, { flow: 40, pressure: 10 });
    await fleet.say(Date.now() + DAY_MS, { flow: 400, pressure: 10 });
    await fleet.publish(JSON.stringify([{ ts: Date.now() + DAY_MS, values: { flow: 0 } }]));
    await fleet.say(lastMs, { flow: 40, pressure: 10 });
    const held = async () => (await app?.api.get<Page<Quarantined>>('/quarantine'))?.items ?? [];
    await expect
      .poll(async () => (await held()).map(({ reason }) => reason), { timeout: 30_000 })
      .toEqual(['clock-in-future', 'clock-in-future']);
    await fleet.close();
    await app.close();
    app = undefined;
    await database.look(async (db) => {
      const { rows } = await db.query<{ snapshot: DeviceState; measured_to: Date }>(
        'SELECT snapshot, measured_to FROM predictor_state',
      );
      // What came before and after it is all there is.
      expect(rows.map(({ measured_to: at }) => at.getTime())).toEqual([lastMs]);
      const series = rows[0]?.snapshot.series.find(({ metric }) => metric === 'flow');
      expect(series?.lastMs).toBe(lastMs);
      expect(series?.detectors.map(({ readings, mean }) => [readings, Math.round(mean)])).toEqual([[20, 40]]);
    });
  } finally {
    await database.remove();
  }
});
