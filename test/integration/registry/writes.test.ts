// Idempotent answers, imports with progress, products with their checks, and edits of master data.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EVERYTHING } from '../../../src/contracts/access.ts';
import { DAY_MS } from '../../../src/contracts/time.ts';
import { readEvents } from '../../../src/db/event-log.ts';
import type { Registry } from '../../../src/registry/registry.ts';
import { registryMaintenance } from '../../../src/registry/upkeep.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { PUMP, seedMasterData, startTestRegistry, testClock } from '../../support/registry.ts';

describe('writes', () => {
  let database: TestDatabase;
  let registry: Registry;
  const clock = testClock();

  beforeAll(async () => {
    database = await openTestDatabase();
    registry = await startTestRegistry(database, clock);
    await seedMasterData(registry);
    await registry.users.ensureAdministrator('a long password');
  });
  afterAll(async () => {
    await registry.close();
    await database.close();
  });

  const runUpkeep = (name: string) =>
    registryMaintenance(clock, null)
      .find((job) => job.name === name)!
      .run(database, new AbortController().signal);

  describe('idempotency', () => {
    const hash = (text: string) => Buffer.from(text);

    it('answers a repeated request as the first time', async () => {
      const { idempotency } = registry;
      expect(await idempotency.begin(1, 'k', hash('a'))).toBe('new');
      await expect(idempotency.begin(1, 'k', hash('a'))).rejects.toMatchObject({ code: 'transition-refused' });
      await idempotency.finish(1, 'k', 201, { id: 7, at: null });
      expect(await idempotency.begin(1, 'k', hash('a'))).toEqual({ status: 201, body: { id: 7, at: null } });
      await expect(idempotency.begin(1, 'k', hash('b'))).rejects.toMatchObject({ code: 'idempotency-mismatch' });
    });

    it('lets an abandoned request be tried again, and forgets after a day', async () => {
      const { idempotency } = registry;
      expect(await idempotency.begin(1, 'x', hash('a'))).toBe('new');
      await idempotency.abandon(1, 'x');
      expect(await idempotency.begin(1, 'x', hash('b'))).toBe('new');
      await idempotency.finish(1, 'x', 204, undefined);
      expect(await idempotency.begin(1, 'x', hash('b'))).toEqual({ status: 204, body: null });
      clock.advance(DAY_MS + 1);
      expect(await runUpkeep('purge-idempotency-keys')).toBe('2 answers forgotten');
      expect(await idempotency.begin(1, 'x', hash('b'))).toBe('new');
    });
  });

  it('deletes sessions 14 days after their end, not before', async () => {
    const signIn = () => registry.sessions.login('admin@stethos.local', 'a long password', 'here');
    const { accessToken } = await signIn();
    await registry.sessions.logout(accessToken);
    clock.advance(14 * DAY_MS);
    await signIn();
    expect(await runUpkeep('purge-sessions')).toBe('0 ended sessions deleted');
    clock.advance(1);
    expect(await runUpkeep('purge-sessions')).toBe('1 ended sessions deleted');
  });

  describe('imports', () => {
    it('shows progress that only grows, and tells it', async () => {
      const { imports } = registry;
      const { id } = await imports.create({ name: 'history.csv', total: 10 });
      expect(await imports.progress(id, { done: 4 })).toMatchObject({ done: 4, total: 10, state: 'running' });
      await expect(imports.progress(id, { done: 3 })).rejects.toThrow('cannot go back to 3');
      await expect(imports.progress(id, { done: 11 })).rejects.toThrow('11 is more');
      const end = await imports.progress(id, { done: 10, state: 'finished', report: { refused: 0 } });
      expect(end).toMatchObject({ state: 'finished', report: { refused: 0 } });
      await expect(imports.progress(id, { done: 10 })).rejects.toMatchObject({ code: 'transition-refused' });
      const events = await readEvents(database, 0, 100, ['import.progressed']);
      expect(events.map(({ payload }) => payload.done)).toEqual([0, 4, 10]);
    });

    it('lists the newest first', async () => {
      const { id } = await registry.imports.create({ name: 'second', total: 0 });
      const { items, next } = await registry.imports.list({ limit: 1 });
      expect(items).toMatchObject([{ id }]);
      expect((await registry.imports.list({ cursor: next ?? '' })).items).toMatchObject([{ name: 'history.csv' }]);
    });
  });

  describe('products', () => {
    it('come back as they were posted, with a revision', async () => {
      expect(await registry.products.one('pump-1', EVERYTHING)).toEqual({ ...PUMP, revision: 1 });
      const name = { en: 'Pump B', zh: '泵' };
      expect(await registry.products.patch('pump-1', { name }, 1)).toEqual({ ...PUMP, name, revision: 2 });
      await expect(registry.products.patch('pump-1', { name }, 1)).rejects.toMatchObject({ code: 'out-of-date' });
    });

    it('refuse what contradicts itself, naming all of it', async () => {
      const [component] = PUMP.components;
      const odd = {
        ...PUMP,
        code: 'odd',
        metrics: [...PUMP.metrics, ...PUMP.metrics],
        modeMetric: 'mode',
        components: [
          { ...component!, failureModes: component!.failureModes.map((mode) => ({ ...mode, part: 'P-9' })) },
        ],
      };
      const refused = await registry.products.create(odd).catch((error: unknown) => error);
      expect(refused).toMatchObject({
        code: 'refused',
        extra: {
          faults: [
            'metric motor_current is there twice',
            'modeMetric mode is not a metric',
            'part P-9 does not exist; create it first',
          ],
        },
      });
      await expect(registry.products.create(PUMP)).rejects.toMatchObject({ code: 'already-exists' });
    });
  });

  describe('master data', () => {
    it('keeps what an edit leaves out', async () => {
      const before = await registry.contracts.one('K-1', EVERYTHING);
      const after = await registry.contracts.patch('K-1', { penaltyPerHour: { amount: '9.50', currency: 'CNY' } });
      expect(after).toEqual({ ...before, penaltyPerHour: { amount: '9.50', currency: 'CNY' } });
    });

    it('refuses money with too many decimals, two currencies, and a contract that ends before it starts', async () => {
      const patch = (changes: Parameters<Registry['contracts']['patch']>[1]) =>
        registry.contracts.patch('K-1', changes);
      await expect(patch({ price: { amount: '1.005', currency: 'CNY' } })).rejects.toThrow('CNY has 2 decimals');
      await expect(patch({ price: { amount: '1.00', currency: 'USD' } })).rejects.toThrow('one currency');
      await expect(patch({ endsOn: '2025-01-01' })).rejects.toThrow(
        'the last day of a contract is not before its first',
      );
    });

    it('says which code does not exist', async () => {
      const station = { code: 'S-9', name: { en: 'x', zh: 'x' }, region: 'north', lat: null, lon: null };
      await expect(registry.stations.create(station)).rejects.toMatchObject({
        code: 'refused',
        message: 'region north does not exist; create it first',
      });
      await expect(registry.stations.patch('S-1', { region: 'north' })).rejects.toThrow('region north does not exist');
      await expect(registry.stations.patch('S-9', { lat: 1 })).rejects.toMatchObject({ code: 'not-found' });
    });

    it('refuses a cursor that was not ours', async () => {
      for (const cursor of ['x', 'W10', Buffer.from('["a","b"]').toString('base64url')]) {
        await expect(registry.regions.list({ cursor }, EVERYTHING)).rejects.toMatchObject({
          code: 'validation-failed',
        });
      }
    });
  });
});
