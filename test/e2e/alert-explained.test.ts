// An alert as a support engineer gets it: why, what speaks against it, cases like it, whom it was told to; several taken at
// once; and how notifications are set up and seen, in both languages.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Contributor } from '../../src/contracts/http/devices.ts';
import { DAY_MS, HOUR_MS, isoOf } from '../../src/contracts/time.ts';
import type { Database } from '../../src/db/database.ts';
import { appendEvent } from '../../src/db/event-log.ts';
import {
  ADMINISTRATOR,
  prepareServiceDatabase,
  type ServiceDatabase,
  startTestApp,
  type TestApp,
} from '../support/app.ts';
import { startHookReceiver } from '../support/hook-receiver.ts';
import { startMailServer } from '../support/mail-server.ts';
import { launchBrowser, openViewer, tokensOf } from './browser.ts';
import { dashboardFolder } from './dashboard-build.ts';
import { inspectAll, LOOKS } from './inspection.ts';
import { foundOrganisation, SUPPORT } from './organisation.ts';
import { settled } from './screens.ts';

const LIMIT_MS = 240_000;
const PATIENCE = { timeout: 20_000, interval: 50 };
const DEVICES = ['V-1', 'V-2', 'V-3'];

let app: TestApp;
let database: ServiceDatabase;
let browser: Browser;
let mail: Awaited<ReturnType<typeof startMailServer>>;
let receiver: Awaited<ReturnType<typeof startHookReceiver>>;
const alerts: number[] = [];

beforeAll(async () => {
  mail = await startMailServer();
  receiver = await startHookReceiver();
  database = await prepareServiceDatabase();
  const nowMs = Date.now();
  const founding = await startTestApp({ database });
  await foundOrganisation(founding.api, DEVICES, nowMs);
  await founding.close();
  // An embedded database belongs to one process: what the predictor would find is written while none runs.
  await database.look(async (db) => {
    for (const [index, device] of DEVICES.entries())
      alerts.push(await raise(db, device, nowMs - (3 - index) * HOUR_MS));
  });
  app = await startTestApp({
    database,
    dashboardDir: await dashboardFolder(),
    env: {
      STETHOS_SMTP_URL: mail.url,
      STETHOS_SMTP_FROM: 'stethos@example.test',
      STETHOS_PUBLIC_URL: 'https://stethos.example.test',
      STETHOS_WEBHOOK_PRIVATE: 'allow',
      STETHOS_SECRETS_KEY: 'a key of the tests, of no use to anybody',
    },
  });
  browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await app?.close();
  await database?.remove();
  await mail?.close();
  await receiver?.close();
});

function spoke(atMs: number): Contributor[] {
  const base = { direction: 'up' as const, since: isoOf(atMs - 5 * DAY_MS) };
  return [
    {
      ...base,
      metric: 'blower_current',
      name: { en: 'Blower current', zh: '涡轮电流' },
      unit: 'A',
      value: 2.9,
      expected: 1.4,
      sigma: 7.2,
    },
    {
      ...base,
      metric: 'flow_offset',
      name: { en: 'Flow sensor offset', zh: '流量传感器零偏' },
      unit: 'mL/min',
      value: 58,
      expected: 49,
      sigma: 5.6,
      share: 0.31,
    },
  ];
}

/** As the predictor would: the row, its history and its event in one transaction. */
function raise(db: Database, device: string, atMs: number): Promise<number> {
  return db.transaction(async (tx) => {
    const { rows } = await tx.query<{ id: bigint }>(
      `INSERT INTO alert (device_id, cause, component, failure_mode, severity, raised_at, last_seen_at, reason, contributors,
           window_from, window_to, probability, probability_low, probability_high, probability_n, rul_hours_p10, rul_hours_p50,
           rul_hours_p90, value_at_risk_minor, currency)
         SELECT d.id, c.component || '/' || c.mode, c.component, c.mode, 'major', $2, $2, $3, $4, $5, $2, 0.62, 0.41, 0.8, 4,
           70, 150, 320, 2350000, 'CNY'
         FROM device d JOIN product p ON p.code = d.product_code CROSS JOIN LATERAL (
           SELECT x->>'code' AS component, x->'failureModes'->0->>'code' AS mode
           FROM jsonb_array_elements(p.definition->'components') x 
           WHERE x->>'code' = 'blower') c WHERE d.code = $1 RETURNING id`,
      [
        device,
        new Date(atMs),
        JSON.stringify({ en: 'Blower current 1.5 A above normal.', zh: '涡轮电流比正常值高 1.5 A。' }),
        JSON.stringify(spoke(atMs)),
        new Date(atMs - 5 * DAY_MS),
      ],
    );
    const alertId = Number(rows[0]?.id);
    await tx.query("INSERT INTO alert_change (alert_id, at, actor, change) VALUES ($1, $2, 'system', 'raised')", [
      alertId,
      new Date(atMs),
    ]);
    appendEvent(tx, { type: 'alert.raised', at: isoOf(atMs), payload: { alertId, device, severity: 'major' } });
    return alertId;
  });
}

describe('an alert', () => {
  test('says why, what it stands on and who was told', { timeout: LIMIT_MS }, async () => {
    // Storm of one cause: one mail for the support engineer.
    await expect.poll(() => mail.mails.length, { ...PATIENCE, timeout: 40_000 }).toBe(1);
    for (const language of ['zh', 'en'] as const) {
      const tokens = await tokensOf(app.httpUrl, SUPPORT);
      const viewer = await openViewer(browser, app.httpUrl, { language, tokens });
      const { page, words, complaints } = viewer;
      await page.goto(`/alerts/${alerts[2]}`);
      await settled(page);
      const pane = page.locator('.alert-pane');
      const said = await pane.innerText();
      expect(said).toContain(language === 'zh' ? '为平时波动的 7.2 倍' : '7.2 times its usual spread');
      expect(said).toContain(language === 'zh' ? '占模型判断依据的 31 %' : "31 % of the model's answer");
      expect(said).toContain(language === 'zh' ? '尚无已知结果：n = 0。' : 'No outcomes yet: n = 0.');
      expect(said).toContain(words.alerts.likeness('100%'));
      expect(said).toContain(words.alerts.nothingAgainst);
      expect(said).toContain(words.alerts.together('2'));
      expect(complaints).toEqual([]);
      await viewer.close();
    }
  });

  test('is taken with others at once, by keyboard and by hand', { timeout: LIMIT_MS }, async () => {
    const tokens = await tokensOf(app.httpUrl, SUPPORT);
    const viewer = await openViewer(browser, app.httpUrl, { language: 'en', tokens });
    const { page, words, complaints } = viewer;
    await page.goto(`/alerts/${alerts[0]}`);
    await settled(page);
    await page.keyboard.press('x');
    await page.getByRole('checkbox', { name: words.alerts.select('V-2') }).check();
    const bar = page.locator('.bulk-bar');
    await bar.getByText(words.alerts.selected('2')).waitFor();
    await bar.getByRole('button', { name: words.alerts.action.acknowledge, exact: true }).click();
    await bar.locator('form').getByRole('button', { name: words.alerts.action.acknowledge }).click();
    await bar.waitFor({ state: 'detached' });
    for (const id of alerts.slice(0, 2)) {
      const { alert } = await app.api.get<{ alert: { state: string } }>(`/alerts/${id}`);
      expect(alert.state).toBe('acknowledged');
    }
    expect(complaints).toEqual([]);
    await viewer.close();
  });
});

test('a webhook is set up, shows its secret once, and a test of it arrives and is seen as sent', {
  timeout: LIMIT_MS,
}, async () => {
  const tokens = await tokensOf(app.httpUrl, ADMINISTRATOR);
  const viewer = await openViewer(browser, app.httpUrl, { language: 'zh', tokens });
  const { page, words, complaints } = viewer;
  const say = words.notifications;
  await page.goto('/notifications?tab=webhooks');
  await page.getByRole('button', { name: say.webhook.add }).click();
  await page.getByLabel(say.webhook.name, { exact: true }).fill('Desk');
  await page.getByLabel(say.webhook.url, { exact: true }).fill(receiver.url);
  await page.getByRole('button', { name: say.webhook.make }).click();
  expect(await page.getByLabel(say.webhook.secret, { exact: true }).inputValue()).toMatch(/^whsec_[\w-]{43}$/);
  await page.getByRole('button', { name: say.webhook.closeSecret }).click();
  await page.getByRole('button', { name: say.webhook.test }).click();
  await expect.poll(() => receiver.hooks.length, PATIENCE).toBe(1);
  await page.goto('/notifications?tab=sent');
  await page.getByText('Stethos 测试通知').waitFor();
  expect(complaints).toEqual([]);
  await viewer.close();
});

test('the screens of alerts and notifications stand in every look', { timeout: LIMIT_MS }, async () => {
  await app.api.post('/notifications/teams', {
    code: 'night',
    name: { en: 'Night shift', zh: '夜班组' },
    members: [],
  });
  const only = ['notifications', 'alert'];
  expect(await inspectAll(browser, { app, instance: 'explained', looks: LOOKS, only })).toEqual([]);
});
