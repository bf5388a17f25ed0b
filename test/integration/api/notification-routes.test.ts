// Alerts handled several at once, and notifications set up, over HTTP: each within what the person may see and do, edits only of
// what was read, and a secret that is shown once and kept nowhere.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AlertBulkResult } from '../../../src/contracts/http/alerts.ts';
import type { WebhookWithSecret } from '../../../src/contracts/http/notifications.ts';
import { alertOf, call, type House, startHouse } from '../../support/api.ts';

let house: House;
let manager: string;
beforeAll(async () => {
  house = await startHouse();
  manager = (await house.signIn('manager')).accessToken;
});
afterAll(() => house.close());

const send = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}, token = manager) =>
  call(house.root, method, path, { token, headers, ...(body === undefined ? {} : { body }) });

test('several alerts are changed, those outside the view refused by name, and what an action needs is asked for', async () => {
  house.alerts.set(1, alertOf(1, 'P-EAST', 'east', 'C-1'));
  house.alerts.set(2, alertOf(2, 'P-WEST', 'west', 'C-2'));
  const east = (await house.signIn('support-engineer', { regions: ['east'], customers: null })).accessToken;
  const done = await send('POST', '/alerts/bulk', { ids: [1, 2, 3], action: 'acknowledge' }, {}, east);
  const { changed, refused } = done.body as unknown as AlertBulkResult;
  expect([done.status, changed.map(({ id }) => id), refused.map(({ id, code }) => [id, code])]).toEqual([
    200,
    [1],
    [
      [2, 'not-found'],
      [3, 'not-found'],
    ],
  ]);
  expect(house.alerts.get(2)?.state).toBe('open');
  const vague = await send('POST', '/alerts/bulk', { ids: [1], action: 'shelve' }, {}, east);
  expect([vague.status, vague.body.detail]).toEqual([400, 'To shelve an alert send `until`']);
  expect((await send('POST', '/alerts/bulk', { ids: [], action: 'comment', note: 'x' }, {}, east)).status).toBe(400);
  expect((await send('GET', '/alerts/1')).body).toMatchObject({ notices: [], explanation: { counter: [] } });
});

describe('escalation', () => {
  const levels = [
    { afterMinutes: 0, recipients: [{ kind: 'role', role: 'support-engineer' }] },
    { afterMinutes: 30, recipients: [{ kind: 'role', role: 'manager' }] },
  ];

  test('is changed only from what was read, in rising order, and names nobody who is not there', async () => {
    const path = '/notifications/policies/minor';
    expect((await send('PATCH', path, { levels, repeatMinutes: null })).status).toBe(428);
    const changed = await send('PATCH', path, { levels, repeatMinutes: 60 }, { 'if-match': '"1"' });
    expect([changed.status, changed.headers.get('etag'), changed.body['repeatMinutes']]).toEqual([200, '"2"', 60]);
    expect((await send('PATCH', path, { levels, repeatMinutes: null }, { 'if-match': '"1"' })).status).toBe(412);
    const refuse = async (wrong: unknown) => (await send('PATCH', path, wrong, { 'if-match': '*' })).body.detail;
    expect(await refuse({ levels: [...levels].reverse(), repeatMinutes: null })).toContain('longer time');
    const nobody = [{ afterMinutes: 0, recipients: [{ kind: 'team', team: 'nobody' }] }];
    expect(await refuse({ levels: nobody, repeatMinutes: null })).toBe('team nobody does not exist');
    expect((await send('PATCH', '/notifications/policies/terrible', { levels, repeatMinutes: null })).status).toBe(400);
  });

  test('is for who sees everything: a manager of one region reads and writes none of it', async () => {
    const east = (await house.signIn('manager', { regions: ['east'], customers: null })).accessToken;
    expect((await send('GET', '/notifications/policies', undefined, {}, east)).status).toBe(403);
    expect((await send('GET', '/notifications/preference', undefined, {}, east)).status).toBe(200);
  });
});

test('a webhook shows its secret once, whatever key the request had, and no answer after it has it', async () => {
  const body = { name: 'Desk', url: 'https://203.0.114.7/hook', language: 'en', timeZone: 'UTC', quietHours: null };
  const key = { 'idempotency-key': 'the-same' };
  const made = await send('POST', '/notifications/webhooks', body, key);
  const { secret, webhook } = made.body as unknown as WebhookWithSecret;
  expect([made.status, secret.length]).toEqual([201, 49]);
  const rotated = await send('POST', `/notifications/webhooks/${webhook.id}/secret`, {});
  expect((rotated.body as unknown as WebhookWithSecret).secret).not.toBe(secret);
  expect(JSON.stringify((await send('GET', '/notifications/webhooks')).body)).not.toContain('secret');
  const { rows } = await house.database.query('SELECT 1 FROM idempotency_key WHERE key = $1', ['the-same']);
  expect(rows).toEqual([]);
  expect(house.lines.join('\n')).not.toContain(secret);
  const inside = await send('POST', '/notifications/webhooks', { ...body, url: 'https://192.168.1.4/hook' });
  expect([inside.status, inside.body.detail]).toEqual([422, expect.stringContaining('inside this network')]);
  const nowhere = await send('POST', '/notifications/webhooks', { ...body, timeZone: 'Mars/Olympus' });
  expect([nowhere.status, nowhere.body.detail]).toEqual([422, expect.stringContaining('Asia/Shanghai')]);
});

test('a webhook and a team are deleted from what was read only, and are gone then', async () => {
  const speech = { language: 'en', timeZone: 'UTC', quietHours: null };
  const made = await send('POST', '/notifications/webhooks', {
    name: 'Old',
    url: 'https://203.0.114.8/hook',
    ...speech,
  });
  const hook = `/notifications/webhooks/${(made.body as unknown as WebhookWithSecret).webhook.id}`;
  await send('POST', '/notifications/teams', { code: 'old', name: { en: 'Old', zh: '旧' }, members: [] });
  for (const path of [hook, '/notifications/teams/old']) {
    expect((await send('DELETE', path)).status).toBe(428);
    expect((await send('DELETE', path, undefined, { 'if-match': '"7"' })).status).toBe(412);
    expect((await send('DELETE', path, undefined, { 'if-match': '"1"' })).status).toBe(204);
    expect((await send('DELETE', path, undefined, { 'if-match': '*' })).status).toBe(404);
  }
});

test('a person sets how to be told; without a mail server a test says what to set up', async () => {
  const preference = {
    language: 'en',
    timeZone: 'Europe/Berlin',
    quietHours: { from: '21:00', to: '06:30' },
    email: true,
  };
  expect((await send('PUT', '/notifications/preference', preference)).body).toEqual(preference);
  expect((await send('GET', '/notifications/preference')).body).toEqual(preference);
  const odd = await send('PUT', '/notifications/preference', {
    ...preference,
    quietHours: { from: '25:00', to: '06:00' },
  });
  expect(odd.status).toBe(400);
  const tried = await send('POST', '/notifications/test');
  expect([tried.status, tried.body.detail]).toEqual([422, expect.stringContaining('STETHOS_SMTP_URL')]);
});
