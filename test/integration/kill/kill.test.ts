// kill -9 under load: what was acknowledged is stored, exactly once. The control acknowledges before the commit and must
// lose, or this test could not fail.
import { expect, test } from 'vitest';
import { prepareServiceDatabase } from '../../support/app.ts';
import { compare, type Outcome, startFleet } from './fleet.ts';
import { endKillable, freePort, killGroup, startKillable, untilMore } from './killable.ts';

const KILLS = Number(process.env.TEST_KILLS ?? 10);
const CONTROL_KILLS = 3;

async function underFire(kills: number, acknowledge: string): Promise<Outcome> {
  const prepared = await prepareServiceDatabase();
  const port = await freePort();
  const start = () => startKillable('./app-process.ts', [JSON.stringify(prepared.target), String(port), acknowledge]);
  let app = await start();
  const fleet = startFleet(port);
  for (let kill = 0; kill < kills; kill++) {
    await untilMore(fleet.total, 200 + 70 * kill);
    await killGroup(app);
    app = await start();
  }
  await untilMore(fleet.total, 100);
  await fleet.drain();
  fleet.end();
  await endKillable(app);
  const outcome = await prepared.look((database) => compare(database, fleet));
  await prepared.remove();
  return outcome;
}

test('ten kills under load lose nothing that was acknowledged and double nothing', { timeout: 180_000 }, async () => {
  const { acknowledged, lost, doubled } = await underFire(KILLS, 'after-commit');
  expect({ lost, doubled }).toEqual({ lost: 0, doubled: 0 });
  expect(acknowledged).toBeGreaterThan(KILLS * 200);
});

test('control: acknowledging before the commit loses readings', { timeout: 120_000 }, async () => {
  expect((await underFire(CONTROL_KILLS, 'before-commit')).lost).toBeGreaterThan(0);
});
