// Device tokens: what lets a device in, what no longer does, and that none of them is to be found in the database.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOUR_MS } from '../../../src/contracts/time.ts';
import { readEvents } from '../../../src/db/event-log.ts';
import type { Registry } from '../../../src/registry/registry.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { newDevice, seedMasterData, startTestRegistry, testClock } from '../../support/registry.ts';
import { textOfEverything } from '../../support/whole-database.ts';

describe('credentials', () => {
  let database: TestDatabase;
  let registry: Registry;
  const clock = testClock();

  beforeAll(async () => {
    database = await openTestDatabase();
    registry = await startTestRegistry(database, clock);
    await seedMasterData(registry);
    for (const code of ['a', 'b', 'c', 'd']) await registry.devices.create(newDevice(code));
  });
  afterAll(async () => {
    await registry.close();
    await database.close();
  });

  const isLetIn = (device: string, token: string) => registry.credentials.authenticate(device, token);

  it('lets a device in with its own token and nothing else', async () => {
    const { token, previousValidUntil } = await registry.credentials.rotate('a');
    const { token: foreign } = await registry.credentials.rotate('b');
    expect(previousValidUntil).toBeNull();
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(await isLetIn('a', token)).toBe(true);
    expect(await isLetIn('a', foreign)).toBe(false);
    expect(await isLetIn('a', '')).toBe(false);
    expect(await isLetIn('c', token)).toBe(false);
    expect(await isLetIn('nobody', token)).toBe(false);
  });

  it('keeps the token before for the overlap, and not longer', async () => {
    const first = await registry.credentials.rotate('c');
    const second = await registry.credentials.rotate('c', { overlapHours: 2 });
    expect(second.previousValidUntil).toBe(new Date(clock.now() + 2 * HOUR_MS).toISOString());
    clock.advance(2 * HOUR_MS - 1);
    expect(await isLetIn('c', first.token)).toBe(true);
    clock.advance(1); // well within the time that credentials stay in memory
    expect(await isLetIn('c', first.token)).toBe(false);
    expect(await isLetIn('c', second.token)).toBe(true);
    const third = await registry.credentials.rotate('c', { overlapHours: 0 });
    expect(third.previousValidUntil).toBeNull();
    expect(await isLetIn('c', second.token)).toBe(false);
    expect(await isLetIn('c', third.token)).toBe(true);
  });

  it('a later rotation never lengthens an overlap', async () => {
    const first = await registry.credentials.rotate('d');
    await registry.credentials.rotate('d', { overlapHours: 1 });
    await registry.credentials.rotate('d', { overlapHours: 24 });
    clock.advance(HOUR_MS);
    expect(await isLetIn('d', first.token)).toBe(false);
  });

  it('revokes at once and tells who holds the connection', async () => {
    const { token } = await registry.credentials.rotate('b');
    expect(await isLetIn('b', token)).toBe(true);
    await registry.credentials.revoke('b');
    expect(await isLetIn('b', token)).toBe(false);
    const events = await readEvents(database, 0, 1_000, ['device.credentials-revoked']);
    expect(events.at(-1)?.payload).toEqual({ device: 'b' });
  });

  it('lists each token with who made it, when it was last used and how it stands, and revokes a single one', async () => {
    await registry.devices.create(newDevice('l'));
    const first = await registry.credentials.rotate('l', { actor: 'ann@example.test' });
    const second = await registry.credentials.rotate('l', { overlapHours: 2 });
    clock.advance(60_000);
    expect(await isLetIn('l', second.token)).toBe(true);
    const usedAt = new Date(clock.now()).toISOString();
    await expect.poll(async () => (await registry.credentials.list('l'))[0]?.lastUsedAt).toBe(usedAt);
    const listed = await registry.credentials.list('l');
    expect(listed).toMatchObject([
      { state: 'valid', createdBy: null, expiresAt: null },
      { state: 'ending', createdBy: 'ann@example.test', lastUsedAt: null, expiresAt: second.previousValidUntil },
    ]);
    expect(JSON.stringify(listed)).not.toContain(first.token);

    const old = listed[1]?.id ?? 0;
    await registry.credentials.revoke('l', { id: old, actor: 'ann@example.test' });
    expect(await isLetIn('l', first.token)).toBe(false);
    expect(await isLetIn('l', second.token)).toBe(true);
    expect((await registry.credentials.list('l')).map(({ state }) => state)).toEqual(['valid', 'revoked']);
    await expect(registry.credentials.revoke('l', { id: old })).rejects.toMatchObject({ code: 'not-found' });
    // Another device's token is not there under this one.
    await expect(registry.credentials.revoke('a', { id: listed[0]?.id ?? 0 })).rejects.toMatchObject({
      code: 'not-found',
    });
    const events = await readEvents(database, 0, 1_000, ['device.credential-issued', 'device.credentials-revoked']);
    expect(events.slice(-3).map(({ type, payload }) => [type, payload])).toEqual([
      ['device.credential-issued', { device: 'l', kind: 'token', actor: 'ann@example.test' }],
      ['device.credential-issued', { device: 'l', kind: 'token', actor: null }],
      ['device.credentials-revoked', { device: 'l', actor: 'ann@example.test' }],
    ]);
  });

  it('refuses a decommissioned device', async () => {
    const { token } = await registry.credentials.rotate('d');
    expect(await isLetIn('d', token)).toBe(true);
    await registry.devices.patch('d', { lifecycle: 'decommissioned' });
    expect(await isLetIn('d', token)).toBe(false);
  });

  it('makes tokens for a whole fleet, all or none', async () => {
    const made = await registry.credentials.rotateMany(['a', 'b', 'c']);
    expect(made.map(({ device }) => device)).toEqual(['a', 'b', 'c']);
    for (const { device, token } of made) expect(await isLetIn(device, token)).toBe(true);
    await expect(registry.credentials.rotateMany(['a', 'nobody'])).rejects.toMatchObject({
      code: 'not-found',
      message: 'device nobody does not exist; register it first',
    });
  });

  it('answers a thousand reconnects from memory', async () => {
    const { token } = await registry.credentials.rotate('a');
    await isLetIn('a', token);
    let queries = 0;
    const watched = new Proxy(database, {
      get(target, key) {
        if (key === 'query' || key === 'prepared') queries += 1;
        return Reflect.get(target, key) as unknown;
      },
    });
    const counted = await startTestRegistry(watched, clock);
    const answers = await Promise.all(
      Array.from({ length: 1_000 }, () => counted.credentials.authenticate('a', token)),
    );
    expect(answers.every(Boolean)).toBe(true);
    expect(queries).toBeLessThan(10);
    await counted.close();
  });

  it('stores no token in clear, anywhere', async () => {
    const { token } = await registry.credentials.rotate('a');
    const everything = await textOfEverything(database);
    expect(everything).toContain('device.credentials-revoked');
    expect(everything).not.toContain(token);
    expect(everything).not.toContain(Buffer.from(token).toString('hex'));
    expect(everything).not.toContain(Buffer.from(token, 'base64url').toString('hex'));
  });
});
