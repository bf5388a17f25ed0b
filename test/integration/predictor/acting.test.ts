import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { EVERYTHING, type Scope } from '../../../src/contracts/access.ts';
import type { NewEvent } from '../../../src/contracts/events.ts';
import type { Alert } from '../../../src/contracts/http/alerts.ts';
import { isoOf } from '../../../src/contracts/time.ts';
import { appendEvent } from '../../../src/db/event-log.ts';
import type { Slice } from '../../../src/predictor/core/assess.ts';
import type { Predictor } from '../../../src/predictor/predictor.ts';
import { DAY, headWear, HOUR, type Shift, signals, START } from '../../support/predictor-signals.ts';
import { openPredictorWorld, type PredictorWorld } from '../../support/predictor-world.ts';

const DEVICES = Array.from({ length: 10 }, (_, index) => `C-${index + 1}`);
const END = START + 60 * DAY;

let world: PredictorWorld;
let predictor: Predictor;
let used = 0;
beforeAll(async () => {
  world = await openPredictorWorld(DEVICES);
  world.time.now = START + 100 * DAY;
});
beforeEach(async () => {
  predictor = await world.start();
});
afterEach(() => predictor.close());
afterAll(() => world.close());

async function feed(device: string, slices: readonly Slice[]): Promise<void> {
  for (const batch of await world.commit(device, slices)) predictor.observe(batch);
  await predictor.idle();
}

const slicesUntil = (days: number): Slice[] => signals({ days, shift: headWear(45), commit: 24 });

/** A device whose cold head is worn, with its open alert. */
async function worn(): Promise<{ device: string; alert: Alert }> {
  const device = DEVICES[used++] as string;
  await feed(device, slicesUntil(60));
  return { device, alert: await theAlert(device) };
}

async function theAlert(device: string): Promise<Alert> {
  const { items } = await predictor.alerts.list({ device }, EVERYTHING);
  return items[0] as Alert;
}

async function tell(event: NewEvent): Promise<void> {
  await world.database.transaction(async (tx) => appendEvent(tx, event));
  await predictor.idle();
}

const opened = (device: string, alertId: number): NewEvent => ({
  type: 'work-order.opened',
  at: isoOf(END),
  payload: { workOrderId: 77, device, kind: 'predictive', alertId },
});

function completed(device: string, alertId: number | null, confirmed: boolean | null): NewEvent {
  const job = {
    workOrderId: 77,
    device,
    component: 'head',
    productLine: 'cooling',
    product: 'cooler-1',
    customer: 'renji',
    customerGroup: null,
    contract: null,
    contractType: null,
    serviceType: 'on-site',
    maintenanceKind: 'predictive',
    region: 'east',
    station: 'sh',
  };
  const completedAt = isoOf(END + HOUR);
  const payload = { job, alertId, failureMode: 'wear', confirmed, downtimeMinutes: 0, completedAt };
  return { type: 'work-order.completed', at: completedAt, payload };
}

const outcome = async () =>
  (await world.database.query('SELECT confirmed, refuted FROM finding_outcome WHERE failure_mode = $1', ['wear']))
    .rows[0];

describe('a job for an alert', () => {
  test('is linked when opened, and a confirmed finding resolves the alert and starts the component afresh', async () => {
    const { device, alert } = await worn();
    await tell(opened(device, alert.id));
    expect(await theAlert(device)).toMatchObject({ state: 'in-progress', workOrderId: 77 });
    await tell(completed(device, alert.id, true));
    expect(await theAlert(device)).toMatchObject({ state: 'resolved', clearedAt: null });
    expect(await outcome()).toMatchObject({ confirmed: 1, refuted: 0 });
    const detail = await predictor.alerts.one(alert.id, EVERYTHING);
    expect(detail?.history.map(({ change, actor }) => `${change} by ${actor}`)).toEqual([
      'raised by system',
      'in-progress by system',
      'resolved by system',
    ]);
    expect(detail?.nextStep).toMatchObject({ remedy: { zh: '更换' }, people: 1 });
    // Repaired: back to normal, learned again, and a new wear is a new episode.
    const mended = signals({ days: 140, shift: (atMs) => (atMs <= END ? {} : headWear(100)(atMs)), commit: 24 });
    await feed(
      device,
      mended.filter(({ receivedAtMs }) => receivedAtMs > END + 2 * HOUR),
    );
    const { items } = await predictor.alerts.list({ device }, EVERYTHING);
    expect(items.map(({ state }) => state)).toEqual(['open', 'resolved']);
    expect((items[0]?.raisedAt as string) > isoOf(START + 100 * DAY)).toBe(true);
    expect(items[0]?.probability).toMatchObject({ n: 1 });
  });

  test('gives the alert back to people when it is cancelled', async () => {
    const { device, alert } = await worn();
    await tell(opened(device, alert.id));
    const payload = { workOrderId: 77, device, from: 'approved', to: 'cancelled', actor: 'planner' } as const;
    await tell({ type: 'work-order.transitioned', at: isoOf(END + HOUR), payload });
    expect(await theAlert(device)).toMatchObject({ state: 'acknowledged', workOrderId: null });
    const detail = await predictor.alerts.one(alert.id, EVERYTHING);
    expect(detail?.history.at(-1)).toMatchObject({ change: 'acknowledged', note: 'work order 77 cancelled' });
  });

  test('leaves the alerts of other devices alone', async () => {
    const { device, alert } = await worn();
    const other = DEVICES.find((code) => code !== device) as string;
    await tell(opened(other, alert.id));
    await tell(completed(other, alert.id, true));
    expect(await theAlert(device)).toMatchObject({ state: 'open', workOrderId: null });
  });

  test('after a refuted finding what was seen is normal: it stays quiet while it stays so, and speaks when it goes on', async () => {
    const { device, alert } = await worn();
    const before = (await outcome()) as { refuted: number };
    await tell(completed(device, alert.id, false));
    expect(await outcome()).toMatchObject({ refuted: before.refuted + 1 });
    const stands: Shift = (atMs) => headWear(45)(Math.min(atMs, END));
    const goesOn: Shift = (atMs) => {
      const [then, now] = [stands(atMs), headWear(90)(atMs)];
      return { head_temp: (then.head_temp ?? 0) + (now.head_temp ?? 0), pressure: then.pressure ?? 0 };
    };
    const rest = signals({ days: 110, shift: goesOn, commit: 24 }).filter(({ receivedAtMs }) => receivedAtMs > END);
    const states = async () => (await predictor.alerts.list({ device }, EVERYTHING)).items.map(({ state }) => state);
    await feed(
      device,
      rest.filter(({ receivedAtMs }) => receivedAtMs < START + 90 * DAY),
    );
    expect(await states()).toEqual(['resolved']);
    await feed(
      device,
      rest.filter(({ receivedAtMs }) => receivedAtMs >= START + 90 * DAY),
    );
    expect(await states()).toEqual(['open', 'resolved']);
    const { rows } = await world.database.query(
      `SELECT reason, component FROM baseline_reset b JOIN device d ON d.id = b.device_id WHERE d.code = $1`,
      [device],
    );
    expect(rows).toEqual([{ reason: 'found-normal', component: 'head' }]);
  });
});

describe('what a person does', () => {
  test('acknowledge, assign, comment, shelve, resolve: who, when, why; and a resolved episode ends in the state', async () => {
    const { device, alert } = await worn();
    const { acknowledge, assign, comment, shelve, resolve } = predictor.alertCommands;
    const by = { id: alert.id, actor: 'li@example.org' };
    const later = isoOf(END + HOUR);
    expect(await acknowledge({ ...by, at: later, revision: alert.revision })).toMatchObject({ state: 'acknowledged' });
    await expect(acknowledge({ ...by, at: later })).rejects.toMatchObject({ code: 'transition-refused' });
    await expect(comment({ ...by, note: 'x', revision: alert.revision })).rejects.toMatchObject({
      code: 'out-of-date',
    });
    await expect(comment({ ...by })).rejects.toMatchObject({ code: 'validation-failed' });
    await expect(comment({ ...by, note: 'x', at: isoOf(START) })).rejects.toMatchObject({ code: 'refused' });
    await expect(comment({ ...by, note: 'x', at: isoOf(START + 200 * DAY) })).rejects.toMatchObject({
      code: 'refused',
    });
    await expect(comment({ ...by, id: 9_999, note: 'x' })).rejects.toMatchObject({ code: 'not-found' });
    await assign({ ...by, at: later, assignee: 'Wang' });
    await shelve({ ...by, at: later, until: isoOf(END + DAY), note: 'night shift' });
    await comment({ ...by, at: later, note: 'looks worn' });
    const resolved = await resolve({ ...by, at: later, note: 'purged' });
    expect(resolved).toMatchObject({ state: 'resolved', assignee: 'Wang', shelvedUntil: null });
    const history = (await predictor.alerts.one(alert.id, EVERYTHING))?.history;
    expect(history?.slice(-4).map(({ change, note }) => `${change}: ${note}`)).toEqual([
      'assign: Wang',
      `shelve: ${isoOf(END + DAY)}: night shift`,
      'comment: looks worn',
      'resolve: purged',
    ]);
    await predictor.idle();
    // The condition is still on: a day of quiet, then a new episode.
    const rest = slicesUntil(63).filter(({ receivedAtMs }) => receivedAtMs > END);
    await feed(
      device,
      rest.filter(({ receivedAtMs }) => receivedAtMs < END + 20 * HOUR),
    );
    expect((await predictor.alerts.list({ device }, EVERYTHING)).items).toHaveLength(1);
    await feed(
      device,
      rest.filter(({ receivedAtMs }) => receivedAtMs >= END + 20 * HOUR),
    );
    expect((await predictor.alerts.list({ device, open: true }, EVERYTHING)).items).toHaveLength(1);
  });

  test('sees only what the scope allows, page by page', async () => {
    await worn();
    const east: Scope = { regions: ['east'], customers: null };
    const inEast = await predictor.alerts.list({}, east);
    expect(new Set(inEast.items.map(({ region }) => region))).toEqual(new Set(['east']));
    const elsewhere = (await predictor.alerts.list({}, { regions: ['west'], customers: null })).items[0] as Alert;
    expect(await predictor.alerts.one(elsewhere.id, east)).toBeNull();
    expect((await predictor.alerts.list({}, { regions: null, customers: ['nobody'] })).items).toEqual([]);
    const { items: all } = await predictor.alerts.list({}, EVERYTHING);
    for (const sort of ['-raisedAt', '-valueAtRisk'] as const) {
      const seen: number[] = [];
      let cursor: string | null = null;
      do {
        const page = await predictor.alerts.list(
          { limit: 2, sort, ...(cursor === null ? {} : { cursor }) },
          EVERYTHING,
        );
        seen.push(...page.items.map(({ id }) => id));
        cursor = page.next;
      } while (cursor !== null);
      expect([...seen].sort()).toEqual(all.map(({ id }) => id).sort());
    }
    await expect(predictor.alerts.list({ cursor: 'bm9uc2Vuc2U' }, EVERYTHING)).rejects.toMatchObject({
      code: 'validation-failed',
    });
    expect((await predictor.alerts.many([elsewhere.id, 12_345])).map(({ id }) => id)).toEqual([elsewhere.id]);
  });
});
