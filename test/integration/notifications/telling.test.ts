// Alerts told to people and systems over real sockets: by policy, once in a group, in the person's words, and never dropped in
// silence.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { AlertNotice, NewPolicy } from '../../../src/contracts/http/notifications.ts';
import type { Notifications } from '../../../src/notifications/notifications.ts';
import { isSigned } from '../../../src/notifications/signature.ts';
import { startHookReceiver } from '../../support/hook-receiver.ts';
import { startMailServer } from '../../support/mail-server.ts';
import { MORNING, type NotificationWorld, openNotificationWorld } from '../../support/notification-world.ts';

const MINUTE = 60_000;

/** mulberry32 */
const seededRandom = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
};
const PATIENCE = { timeout: 15_000, interval: 10 };

let world: NotificationWorld;
let room: Notifications;
let mail: Awaited<ReturnType<typeof startMailServer>>;
let people = 0;

beforeAll(async () => {
  world = await openNotificationWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  // Far from what other tests told: nothing of it is near enough to be grouped with.
  world.time.now += 3_600_000 * 24 * 2;
  mail = await startMailServer();
  room = await world.start({ smtp: { url: mail.url, from: 'stethos@example.test' } });
});
afterEach(async () => {
  await room.close();
  await mail.close();
});

const person = (role = 'support-engineer', regions: string[] | null = null) =>
  world.addPerson(`p${++people}@example.test`, role, regions);

async function policy(
  severity: 'critical' | 'major',
  levels: NewPolicy['levels'],
  repeatMinutes: number | null = null,
) {
  await room.writePolicy(severity, { levels, repeatMinutes }, { actor: 'test' });
}
const toPerson = (id: number) => ({ kind: 'person', id }) as const;

/** The clock goes on in steps, as long as what is to come needs. */
async function pass(minutes: number): Promise<void> {
  world.time.now += minutes * MINUTE;
  await room.idle();
}
const told = (notices: readonly AlertNotice[]) => notices.map(({ occasion, suppressed }) => suppressed ?? occasion);
const stateOf = async (alertId: number) => (await room.ofAlert(alertId)).map(({ notification }) => notification?.state);
const settled = (alertId: number, states: (string | undefined)[]) =>
  expect.poll(() => stateOf(alertId), PATIENCE).toEqual(states);

describe('an alert', () => {
  test('is mailed in the words of the person, with a Message-ID of its own and a link', async () => {
    const id = await person();
    await room.writePreference(id, { language: 'zh', timeZone: 'Asia/Shanghai', quietHours: null, email: true });
    await policy('major', [{ afterMinutes: 0, recipients: [toPerson(id)] }]);
    const device = await world.addDevice();
    const alertId = await world.raise({ device });
    await pass(0);
    await settled(alertId, ['waiting']);
    await pass(1);
    await settled(alertId, ['sent']);
    const [letter] = mail.mails;
    expect(letter?.to).toEqual([`p${people}@example.test`]);
    expect(letter?.headers['subject']).toContain(`【重要】${device}`);
    expect(letter?.body).toContain('冷头温度偏高。');
    expect(letter?.body).toContain(`https://stethos.example.test/alerts/${alertId}`);
    // The same in both of its parts.
    expect(letter?.headers['content-type']).toContain('multipart/alternative');
    expect(letter?.html).toContain('冷头温度偏高。');
    expect(letter?.html).toContain(`href="https://stethos.example.test/alerts/${alertId}"`);
    const { items } = await room.list({});
    expect(letter?.headers['message-id']).toBe(`<${items[0]?.delivery}@example.test>`);
  });

  test('goes up level by level until somebody acknowledges it', async () => {
    const [first, second] = [await person(), await person('manager')];
    await policy(
      'critical',
      [
        { afterMinutes: 0, recipients: [toPerson(first)] },
        { afterMinutes: 15, recipients: [toPerson(second)] },
        { afterMinutes: 60, recipients: [toPerson(first)] },
      ],
      30,
    );
    const alertId = await world.raise({ device: await world.addDevice(), severity: 'critical' });
    await pass(0);
    await pass(1);
    await settled(alertId, ['sent']);
    await pass(15);
    await expect.poll(async () => told(await room.ofAlert(alertId)), PATIENCE).toEqual(['raised', 'escalated']);
    await pass(31);
    await expect
      .poll(async () => told(await room.ofAlert(alertId)), PATIENCE)
      .toEqual(['raised', 'escalated', 'repeated']);
    await pass(1);
    await settled(alertId, ['sent', 'sent', 'sent']);
    const { rows } = await world.database.query<{ payload: { level: number } }>(
      "SELECT payload FROM event WHERE type = 'alert.escalated' AND (payload->>'alertId')::int = $1",
      [alertId],
    );
    expect(rows.map(({ payload }) => payload.level)).toEqual([2]);
    await world.change(alertId, "state = 'acknowledged'", { type: 'alert.changed', change: 'acknowledge' });
    await pass(600);
    await pass(600);
    expect(told(await room.ofAlert(alertId))).toEqual(['raised', 'escalated', 'repeated']);
  });

  test('that is taken before its message is sent is left out of it, and says so', async () => {
    const id = await person();
    await policy('major', [{ afterMinutes: 0, recipients: [toPerson(id)] }]);
    const alertId = await world.raise({ device: await world.addDevice() });
    await pass(0);
    await settled(alertId, ['waiting']);
    await world.change(alertId, "state = 'acknowledged'");
    await pass(1);
    await settled(alertId, ['suppressed']);
    expect(told(await room.ofAlert(alertId))).toEqual(['acknowledged']);
    expect(mail.mails).toEqual([]);
  });

  test('is not told to who may not see it, to nobody when it is history, and each is kept', async () => {
    const west = await person('support-engineer', ['west']);
    await policy('major', [{ afterMinutes: 0, recipients: [toPerson(west)] }]);
    const foreign = await world.raise({ device: await world.addDevice('east') });
    const old = await world.raise({
      device: await world.addDevice('west'),
      lastSeenMs: world.time.now - 48 * 60 * MINUTE,
    });
    const theirs = await world.raise({ device: await world.addDevice('west') });
    await pass(0);
    await pass(1);
    await settled(theirs, ['sent']);
    expect(told(await room.ofAlert(foreign))).toEqual(['outside-scope']);
    expect(told(await room.ofAlert(old))).toEqual(['past']);
    expect(mail.mails).toHaveLength(1);
  });

  test('that gets worse is told under the policy of the worse severity, and one that comes back from the shelf again', async () => {
    const id = await person();
    await policy('major', [{ afterMinutes: 0, recipients: [toPerson(id)] }]);
    await policy('critical', [{ afterMinutes: 0, recipients: [toPerson(id)] }]);
    const alertId = await world.raise({ device: await world.addDevice() });
    await pass(10);
    await world.change(alertId, "severity = 'critical'", { type: 'alert.enriched' });
    await pass(10);
    await world.change(alertId, 'shelved_until = NULL', { type: 'alert.changed', change: 'returned' });
    await pass(10);
    await expect
      .poll(async () => told(await room.ofAlert(alertId)), PATIENCE)
      .toEqual(['raised', 'worsened', 'returned']);
    await pass(10);
    await settled(alertId, ['sent', 'sent', 'sent']);
  });
});

describe('an alert that is given to somebody', () => {
  const give = (alertId: number, email: string, actor = 'chief@example.test') =>
    world.change(alertId, `state = 'acknowledged', assignee = '${email}'`, {
      type: 'alert.changed',
      change: 'assign',
      actor,
    });

  test('is mailed to that person, though it counts as acknowledged by then', async () => {
    const [desk, id] = [await person(), await person('field-engineer')];
    const email = `p${people}@example.test`;
    await room.writePreference(id, { language: 'en', timeZone: 'UTC', quietHours: null, email: true });
    await policy('major', [{ afterMinutes: 0, recipients: [toPerson(desk)] }]);
    const alertId = await world.raise({ device: await world.addDevice() });
    await pass(0);
    await pass(1);
    await settled(alertId, ['sent']);
    await give(alertId, email.toUpperCase());
    await pass(0);
    await pass(1);
    await settled(alertId, ['sent', 'sent']);
    const letter = mail.mails.find(({ to }) => to.includes(email));
    expect(letter?.headers['subject']).toContain('given to you: ');
    expect(letter?.body).toContain('It was given to you.');
    expect(letter?.html).toContain('It was given to you.');
  });

  test('is not told to who took it, to a stranger, where the severity tells nobody, or once it is resolved', async () => {
    const id = await person();
    const email = `p${people}@example.test`;
    await policy('major', [{ afterMinutes: 0, recipients: [toPerson(id)] }]);
    await policy('critical', []);
    const given = async (severity: 'major' | 'critical', to: string, actor?: string) => {
      const alertId = await world.raise({ device: await world.addDevice(), severity });
      await give(alertId, to, actor);
      await pass(0);
      return alertId;
    };
    const why = async (alertId: number) =>
      (await room.ofAlert(alertId))
        .filter(({ occasion }) => occasion === 'assigned')
        .map(({ suppressed }) => suppressed);
    expect(await why(await given('major', email, email))).toEqual(['taken-by-oneself']);
    expect(await why(await given('major', 'nobody@example.test'))).toEqual(['nobody-reachable']);
    expect(await why(await given('critical', email))).toEqual(['no-policy']);
    const resolved = await given('major', email);
    expect(await why(resolved)).toEqual([null]);
    await world.change(resolved, "state = 'resolved'");
    await pass(1);
    await expect.poll(() => why(resolved), PATIENCE).toEqual(['resolved']);
  });

  test('waits for the end of the quiet hours unless it is critical', async () => {
    const id = await person();
    const email = `p${people}@example.test`;
    const quietHours = { from: '00:00', to: '23:59' };
    await room.writePreference(id, { language: 'en', timeZone: 'UTC', quietHours, email: true });
    await policy('major', [{ afterMinutes: 0, recipients: [toPerson(await person())] }]);
    const alertId = await world.raise({ device: await world.addDevice() });
    await give(alertId, email);
    await pass(0);
    await expect
      .poll(async () => (await room.ofAlert(alertId)).at(-1)?.notification?.heldFor, PATIENCE)
      .toBe('quiet-hours');
  });
});

describe('what is deleted', () => {
  const HOOK = { language: 'en', timeZone: 'UTC', quietHours: null } as const;

  test('is named by no policy, gets nothing that still waits for it, and leaves what was sent in the record', async () => {
    const receiver = await startHookReceiver();
    try {
      const { webhook } = await room.createWebhook({ ...HOOK, name: 'Desk', url: receiver.url }, 'test');
      await policy('major', [{ afterMinutes: 0, recipients: [{ kind: 'webhook', id: webhook.id }] }]);
      const alertId = await world.raise({ device: await world.addDevice() });
      await pass(0);
      await expect(room.deleteWebhook(webhook.id, 'test')).rejects.toThrow(/named by the policy of major/);
      await policy('major', []);
      await room.deleteWebhook(webhook.id, 'test');
      await pass(1);
      expect(told(await room.ofAlert(alertId))).toEqual(['webhook-deleted']);
      expect((await room.list({})).items[0]).toMatchObject({ recipient: 'Desk', state: 'suppressed' });
      expect([await room.webhook(webhook.id), receiver.hooks.length]).toEqual([null, 0]);
      await expect(room.rotateSecret(webhook.id)).rejects.toMatchObject({ code: 'not-found' });
      await expect(
        policy('major', [{ afterMinutes: 0, recipients: [{ kind: 'webhook', id: webhook.id }] }]),
      ).rejects.toThrow(/does not exist/);
    } finally {
      await receiver.close();
    }
  });

  test('may be founded again under the same code, where it is a team', async () => {
    const id = await person();
    const team = { code: 'night', name: { en: 'Night', zh: '夜班' }, members: [id] };
    const { revision } = await room.createTeam(team);
    await policy('major', [{ afterMinutes: 0, recipients: [{ kind: 'team', team: 'night' }] }]);
    await expect(room.deleteTeam('night', 'test')).rejects.toThrow(/named by the policy of major/);
    await policy('major', []);
    await room.deleteTeam('night', 'test', revision);
    expect(await room.team('night')).toBeNull();
    expect(await room.createTeam({ ...team, members: [] })).toMatchObject({ members: [] });
    await expect(room.createTeam(team)).rejects.toMatchObject({ code: 'already-exists' });
  });
});

describe('a storm', () => {
  test('is one message to each person, and every alert is in one', async () => {
    const id = await person();
    await policy('major', [{ afterMinutes: 0, recipients: [toPerson(id)] }]);
    const ids: number[] = [];
    for (let n = 0; n < 40; n++) ids.push(await world.raise({ device: await world.addDevice() }));
    await pass(0);
    await pass(1);
    for (const alertId of ids) await settled(alertId, ['sent']);
    expect(mail.mails).toHaveLength(1);
    expect(mail.mails[0]?.headers['subject']).toContain('40 条告警：仁济东院');
    expect(mail.mails[0]?.body).toContain('……另有 20 条告警。');
    // What follows within minutes is gathered and told later, together.
    const late = [
      await world.raise({ device: await world.addDevice() }),
      await world.raise({ device: await world.addDevice() }),
    ];
    await pass(1);
    await settled(late[0] as number, ['waiting']);
    expect((await room.ofAlert(late[1] as number))[0]?.notification).toMatchObject({ heldFor: 'storm', alertCount: 2 });
    await pass(6);
    await settled(late[1] as number, ['sent']);
    expect(mail.mails).toHaveLength(2);
  });

  test('of the night waits for the morning, but what is critical does not', async () => {
    const id = await person();
    await room.writePreference(id, {
      language: 'en',
      timeZone: 'Asia/Shanghai',
      quietHours: { from: '22:00', to: '07:00' },
      email: true,
    });
    await policy('major', [{ afterMinutes: 0, recipients: [toPerson(id)] }]);
    await policy('critical', [{ afterMinutes: 0, recipients: [toPerson(id)] }]);
    // MORNING is ten o'clock: thirteen hours later it is eleven at night.
    world.time.now = MORNING + Math.ceil((world.time.now - MORNING) / 86_400_000) * 86_400_000 + 13 * 60 * MINUTE;
    const held = await world.raise({ device: await world.addDevice('east') });
    const other = await world.raise({ device: await world.addDevice('west') });
    const urgent = await world.raise({ device: await world.addDevice('east'), severity: 'critical' });
    await pass(0);
    await pass(5);
    await settled(urgent, ['sent']);
    expect(await stateOf(held)).toEqual(['waiting']);
    expect((await room.ofAlert(other))[0]?.notification).toMatchObject({ heldFor: 'quiet-hours', alertCount: 2 });
    await pass(8 * 60);
    await settled(held, ['sent']);
    expect(mail.mails).toHaveLength(2);
    expect(mail.mails[1]?.headers['subject']).toContain('2 alerts');
  });
});

describe('a webhook', () => {
  const SPEECH = { language: 'en', timeZone: 'UTC', quietHours: null } as const;

  test('is signed, tried again under the same id after an error, and its secret is not in the database', async () => {
    const receiver = await startHookReceiver([500, 503]);
    const { webhook, secret } = await room.createWebhook({ name: 'Desk', url: receiver.url, ...SPEECH }, 'admin');
    await policy('major', [{ afterMinutes: 0, recipients: [{ kind: 'webhook', id: webhook.id }] }]);
    const alertId = await world.raise({ device: await world.addDevice() });
    await pass(0);
    for (let tries = 1; tries <= 3; tries++) {
      await pass(2);
      await expect.poll(() => receiver.hooks.length, PATIENCE).toBe(tries);
      await expect
        .poll(async () => (await room.ofAlert(alertId))[0]?.notification?.state, PATIENCE)
        .not.toBe('sending');
    }
    await settled(alertId, ['sent']);
    const deliveries = new Set(receiver.hooks.map(({ headers }) => headers['stethos-delivery']));
    expect(deliveries.size).toBe(1);
    expect(new Set(receiver.hooks.map(({ body }) => body)).size).toBe(1);
    const { headers, body } = receiver.hooks[2] as (typeof receiver.hooks)[number];
    const nowS = Math.floor(world.time.now / 1000);
    expect(isSigned(headers['stethos-signature'] as string, secret, body, nowS)).toBe(true);
    expect(isSigned(headers['stethos-signature'] as string, secret, body.replace('"alerts"', '"other"'), nowS)).toBe(
      false,
    );
    expect(isSigned(headers['stethos-signature'] as string, secret, body, nowS + 301)).toBe(false);
    expect(isSigned(headers['stethos-signature'] as string, 'whsec_other', body, nowS)).toBe(false);
    expect(JSON.parse(body)).toMatchObject({ type: 'alerts', alerts: [{ id: alertId, severity: 'major' }] });
    const { rows } = await world.database.query<{ sealed: string }>(
      "SELECT encode(secret_sealed, 'escape') AS sealed FROM notification_webhook",
    );
    expect(rows.every(({ sealed }) => !sealed.includes(secret))).toBe(true);
    await receiver.close();
  });

  test('that never takes it is given up after its tries, stays visible and can be sent again', async () => {
    const receiver = await startHookReceiver(Array.from({ length: 8 }, () => 500));
    const { webhook } = await room.createWebhook({ name: 'Down', url: receiver.url, ...SPEECH }, 'admin');
    const { id } = await room.test({ webhookId: webhook.id });
    const state = async () => (await room.list({})).items.find((one) => one.id === id);
    for (let tries = 1; tries <= 8; tries++) {
      await expect.poll(async () => (await state())?.attempts, PATIENCE).toBe(tries);
      await expect.poll(async () => (await state())?.state, PATIENCE).not.toBe('sending');
      await pass(61);
    }
    expect(await state()).toMatchObject({ state: 'dead', attempts: 8, lastError: 'answered 500' });
    await room.resend(id);
    await expect.poll(async () => (await state())?.state, PATIENCE).toBe('sent');
    await expect(room.resend(id)).rejects.toMatchObject({ code: 'transition-refused' });
    await receiver.close();
  });

  test('does not reach inside the network unless that is allowed, by address or by name', async () => {
    await room.close();
    room = await world.start({ allowsPrivateWebhooks: false });
    for (const url of [
      'https://127.0.0.1/x',
      'https://10.1.2.3/x',
      'https://[::1]/x',
      'https://[::ffff:127.0.0.1]/x',
      'https://169.254.169.254/latest',
      'https://2130706433/x',
      'http://example.com/x',
      'https://user:word@example.com/x',
    ]) {
      await expect(room.createWebhook({ name: 'In', url, ...SPEECH }, 'admin'), url).rejects.toMatchObject({
        code: 'refused',
      });
    }
    // A name is looked at when it is connected to.
    const { webhook } = await room.createWebhook({ name: 'Name', url: 'https://localhost:9/x', ...SPEECH }, 'admin');
    const { id } = await room.test({ webhookId: webhook.id });
    await expect
      .poll(async () => (await room.list({})).items.find((one) => one.id === id), PATIENCE)
      .toMatchObject({ state: 'dead', lastError: expect.stringContaining('inside this network') });
  });
});

test('whatever happens to alerts, each is in a notification or says why not, and every notification comes to an end', async () => {
  const [east, west, boss] = [
    await person('support-engineer', ['east']),
    await person('support-engineer', ['west']),
    await person('manager'),
  ];
  await room.writePreference(boss, {
    language: 'en',
    timeZone: 'Asia/Shanghai',
    quietHours: { from: '22:00', to: '07:00' },
    email: true,
  });
  const levels = [
    { afterMinutes: 0, recipients: [toPerson(east), toPerson(west)] },
    { afterMinutes: 20, recipients: [toPerson(boss)] },
  ];
  await policy('major', levels, 60);
  await policy('critical', levels, 30);
  const random = seededRandom(20_261_122);
  const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)] as T;
  const devices = [await world.addDevice('east'), await world.addDevice('west'), await world.addDevice('east')];
  const raised: number[] = [];
  for (let step = 0; step < 120; step++) {
    const alertId = raised.length === 0 ? null : pick(raised);
    const what = random();
    if (what < 0.35 || alertId === null) {
      const severity = pick(['critical', 'major', 'minor', 'warning'] as const);
      raised.push(await world.raise({ device: pick(devices), severity, cause: `head/mode-${step}` }));
    } else if (what < 0.5) await world.change(alertId, "state = 'acknowledged'");
    else if (what < 0.6) await world.change(alertId, "shelved_until = now() + interval '100 years'");
    else if (what < 0.7) await world.change(alertId, 'cleared_at = now()');
    else if (what < 0.8) await world.change(alertId, "severity = 'critical'", { type: 'alert.enriched' });
    else await pass(Math.ceil(random() * 90));
  }
  await world.database.query("UPDATE alert SET state = 'resolved'");
  for (let hours = 0; hours < 30; hours++) await pass(60);
  const left = "SELECT count(*)::int AS n FROM notification WHERE state IN ('waiting', 'sending')";
  const count = async (text: string, values: unknown[] = []) =>
    (await world.database.query<{ n: number }>(text, values)).rows[0]?.n;
  await expect.poll(() => count(left), PATIENCE).toBe(0);
  const untold = `SELECT count(*)::int AS n FROM unnest($1::bigint[]) AS id
    WHERE NOT EXISTS (SELECT FROM notification_alert n WHERE n.alert_id = id)`;
  expect(await count(untold, [raised])).toBe(0);
  const unsaid = `SELECT count(*)::int AS n FROM notification_alert e JOIN notification n ON n.id = e.notification_id
    WHERE n.state = 'suppressed' AND e.suppressed IS NULL`;
  expect(await count(unsaid)).toBe(0);
});

test('a receiver whom the mail server refuses for good is given up at once, one it refuses for now is tried again', async () => {
  const id = await person();
  await policy('major', [{ afterMinutes: 0, recipients: [toPerson(id)] }]);
  mail.faults.recipients = ['451 later', '550 no such person'];
  const alertId = await world.raise({ device: await world.addDevice() });
  await pass(0);
  await pass(1);
  await expect.poll(async () => (await room.ofAlert(alertId))[0]?.notification?.attempts, PATIENCE).toBe(1);
  await settled(alertId, ['waiting']);
  await pass(2);
  await settled(alertId, ['dead']);
  expect((await room.ofAlert(alertId))[0]?.notification?.lastError).toContain('550');
});

test('without a mail server nobody is told by mail, and the alert says so', async () => {
  await room.close();
  room = await world.start();
  const id = await person();
  await policy('major', [{ afterMinutes: 0, recipients: [toPerson(id)] }], 5);
  const alertId = await world.raise({ device: await world.addDevice() });
  await pass(0);
  await pass(60);
  await pass(60);
  expect(told(await room.ofAlert(alertId))).toEqual(['email-not-set-up']);
  await expect(room.test({ userId: id })).rejects.toMatchObject({ code: 'refused' });
});
