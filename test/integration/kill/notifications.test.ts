// kill -9 around the moment a mail is handed over: it arrives all the same, at least once and under one id. A sender that notes
// first and sends then loses it, so the test can fail.
import { expect, test } from 'vitest';
import { prepareServiceDatabase, type ServiceDatabase } from '../../support/app.ts';
import { startMailServer } from '../../support/mail-server.ts';
import { endKillable, killGroup, startKillable } from './killable.ts';

const PATIENCE = { timeout: 60_000, interval: 20 };

/** A person, and a message to them that is due. */
async function prepare(database: ServiceDatabase): Promise<void> {
  await database.look(async (db) => {
    await db.query(
      `INSERT INTO user_account (email, name, password_hash, role) VALUES ('a@example.test', 'A', '-', 'support-engineer')`,
    );
    await db.query(
      `INSERT INTO notification (delivery, kind, channel, user_id, recipient, address, language, due_at, created_at)
       SELECT gen_random_uuid(), 'test', 'email', id, name, email, 'en', now(), now() FROM user_account WHERE email = 'a@example.test'`,
    );
  });
}

const stateOf = async (database: ServiceDatabase): Promise<string | undefined> =>
  database.look(async (db) => (await db.query<{ state: string }>('SELECT state FROM notification')).rows[0]?.state);

/** A mail server that has taken the mail and never says so; the process that sent it is killed then. */
async function killAfterHandOver(database: ServiceDatabase, order: string) {
  const silent = await startMailServer({ isSilentAfterData: true });
  const killed = await startKillable('notifying-process.ts', [JSON.stringify(database.target), silent.url, order]);
  await expect.poll(() => silent.mails.length, PATIENCE).toBe(1);
  await killGroup(killed);
  await silent.close();
  return silent.mails[0];
}

/** A mail server that does not even greet; the process is killed while it waits for it. */
async function killBeforeHandOver(database: ServiceDatabase, order: string): Promise<void> {
  const deaf = await startMailServer({ isDeaf: true });
  const killed = await startKillable('notifying-process.ts', [JSON.stringify(database.target), deaf.url, order]);
  await expect.poll(() => deaf.connections(), PATIENCE).toBeGreaterThan(0);
  await killGroup(killed);
  await deaf.close();
}

test('a mail that was handed over but not noted is sent again under the same id', { timeout: 120_000 }, async () => {
  const database = await prepareServiceDatabase();
  await prepare(database);
  const first = await killAfterHandOver(database, 'send-then-note');
  const mail = await startMailServer();
  const next = await startKillable('notifying-process.ts', [JSON.stringify(database.target), mail.url]);
  await expect.poll(() => mail.mails.length, PATIENCE).toBe(1);
  expect(mail.mails[0]?.headers['message-id']).toBe(first?.headers['message-id']);
  await endKillable(next);
  await expect.poll(() => stateOf(database), PATIENCE).toBe('sent');
  expect(mail.mails).toHaveLength(1);
  await mail.close();
  await database.remove();
});

test.each([
  ['send-then-note', 1],
  ['note-then-send', 0],
] as const)('killed before the hand-over, %s: %i mails arrive', { timeout: 120_000 }, async (order, arrives) => {
  const database = await prepareServiceDatabase();
  await prepare(database);
  await killBeforeHandOver(database, order);
  const mail = await startMailServer();
  const next = await startKillable('notifying-process.ts', [JSON.stringify(database.target), mail.url, order]);
  if (arrives > 0) await expect.poll(() => mail.mails.length, PATIENCE).toBe(arrives);
  // Longer than a lease: whatever would be sent again has been by now.
  else await new Promise((resolve) => setTimeout(resolve, 3_000));
  await endKillable(next);
  expect(mail.mails).toHaveLength(arrives);
  await mail.close();
  await database.remove();
});
