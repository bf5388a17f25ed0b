import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { EVERYTHING } from '../../../src/contracts/access.ts';
import type { Alert } from '../../../src/contracts/http/alerts.ts';
import type { NewRule, RuleActivation } from '../../../src/contracts/rules.ts';
import { isoOf } from '../../../src/contracts/time.ts';
import type { Predictor } from '../../../src/predictor/predictor.ts';
import { DAY, HOUR, START } from '../../support/predictor-signals.ts';
import { openPredictorWorld, type PredictorWorld } from '../../support/predictor-world.ts';

const MINUTE = 60_000;
const DEVICES = Array.from({ length: 12 }, (_, index) => `R-${index + 1}`);
const AUTHOR = 'li@example.org';
const SECOND = 'ma@example.org';

let world: PredictorWorld;
let predictor: Predictor;
let used = 0;
beforeAll(async () => {
  world = await openPredictorWorld(DEVICES);
});
beforeEach(async () => {
  world.time.now = START + 100 * DAY;
  predictor = await world.start({ limits: { silenceEveryMs: 20 } });
});
afterEach(() => predictor.close());
afterAll(() => world.close());

const nextDevice = (): string => DEVICES[used++] as string;

const LOW: NewRule = {
  product: 'cooler-1',
  name: { en: 'Flow low', zh: '流量过低' },
  severity: 'major',
  condition: { kind: 'threshold', metric: 'flow', below: 20, clear: 22 },
  effectiveFrom: isoOf(START),
};

async function inForce(rule: NewRule, activation: RuleActivation = {}): Promise<number> {
  const { id } = await predictor.rules.create(rule, AUTHOR);
  await predictor.rules.activate({ id, actor: SECOND }, activation);
  return id;
}

/** Flow values, one an hour from `fromMs` on. */
async function feed(device: string, values: readonly number[], fromMs = START, metric = 'flow'): Promise<void> {
  const slices = values.map((value, hour) => {
    const measuredAtMs = fromMs + hour * HOUR;
    return { receivedAtMs: measuredAtMs + 1, readings: [{ metric, measuredAtMs, value, quality: 0 }] };
  });
  for (const batch of await world.commit(device, slices)) predictor.observe(batch);
  await predictor.idle();
}

const alertsOf = async (device: string): Promise<Alert[]> =>
  (await predictor.alerts.list({ device }, EVERYTHING)).items;

describe('a rule in force', () => {
  test('raises an alert of its own and clears it at the clear level', async () => {
    const device = nextDevice();
    const id = await inForce({ ...LOW, device });
    await feed(device, [30, 19, 18, 21, 23]);
    expect(await alertsOf(device)).toMatchObject([
      {
        cause: `rule:${id}`,
        severity: 'major',
        metric: 'flow',
        probability: null,
        raisedAt: isoOf(START + HOUR),
        clearedAt: isoOf(START + 4 * HOUR),
        reason: { en: 'Flow low: Flow as low as 18.0 L/min since 1 Jan, limit 20.0 L/min.' },
      },
    ]);
    expect(await predictor.rules.deactivate({ id, actor: AUTHOR }, 'replaced')).toMatchObject({ active: false });
    expect((await predictor.rules.list({ active: false })).items.map((one) => one.id)).toContain(id);
  });

  test('in shadow mode is recorded apart and alerts nobody', async () => {
    const device = nextDevice();
    const id = await inForce({ ...LOW, device }, { mode: 'shadow' });
    await feed(device, [30, 19, 18]);
    expect(await alertsOf(device)).toEqual([]);
    expect(await predictor.rules.one(id)).toMatchObject({ mode: 'shadow', openEpisodes: 1 });
    await feed(device, [23], START + 3 * HOUR);
    const { rows } = await world.database.query(
      'SELECT raised_at, cleared_at, reason FROM rule_shadow_episode WHERE rule_id = $1',
      [id],
    );
    expect(rows).toMatchObject([{ raised_at: new Date(START + HOUR), cleared_at: new Date(START + 3 * HOUR) }]);
  });

  test('changes at the effective date of its new version, and the old one is kept', async () => {
    const device = nextDevice();
    const from = world.time.now - 10 * DAY;
    const id = await inForce({ ...LOW, device });
    const { revision } = await predictor.rules.change(
      { id, actor: SECOND },
      { condition: { kind: 'threshold', metric: 'flow', below: 10 }, why: 'too many' },
    );
    await predictor.rules.activate({ id, actor: AUTHOR, revision }, { effectiveFrom: isoOf(from + 10 * HOUR) });
    await feed(device, [30, 19, 30, 30, 30, 30, 30, 30, 30, 30, 19, 19, 9], from);
    const raised = (await alertsOf(device)).map(({ raisedAt }) => raisedAt);
    expect(raised).toEqual([isoOf(from + 12 * HOUR), isoOf(from + HOUR)]);
    const versions = await predictor.rules.versions(id);
    expect(versions.map(({ version, author, why, decisions }) => [version, author, why, decisions.length])).toEqual([
      [2, SECOND, 'too many', 1],
      [1, AUTHOR, null, 1],
    ]);
  });

  test('is overridden wholly on one device, or switched off there', async () => {
    const [plain, stricter, silenced] = [nextDevice(), nextDevice(), nextDevice()];
    const id = await inForce({ ...LOW, condition: { kind: 'threshold', metric: 'pressure', below: 5 } });
    const over = { ...LOW, overrides: id };
    const own = await inForce({
      ...over,
      device: stricter,
      condition: { kind: 'threshold', metric: 'pressure', below: 6 },
    });
    await inForce({ ...over, device: silenced, off: true });
    for (const device of [plain, stricter, silenced]) await feed(device, [8, 5.5, 4.5, 8], START, 'pressure');
    expect((await alertsOf(plain)).map(({ cause, raisedAt }) => [cause, raisedAt])).toEqual([
      [`rule:${id}`, isoOf(START + 2 * HOUR)],
    ]);
    expect((await alertsOf(stricter)).map(({ cause, raisedAt }) => [cause, raisedAt])).toEqual([
      [`rule:${own}`, isoOf(START + HOUR)],
    ]);
    expect(await alertsOf(silenced)).toEqual([]);
    await expect(predictor.rules.create({ ...over, device: stricter }, AUTHOR)).rejects.toMatchObject({
      code: 'already-exists',
    });
    await predictor.rules.deactivate({ id, actor: AUTHOR }, undefined);
  });
});

describe('silence', () => {
  test('raises by the clock alone, ends with the next reading, and counts from when somebody listened', async () => {
    const device = nextDevice();
    const now = world.time.now;
    await feed(device, [30], now - 2 * DAY);
    const id = await inForce({
      ...LOW,
      device,
      condition: { kind: 'no-data', forSeconds: 3600 },
      refractoryMinutes: 0,
    });
    world.time.now = now + 59 * MINUTE;
    await new Promise((resolve) => void setTimeout(resolve, 100));
    await predictor.idle();
    expect(await alertsOf(device)).toEqual([]);
    world.time.now = now + 61 * MINUTE;
    await expect.poll(async () => (await alertsOf(device)).length, { timeout: 10_000 }).toBe(1);
    expect(await alertsOf(device)).toMatchObject([
      { cause: `rule:${id}`, clearedAt: null, raisedAt: isoOf(now + 61 * MINUTE) },
    ]);
    await feed(device, [30], now + 62 * MINUTE);
    expect(await alertsOf(device)).toMatchObject([{ clearedAt: isoOf(now + 62 * MINUTE) }]);
  });

  test('of a device that is silent already ends when its rule is taken out of force', async () => {
    const device = nextDevice();
    const now = world.time.now;
    await feed(device, [30], now - HOUR);
    const id = await inForce({ ...LOW, device, condition: { kind: 'no-data', metric: 'flow', intervals: 3 } });
    world.time.now = now + HOUR;
    await expect.poll(async () => (await alertsOf(device)).length, { timeout: 10_000 }).toBe(1);
    await predictor.rules.deactivate({ id, actor: AUTHOR }, undefined);
    await expect.poll(async () => (await alertsOf(device))[0]?.clearedAt ?? null, { timeout: 10_000 }).not.toBeNull();
  });
});

describe('the second person', () => {
  test('is asked for by the room and by the database', async () => {
    const rule = await predictor.rules.create({ ...LOW, device: DEVICES[0] as string }, AUTHOR);
    expect(rule).toMatchObject({ active: false, mode: null, draft: 1, author: AUTHOR });
    await expect(predictor.rules.activate({ id: rule.id, actor: AUTHOR }, {})).rejects.toThrow(/second person/);
    const insert = (actor: string) =>
      world.database.query(
        `INSERT INTO rule_decision (rule_id, version, decision, mode, effective_from, actor, at)
         VALUES ($1, 1, 'activated', 'active', now(), $2, now())`,
        [rule.id, actor],
      );
    await expect(insert(AUTHOR)).rejects.toThrow(/second person/);
    await insert(SECOND);
    await expect(world.database.query('UPDATE rule_version SET author = $1', ['x'])).rejects.toThrow(/append-only/);
    const { rows } = await world.database.query<{ payload: unknown }>(
      "SELECT payload FROM event WHERE type = 'rule.changed' AND (payload->>'ruleId')::int = $1",
      [rule.id],
    );
    expect(rows.map(({ payload }) => payload)).toEqual([{ ruleId: rule.id, change: 'written', actor: AUTHOR }]);
    await expect(world.database.query('DELETE FROM rule_decision')).rejects.toThrow(/append-only/);
  });

  test('decides over what the caller has read', async () => {
    const { id, revision } = await predictor.rules.create({ ...LOW, device: DEVICES[0] as string }, AUTHOR);
    await predictor.rules.change({ id, actor: AUTHOR, revision }, { severity: 'minor' });
    await expect(predictor.rules.activate({ id, actor: SECOND, revision }, {})).rejects.toMatchObject({
      code: 'out-of-date',
    });
  });
});

const threshold = LOW.condition as Extract<NewRule['condition'], { kind: 'threshold' }>;

test.each([
  [{ ...LOW, product: 'nothing' }, /no product nothing/],
  [{ ...LOW, device: 'X-9' }, /no device X-9/],
  [{ ...LOW, component: 'wheel' }, /no component wheel/],
  [{ ...LOW, overrides: 99_999, device: 'R-1' }, /no rule 99999/],
  [{ ...LOW, off: true }, /only an override may be off/],
  [{ ...LOW, schedule: { timeZone: 'Mars/Base', days: [1], from: '08:00', to: '17:00' } }, /no time zone/],
  [{ ...LOW, condition: { ...threshold, metric: 'noise' } }, /no metric noise/],
  [{ ...LOW, condition: { ...threshold, metric: 'mode' } }, /is a state/],
  [{ ...LOW, condition: { ...threshold, clear: 19 } }, /healthy side/],
  [{ ...LOW, condition: { kind: 'state', metric: 'flow', in: ['on'] } }, /is a number/],
  [
    { ...LOW, condition: { kind: 'rate', metric: 'flow', above: 1, per: 'hour', overSeconds: 600 } },
    /comes every 600 s/,
  ],
  [{ ...LOW, condition: { kind: 'no-data', metric: 'flow', forSeconds: 600 } }, /silence begins later/],
  [
    {
      ...LOW,
      condition: { kind: 'all', of: [threshold, { kind: 'any', of: [threshold, { ...threshold, metric: 'noise' }] }] },
    },
    /condition\.of\[1\]\.of\[1\]\.metric/,
  ],
  [
    { ...LOW, condition: { kind: 'duration', forSeconds: 60, condition: { kind: 'sometimes' } } },
    /condition\.condition: not a condition/,
  ],
] as [NewRule, RegExp][])('a rule that could never work is refused: %#', async (wrong, why) => {
  await expect(predictor.rules.create(wrong, AUTHOR)).rejects.toThrow(why);
});
