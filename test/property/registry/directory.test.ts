// Law: whatever is edited, in whatever order and however at once, memory shows in the end what the database holds.
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Registry } from '../../../src/registry/registry.ts';
import { createDirectory } from '../../../src/registry/directory.ts';
import { openTestDatabase, silentLog, type TestDatabase } from '../../support/database.ts';
import { newDevice, seedMasterData, startTestRegistry, testClock } from '../../support/registry.ts';

const DEVICES = ['d-0', 'd-1', 'd-2'];

describe('directory', () => {
  let database: TestDatabase;
  let registry: Registry;

  beforeAll(async () => {
    database = await openTestDatabase();
    registry = await startTestRegistry(database, testClock());
    await seedMasterData(registry);
    for (const code of DEVICES) await registry.devices.create(newDevice(code));
  });
  afterAll(async () => {
    await registry.close();
    await database.close();
  });

  const device = fc.constantFrom(...DEVICES);
  const edit = fc.oneof(
    fc.tuple(device, fc.constantFrom('S-1', 'S-2')).map(([code, station]) => ({
      run: () => registry.devices.patch(code, { station }),
      text: `${code} to ${station}`,
    })),
    fc.constantFrom('G-1', 'G-2', null).map((group) => ({
      run: () => registry.customers.patch('C-1', { group }),
      text: `group ${group}`,
    })),
    fc.integer({ min: 1, max: 9 }).map((hours) => ({
      run: () => registry.contracts.patch('K-1', { restorationHours: hours }),
      text: `restoration ${hours}`,
    })),
    fc.constantFrom('pump', 'syringe').map((kind) => ({
      run: () => registry.products.patch('pump-1', { kind }),
      text: `kind ${kind}`,
    })),
    device.map((code) => ({ run: () => registry.directory.load(code), text: `load ${code}` })),
  );

  it('shows what the database holds, after edits made at once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 12 }), async (edits) => {
        await Promise.all(edits.map(({ run }) => run() as Promise<unknown>));
        await Promise.all(DEVICES.map((code) => registry.directory.load(code)));
        const fresh = createDirectory({ database, eventLog: undefined, log: silentLog() });
        for (const code of DEVICES) expect(registry.directory.find(code)).toEqual(await fresh.load(code));
        fresh.close();
      }),
      { numRuns: 15 },
    );
  });
});
