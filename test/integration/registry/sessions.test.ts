// People: accounts, signing in, staying signed in, and that neither password nor token can be read from the database.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY_MS } from '../../../src/contracts/time.ts';
import type { Registry } from '../../../src/registry/registry.ts';
import { openTestDatabase, type TestDatabase } from '../../support/database.ts';
import { seedMasterData, startTestRegistry, testClock } from '../../support/registry.ts';
import { textOfEverything } from '../../support/whole-database.ts';

const PASSWORD = 'correct horse battery';
const ENGINEER = {
  code: 'E-MEI',
  name: { en: 'Mei', zh: '梅' },
  station: 'S-1',
  skills: [],
  hourlyRate: { amount: '300.00', currency: 'CNY' },
};

describe('people', () => {
  let database: TestDatabase;
  let registry: Registry;
  const clock = testClock();
  let administratorPassword: string;

  beforeAll(async () => {
    database = await openTestDatabase();
    registry = await startTestRegistry(database, clock);
    await seedMasterData(registry);
    administratorPassword = (await registry.users.ensureAdministrator(undefined)) ?? '';
    await registry.users.create({
      email: 'Mei@Example.com',
      name: 'Mei',
      password: PASSWORD,
      role: 'manager',
      regions: ['east'],
    });
  });
  afterAll(async () => {
    await registry.close();
    await database.close();
  });

  const signIn = () => registry.sessions.login('mei@example.com', PASSWORD, '10.0.0.1');
  const isIn = async (token: string) => (await registry.sessions.authenticate(token)) !== null;

  it('makes the first administrator once', async () => {
    expect(administratorPassword.length).toBeGreaterThanOrEqual(12);
    const { user } = await registry.sessions.login('admin@stethos.local', administratorPassword, '10.0.0.9');
    expect(user.role).toBe('administrator');
    expect(await registry.users.ensureAdministrator(undefined)).toBeNull();
    await expect(registry.users.patch(user.id, { active: false })).rejects.toThrow('last active administrator');
    await expect(registry.users.patch(user.id, { role: 'auditor' })).rejects.toThrow('last active administrator');
  });

  it('knows who holds a token, whatever the case of the e-mail', async () => {
    const { accessToken, expiresInS, user } = await registry.sessions.login(' MEI@example.COM ', PASSWORD, 'a');
    expect(expiresInS).toBe(1_800);
    expect(await registry.sessions.authenticate(accessToken)).toEqual({
      userId: user.id,
      email: 'mei@example.com',
      name: 'Mei',
      role: 'manager',
      scope: { regions: ['east'], customers: null },
      engineer: null,
    });
  });

  it('knows which engineer a person is, and refuses one that does not exist', async () => {
    const { user } = await signIn();
    expect(user.engineer).toBeNull();
    await registry.engineers.create(ENGINEER);
    await registry.users.patch(user.id, { engineer: ENGINEER.code });
    const { accessToken, user: after } = await signIn();
    expect(after.engineer).toBe(ENGINEER.code);
    expect(await registry.sessions.authenticate(accessToken)).toMatchObject({ engineer: ENGINEER.code });
    await expect(registry.users.patch(user.id, { engineer: 'E-9' })).rejects.toThrow('engineer E-9 does not exist');
    expect(await registry.users.patch(user.id, { engineer: null })).toMatchObject({ engineer: null });
  });

  it('answers a wrong password and an unknown e-mail alike', async () => {
    const wrong = await registry.sessions.login('mei@example.com', 'wrong', 'b').catch((e: unknown) => e);
    const unknown = await registry.sessions.login('nobody@example.com', 'wrong', 'b').catch((e: unknown) => e);
    expect(wrong).toMatchObject({ code: 'wrong-credentials' });
    expect(unknown).toEqual(wrong);
  });

  it('makes guessing slow, counting guesses sent at once, and lets the owner in from elsewhere', async () => {
    const guess = () => registry.sessions.login('mei@example.com', 'guess', 'evil').catch((e: unknown) => e);
    const answers = await Promise.all(Array.from({ length: 8 }, guess));
    const codes = answers.map((answer) => (answer as { code: string }).code).sort();
    expect(codes).toEqual([...Array(3).fill('too-many-requests'), ...Array(5).fill('wrong-credentials')]);
    expect(answers.at(-1)).toMatchObject({ extra: { retryAfterS: 2 } });
    clock.advance(2_000);
    expect(await guess()).toMatchObject({ code: 'wrong-credentials' });
    expect(await guess()).toMatchObject({ code: 'too-many-requests', extra: { retryAfterS: 4 } });
    expect((await signIn()).user.name).toBe('Mei');
  });

  it('ends access after 30 minutes and the session 14 days after its last refresh', async () => {
    const first = await signIn();
    clock.advance(30 * 60_000 - 1);
    expect(await isIn(first.accessToken)).toBe(true);
    clock.advance(1);
    expect(await isIn(first.accessToken)).toBe(false);
    const second = await registry.sessions.refresh(first.refreshToken);
    expect(await isIn(second.accessToken)).toBe(true);
    clock.advance(14 * DAY_MS);
    await expect(registry.sessions.refresh(second.refreshToken)).rejects.toMatchObject({ code: 'not-signed-in' });
  });

  it('ends the session when an old refresh token is shown again', async () => {
    const first = await signIn();
    const second = await registry.sessions.refresh(first.refreshToken);
    expect(await isIn(first.accessToken)).toBe(false);
    await expect(registry.sessions.refresh(first.refreshToken)).rejects.toMatchObject({ code: 'not-signed-in' });
    expect(await isIn(second.accessToken)).toBe(false);
    await expect(registry.sessions.refresh(second.refreshToken)).rejects.toMatchObject({ code: 'not-signed-in' });
  });

  it('of two refreshes at once at most one goes on', async () => {
    const { refreshToken } = await signIn();
    const both = await Promise.allSettled([
      registry.sessions.refresh(refreshToken),
      registry.sessions.refresh(refreshToken),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('does not let a stranger end a session by naming it', async () => {
    const { accessToken, refreshToken } = await signIn();
    const [id] = refreshToken.split('.');
    const forged = `${id}.${'A'.repeat(43)}.${'A'.repeat(43)}`;
    for (const token of [forged, '', 'x', `${id}..`]) {
      await expect(registry.sessions.refresh(token)).rejects.toMatchObject({ code: 'not-signed-in' });
    }
    expect(await isIn(accessToken)).toBe(true);
  });

  it('signs out at once', async () => {
    const { accessToken, refreshToken } = await signIn();
    expect(await isIn(accessToken)).toBe(true);
    await registry.sessions.logout(accessToken);
    expect(await isIn(accessToken)).toBe(false);
    await expect(registry.sessions.refresh(refreshToken)).rejects.toMatchObject({ code: 'not-signed-in' });
  });

  it('shows a changed role at once, and a deactivated person nothing', async () => {
    const { accessToken, user } = await signIn();
    await registry.users.patch(user.id, { role: 'auditor', regions: null, customers: ['C-1'] });
    expect(await registry.sessions.authenticate(accessToken)).toMatchObject({
      role: 'auditor',
      scope: { regions: null, customers: ['C-1'] },
    });
    await registry.users.patch(user.id, { active: false });
    expect(await isIn(accessToken)).toBe(false);
    await expect(signIn()).rejects.toMatchObject({ code: 'wrong-credentials' });
    await registry.users.patch(user.id, { active: true });
  });

  it('keeps an administrator whose view is not cut, whoever else administers', async () => {
    const { user } = await signIn();
    await registry.users.patch(user.id, { role: 'administrator', regions: null, customers: ['C-1'] });
    const [first] = (await registry.users.list({ limit: 1 })).items;
    const change = (changes: object) => registry.users.patch(first?.id ?? 0, changes);
    await expect(change({ active: false })).rejects.toThrow('last active administrator');
    await expect(change({ regions: [] })).rejects.toThrow('last active administrator');
    await registry.users.patch(user.id, { customers: null });
    await change({ active: false });
    await change({ active: true });
    await registry.users.patch(user.id, { role: 'auditor', customers: ['C-1'] });
  });

  it('notices in a few seconds what another process ended', async () => {
    const other = await startTestRegistry(database, clock, { seed: 'other' });
    const { accessToken } = await signIn();
    expect((await other.sessions.authenticate(accessToken))?.name).toBe('Mei');
    await registry.sessions.logout(accessToken);
    clock.advance(5_000);
    expect(await other.sessions.authenticate(accessToken)).toBeNull();
    await other.close();
  });

  it('refuses a second account for an e-mail and a scope that does not exist', async () => {
    const mei = { email: 'MEI@example.com', name: 'Mei', password: PASSWORD, role: 'planner' } as const;
    await expect(registry.users.create(mei)).rejects.toMatchObject({ code: 'already-exists' });
    const typo = { ...mei, email: 'b@example.com', regions: ['eats'] };
    await expect(registry.users.create(typo)).rejects.toThrow('region eats does not exist');
  });

  it('pages through the accounts', async () => {
    const { items, next } = await registry.users.list({ limit: 1 });
    expect(items.map(({ email }) => email)).toEqual(['admin@stethos.local']);
    const rest = await registry.users.list({ limit: 1, cursor: next ?? '' });
    expect(rest).toMatchObject({ items: [{ email: 'mei@example.com', active: true }], next: null });
  });

  it('stores neither password nor token in clear', async () => {
    const { accessToken, refreshToken } = await signIn();
    const everything = await textOfEverything(database);
    expect(everything).toContain('$scrypt$ln=15,r=8,p=1$');
    for (const secret of [PASSWORD, administratorPassword, accessToken, ...refreshToken.split('.').slice(1)]) {
      expect(everything).not.toContain(secret);
      expect(everything).not.toContain(Buffer.from(secret).toString('hex'));
      expect(everything).not.toContain(Buffer.from(secret, 'base64url').toString('hex'));
    }
  });
});
