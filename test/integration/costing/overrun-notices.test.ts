// An expected overrun over real rooms and sockets: told once when it appears, when its day moves by a month and when it is gone, to
// those who answer for cost and see it, by mail and webhook; who is not told has an entry that says why.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Registry } from 'prom-client';
import { EVERYTHING } from '../../../src/contracts/access.ts';
import type { Notification } from '../../../src/contracts/http/notifications.ts';
import { nextPeriod } from '../../../src/costing/core/periods.ts';
import { postFacts } from '../../../src/costing/facts.ts';
import type { NewFact } from '../../../src/costing/new-fact.ts';
import { type Notifications, startNotifications } from '../../../src/notifications/notifications.ts';
import { startHookReceiver } from '../../support/hook-receiver.ts';
import { silentLog } from '../../support/database.ts';
import { startMailServer } from '../../support/mail-server.ts';
import { seededBytes } from '../../support/registry.ts';
import { type ServiceWorld, startServiceWorld } from '../../support/service-world.ts';

const PATIENCE = { timeout: 20_000, interval: 20 };
const MONTHS = Array.from({ length: 12 }, (_, i) => `2026-${String(i + 1).padStart(2, '0')}`);

let world: ServiceWorld;
let room: Notifications;
let mail: Awaited<ReturnType<typeof startMailServer>>;
let hooks: Awaited<ReturnType<typeof startHookReceiver>>;
let facts = 0;

async function post(months: readonly string[], amountMinor: bigint): Promise<void> {
  const posted = months.map(
    (month): NewFact => ({
      amountMinor,
      currency: 'CNY',
      element: 'parts',
      quantityMilli: 1000n,
      unit: '1',
      occurredOn: `${month}-10`,
      source: { type: 'charge', id: `notice-${(facts += 1)}` },
      idempotencyKey: `notice:${facts}`,
      dimensions: { region: 'east', customer: 'renji' },
      workOrderId: null,
      pool: null,
      reversalOf: null,
      actor: 'controller',
      note: null,
    }),
  );
  await world.database.transaction((tx) => postFacts(tx, '2026-06-15T11:00:00.000Z', posted));
}

async function budget(version: number, monthly: string): Promise<void> {
  const { budgets } = world.costing;
  const text = ['region,month,amount', ...MONTHS.map((month) => `east,${month},${monthly}`)].join('\n');
  const written = await budgets.importTable({ code: 'fy26', currency: 'CNY', text }, 'an');
  expect(written.budget?.version).toBe(version);
  await budgets.activate({ code: 'fy26', version }, 'bo', null);
}

async function person(email: string, role: string, regions: string[] | null, language: 'en' | 'zh'): Promise<void> {
  const { rows } = await world.database.query<{ id: number }>(
    `INSERT INTO user_account (email, name, password_hash, role, regions) VALUES ($1, $1, '-', $2, $3) RETURNING id`,
    [email, role, regions],
  );
  await room.writePreference(rows[0]?.id ?? 0, { language, timeZone: 'Asia/Shanghai', quietHours: null, email: true });
}

const sent = async (): Promise<Notification[]> => (await room.list({ limit: 100 })).items.toReversed();
const notices = async (): Promise<string[]> =>
  (await world.database.query<{ change: string }>('SELECT change FROM budget_notice ORDER BY id')).rows.map(
    ({ change }) => change,
  );
const use = async () => (await world.costing.budgets.consumption({}, EVERYTHING)).rows[0];

beforeAll(async () => {
  world = await startServiceWorld();
  [mail, hooks] = [await startMailServer(), await startHookReceiver()];
  room = await startNotifications({
    ...world,
    random: seededBytes('overruns'),
    log: silentLog(),
    metrics: new Registry(),
    smtp: { url: mail.url, from: 'stethos@example.test' },
    publicUrl: 'https://stethos.example.test',
    allowsPrivateWebhooks: true,
    secretsKey: () => 'a key of the tests, of no use to anybody',
    limits: { pollMs: 20 },
  });
  await person('controller@example.test', 'controller', null, 'en');
  await person('manager@example.test', 'manager', ['east'], 'zh');
  await person('north@example.test', 'manager', ['north'], 'en');
  await person('engineer@example.test', 'field-engineer', null, 'en');
  const hook = { name: 'Ledger', url: hooks.url, language: 'en', timeZone: 'UTC', quietHours: null } as const;
  await room.createWebhook(hook, 'admin');
  const past: string[] = [];
  for (let month = '2023-01'; month < '2026-06'; month = nextPeriod(month)) past.push(month);
  await post(past, 1_000_000n);
});
afterAll(async () => {
  await room.close();
  await mail.close();
  await hooks.close();
  await world.close();
});

describe('an expected overrun', () => {
  it('that is not there is not told', async () => {
    expect(await world.costing.budgets.look()).toBe(0);
    await budget(1, '10300');
    expect(await world.costing.budgets.look()).toBe(0);
    expect(await use()).toMatchObject({ told: null, isOverLimit: false });
  });

  it('is told when it appears, once, whoever looks at the same time', async () => {
    await budget(2, '9000');
    const look = () => world.costing.budgets.look();
    // Beside the three the house looks by itself, because a budget was put in force.
    await Promise.all([look(), look(), look()]);
    expect(await look()).toBe(0);
    expect(await notices()).toEqual(['appeared']);
    const found = await use();
    expect(found).toMatchObject({
      isOverLimit: true,
      told: { change: 'appeared', crossing: found?.crossing.expected },
    });
    expect(found?.crossing.expected).toMatch(/^2026-12-/);

    await expect
      .poll(
        async () => (await sent()).map(({ recipient, state, lastError }) => [recipient, lastError ?? state]),
        PATIENCE,
      )
      .toEqual([
        ['controller@example.test', 'sent'],
        ['manager@example.test', 'sent'],
        ['north@example.test', 'outside-scope'],
        ['Ledger', 'sent'],
      ]);
    const letters = mail.mails.toSorted((a, b) => (a.to[0] ?? '').localeCompare(b.to[0] ?? ''));
    expect(letters.map(({ to }) => to[0])).toEqual(['controller@example.test', 'manager@example.test']);
    expect(letters[0]?.headers['subject']).toContain('fy26: East is expected to run over on 2026-12-');
    expect(letters[0]?.body).toContain('https://stethos.example.test/costs?tab=forecast');
    expect(letters[1]?.body).toContain('预计超支金额');
    expect(letters[1]?.html).toContain('华东');
    const body = JSON.parse(hooks.hooks[0]?.body ?? '{}') as { type: string; overruns: object[] };
    expect(body).toMatchObject({
      type: 'budget',
      overruns: [{ budget: 'fy26', version: 2, part: 'East', change: 'appeared', toldBefore: null }],
    });
  });

  it('is told again when its day moves by a month, not by a few days', async () => {
    await post(['2026-06'], 100_000n);
    const before = (await use())?.told?.crossing;
    expect(await world.costing.budgets.look()).toBe(0);
    await post(['2026-06'], 3_500_000n);
    expect(await world.costing.budgets.look()).toBe(1);
    expect((await use())?.told).toMatchObject({ change: 'moved' });
    await expect.poll(() => hooks.hooks.length, PATIENCE).toBe(2);
    const body = JSON.parse(hooks.hooks[1]?.body ?? '{}') as { overruns: { toldBefore: string; crossing: string }[] };
    expect(body.overruns[0]?.toldBefore).toBe(before);
    expect(body.overruns[0]?.crossing.localeCompare(before ?? '')).toBeLessThan(0);
    await expect.poll(() => mail.mails.at(-1)?.body, PATIENCE).toMatch(/told before: |上次通知：/);
  });

  it('that is gone is told as gone, and stays on the budget as what was told', async () => {
    await budget(3, '20000');
    // Nobody asked it to look.
    await expect.poll(async () => (await use())?.told, PATIENCE).toMatchObject({ change: 'gone', crossing: null });
    expect(await world.costing.budgets.look()).toBe(0);
    expect(await notices()).toEqual(['appeared', 'moved', 'gone']);
    await expect.poll(() => hooks.hooks.length, PATIENCE).toBe(3);
    for (const statement of ['UPDATE budget_notice SET overrun_minor = 0', 'DELETE FROM budget_notice']) {
      await expect(world.database.query(statement)).rejects.toThrow(/append-only/);
    }
  });
});
