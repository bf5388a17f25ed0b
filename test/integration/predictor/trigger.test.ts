import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { EVERYTHING } from '../../../src/contracts/access.ts';
import type { ModelMode } from '../../../src/contracts/http/models.ts';
import { isoOf } from '../../../src/contracts/time.ts';
import { appendEvent, readEvents } from '../../../src/db/event-log.ts';
import { MODEL } from '../../../src/predictor/core/settings.ts';
import { judgeDevice, judgeOverdue, noteFailure } from '../../../src/predictor/outcomes/judge-outcomes.ts';
import { noteEpisode, noteShadow } from '../../../src/predictor/outcomes/note-episode.ts';
import { createScorecard } from '../../../src/predictor/outcomes/scorecard.ts';
import { followCancelledJob, followOpenedJob } from '../../../src/predictor/trigger/follow-jobs.ts';
import { offerJob } from '../../../src/predictor/trigger/offer-job.ts';
import { createProposals, type Proposals } from '../../../src/predictor/trigger/proposals.ts';
import { DAY, HOUR, START } from '../../support/predictor-signals.ts';
import { COSTS, openPredictorWorld, type PredictorWorld } from '../../support/predictor-world.ts';

const DEVICES = Array.from({ length: 12 }, (_, index) => `T-${index + 1}`);
const NOW = START + 50 * DAY;

let world: PredictorWorld;
let proposals: Proposals;
beforeAll(async () => {
  world = await openPredictorWorld(DEVICES);
  world.time.now = NOW;
  // One start puts the detector that comes with the program in force.
  await (await world.start()).close();
  proposals = createProposals(world.database, { now: () => world.time.now });
});
afterAll(() => world.close());
beforeEach(async () => {
  await world.database.query('DELETE FROM job_proposal');
  await world.database.query('DELETE FROM job_cap');
  await world.database.query('DELETE FROM prediction_episode');
  await world.database.query('DELETE FROM prognosis');
  await world.database.query('DELETE FROM alert');
  await setMode('auto');
});

const setMode = (mode: ModelMode) => world.database.query('UPDATE model SET mode = $1', [mode]);

interface Said {
  atMs?: number;
  valueMinor?: bigint;
  hasCosts?: boolean;
  probability?: number;
}

/** A prognosis of a device, as the judging room stores one: alert, prognosis, episode, offer. */
async function say(device: string, { atMs = NOW, valueMinor = 100n, hasCosts = true, probability = 0.5 }: Said = {}) {
  const { database } = world;
  const code = device;
  const ids = await database.query<{ id: number }>('SELECT id FROM device WHERE code = $1', [device]);
  const id = ids.rows[0]?.id as number;
  return database.transaction(async (tx) => {
    const at = new Date(atMs);
    const alert = await tx.query<{ id: bigint }>(
      `INSERT INTO alert (device_id, cause, component, failure_mode, severity, raised_at, last_seen_at, reason, contributors,
         window_from, window_to) VALUES ($1, 'head/wear', 'head', 'wear', 'major', $2, $2, '{}', '[]', $2, $2) RETURNING id`,
      [id, at],
    );
    const alertId = Number(alert.rows[0]?.id);
    const prognosis = await tx.query<{ id: bigint }>(
      `INSERT INTO prognosis (device_id, component, failure_mode, model, model_version, made_at, watermark, horizon_hours, probability,
         probability_low, probability_high, probability_n, contributors, window_from, window_to, triggered, alert_id)
       VALUES ($1, 'head', 'wear', $2, $3, $4, $4, 240, $5, 0, 1, 0, '[]', $4, $4, true, $6) RETURNING id`,
      [id, MODEL.name, MODEL.version, at, probability, alertId],
    );
    const subject = { component: 'head', failureMode: 'wear', model: MODEL.name, modelVersion: MODEL.version };
    const costs = hasCosts ? COSTS : null;
    await noteEpisode(tx, { ...subject, deviceId: id, probability, horizonHours: 240, costs, atMs }, alertId);
    const isDealtWith = await offerJob(tx, {
      ...subject,
      prognosisId: Number(prognosis.rows[0]?.id),
      alertId,
      device: { id, code },
      probability,
      threshold: hasCosts ? 0.0857 : null,
      hasCosts,
      valueMinor: hasCosts ? valueMinor : null,
      currency: hasCosts ? 'CNY' : null,
      severity: 'major',
      atMs,
    });
    return { alertId, isDealtWith };
  });
}

const states = async (): Promise<Record<string, string>> => {
  const { items } = await proposals.list({}, EVERYTHING);
  return Object.fromEntries(items.map(({ device, state }) => [device, state]));
};
const triggered = async (): Promise<string[]> => {
  const events = await readEvents(world.database, 0, 5000, ['prognosis.triggered']);
  return events.map(({ payload }) => (payload as { device: string }).device);
};
const theOne = async () =>
  (await proposals.list({}, EVERYTHING)).items[0] as NonNullable<Awaited<ReturnType<Proposals['one']>>>;

describe('the mode of the model', () => {
  test('automatic opens the job, shadow records it, suggest asks', async () => {
    const before = (await triggered()).length;
    await say('T-1');
    await setMode('shadow');
    await say('T-2');
    await setMode('suggest');
    await say('T-3');
    expect(await states()).toEqual({ 'T-1': 'opened', 'T-2': 'recorded', 'T-3': 'proposed' });
    expect((await triggered()).slice(before)).toEqual(['T-1']);
  });

  test('below p* nothing is asked for, and it is offered again when it rises', async () => {
    expect((await say('T-1', { probability: 0.08 })).isDealtWith).toBe(false);
    expect(await states()).toEqual({});
  });

  test('without known costs a person is asked even in the automatic mode, and told why', async () => {
    await say('T-1', { hasCosts: false });
    expect(await theOne()).toMatchObject({ state: 'proposed', why: 'costs-unknown', value: null, threshold: null });
  });
});

describe('a proposal', () => {
  test('becomes a job with one press, under the name of who pressed, and only once', async () => {
    await setMode('suggest');
    await say('T-1');
    const { id } = await theOne();
    expect(await proposals.confirm(id, 'wang@test')).toMatchObject({ state: 'opened', decidedBy: 'wang@test' });
    const events = await readEvents(world.database, 0, 5000, ['prognosis.triggered']);
    expect(events.at(-1)?.payload).toMatchObject({ device: 'T-1', actor: 'wang@test', component: 'head' });
    await expect(proposals.confirm(id, 'li@test')).rejects.toThrow('is opened');
    await expect(proposals.dismiss(id, 'no', 'li@test')).rejects.toThrow('is opened');
  });

  test('is dismissed with a reason, and answered by a job that somebody opens by hand', async () => {
    await setMode('suggest');
    await say('T-1');
    const { id } = await theOne();
    expect(await proposals.dismiss(id, 'the unit is replaced next week', 'wang@test')).toMatchObject({
      state: 'dismissed',
      note: 'the unit is replaced next week',
    });
    const { alertId } = await say('T-2');
    await world.database.transaction((tx) =>
      followOpenedJob(tx, {
        position: 1,
        type: 'work-order.opened',
        at: isoOf(NOW),
        recordedAt: isoOf(NOW),
        payload: { workOrderId: 5, device: 'T-2', kind: 'corrective', alertId },
      }),
    );
    expect(await theOne()).toMatchObject({ device: 'T-2', state: 'withdrawn', workOrderId: 5 });
  });

  test('of a region is not seen from another', async () => {
    await say('T-1');
    await say('T-2');
    const west = { regions: ['west'], customers: null };
    const { items } = await proposals.list({}, west);
    expect(items.map(({ device }) => device)).toEqual(['T-2']);
    const east = (await proposals.list({}, EVERYTHING)).items.find(({ device }) => device === 'T-1');
    expect(await proposals.one(east?.id as number, west)).toBeNull();
  });
});

describe('the cap of a station and week', () => {
  // Odd devices belong to the station `sh`.
  const sh = (n: number): string => `T-${2 * n + 1}`;

  test('holds back; room in the week, a new week or a higher cap lets the most valuable go', async () => {
    await proposals.setCap('sh', 1, 'manager@test');
    await say(sh(0), { valueMinor: 10n });
    await say(sh(1), { valueMinor: 20n });
    await say(sh(2), { valueMinor: 50n });
    await say(sh(3), { valueMinor: 30n });
    await say('T-2', { valueMinor: 1n });
    expect(await states()).toEqual({
      [sh(0)]: 'opened',
      [sh(1)]: 'held',
      [sh(2)]: 'held',
      [sh(3)]: 'held',
      'T-2': 'opened',
    });
    expect((await proposals.caps()).find(({ station }) => station.code === 'sh')).toMatchObject({
      jobsPerWeek: 1,
      openedThisWeek: 1,
      held: 3,
    });
    // The job is cancelled: its place is free.
    await world.database.query(
      `UPDATE job_proposal SET work_order_id = 77 WHERE state = 'opened' AND station_code = 'sh'`,
    );
    await world.database.transaction((tx) =>
      followCancelledJob(tx, {
        position: 1,
        type: 'work-order.transitioned',
        at: isoOf(NOW + HOUR),
        recordedAt: isoOf(NOW + HOUR),
        payload: { workOrderId: 77, device: sh(0), from: 'approved', to: 'cancelled', actor: 'wang@test' },
      }),
    );
    expect(await states()).toMatchObject({ [sh(0)]: 'withdrawn', [sh(2)]: 'opened', [sh(1)]: 'held', [sh(3)]: 'held' });
    // A week later.
    world.time.now = NOW + 7 * DAY;
    await proposals.setCap('sh', 1, 'manager@test');
    expect(await states()).toMatchObject({ [sh(3)]: 'opened', [sh(1)]: 'held' });
    await proposals.setCap('sh', null, 'manager@test');
    expect(await states()).toMatchObject({ [sh(1)]: 'opened' });
    world.time.now = NOW;
  });

  test('what was held back past its alert is withdrawn with the reason, not opened', async () => {
    await proposals.setCap('sh', 0, 'manager@test');
    const { alertId } = await say(sh(0));
    await world.database.query(`UPDATE alert SET cleared_at = $2 WHERE id = $1`, [alertId, new Date(NOW + HOUR)]);
    await proposals.setCap('sh', 5, 'manager@test');
    expect(await theOne()).toMatchObject({ state: 'withdrawn', note: 'the alert was over before there was room' });
  });

  test('there is one open proposal for a device, component and failure mode', async () => {
    await proposals.setCap('sh', 0, 'manager@test');
    await say(sh(0));
    await world.database.query(`UPDATE alert SET cleared_at = raised_at`);
    expect((await say(sh(0))).isDealtWith).toBe(true);
    expect((await proposals.list({}, EVERYTHING)).items).toHaveLength(1);
  });
});

describe('the closed loop', () => {
  interface Job {
    device: string;
    kind: string;
    alertId?: number;
    confirmed: boolean | null;
    failedMs?: number;
    doneMs: number;
    found?: string;
  }

  async function finish({ device, kind, alertId, confirmed, failedMs, doneMs, found = 'wear' }: Job): Promise<void> {
    await world.database.transaction(async (tx) => {
      const { rows } = await tx.query<{ id: bigint }>(
        `INSERT INTO work_order (kind, service_type, state, priority, device_id, component, failure_mode, title_en, title_zh,
           opened_at, opened_by, failed_at, completed_at, finding_failure_mode, finding_confirmed, finding_note, alert_id,
           product_line, product, customer, region, station)
         SELECT $2, 'on-site', 'completed', 'major', id, 'head', 'wear', 'x', 'x', $3, 'test', $4, $5, $6, $7, '', $8, 'cooling',
           product_code, customer_code, 'east', station_code FROM device WHERE code = $1 RETURNING id`,
        [
          device,
          kind,
          new Date(NOW),
          failedMs === undefined ? null : new Date(failedMs),
          new Date(doneMs),
          found,
          confirmed,
          alertId ?? null,
        ],
      );
      await noteFailure(tx, Number(rows[0]?.id));
      await judgeDevice(tx, device, doneMs);
    });
  }

  test('findings, failures and silence judge what was said; the scorecard says it with n and money', async () => {
    const confirmed = await say('T-1');
    await finish({
      device: 'T-1',
      kind: 'predictive',
      alertId: confirmed.alertId,
      confirmed: true,
      doneMs: NOW + 3 * DAY,
    });
    const refuted = await say('T-2');
    await finish({
      device: 'T-2',
      kind: 'predictive',
      alertId: refuted.alertId,
      confirmed: false,
      doneMs: NOW + 3 * DAY,
    });
    const unclear = await say('T-3');
    await finish({
      device: 'T-3',
      kind: 'predictive',
      alertId: unclear.alertId,
      confirmed: null,
      doneMs: NOW + 3 * DAY,
    });
    await say('T-4');
    await finish({
      device: 'T-4',
      kind: 'corrective',
      confirmed: true,
      failedMs: NOW + 2 * DAY,
      doneMs: NOW + 3 * DAY,
    });
    await say('T-5');
    // Nobody warned of this one.
    await finish({
      device: 'T-6',
      kind: 'corrective',
      confirmed: true,
      failedMs: NOW + 2 * DAY,
      doneMs: NOW + 3 * DAY,
    });
    await say('T-7');
    for (const device of DEVICES) {
      await world.database.query(
        `INSERT INTO device_health_point (device_id, component, at, health) SELECT id, '', $2, 100 FROM device WHERE code = $1
         ON CONFLICT DO NOTHING`,
        [device, new Date(NOW - 20 * DAY)],
      );
    }
    const early = await judgeOverdue(world.database, NOW + 9 * DAY, new AbortController().signal);
    expect(early).toBe(0);
    // The horizon of ten days is over for what nothing came of.
    expect(await judgeOverdue(world.database, NOW + 11 * DAY, new AbortController().signal)).toBe(2);

    const scorecard = createScorecard(world.database, { now: () => NOW + 20 * DAY });
    const card = await scorecard.scorecard({ by: 'model', to: isoOf(NOW + 16.5 * DAY) }, EVERYTHING);
    expect(card.rows).toHaveLength(1);
    const row = card.rows[0];
    expect(row).toMatchObject({
      model: MODEL.name,
      modelVersion: MODEL.version,
      isShadow: false,
      truePositives: 2,
      falsePositives: 3,
      falseNegatives: 1,
      censored: 1,
      open: 0,
      precision: { value: 0.4, n: 5 },
      recall: { value: 2 / 3, n: 3 },
      leadHours: { median: 48, p10: 48, n: 1 },
      // 2 x 32,000 - 3 x 3,000; confirmed findings alone: 32,000 - 9,000.
      worth: [
        {
          gross: { amount: '64000.00', currency: 'CNY' },
          falseAlarmCost: { amount: '9000.00', currency: 'CNY' },
          net: { amount: '55000.00', currency: 'CNY' },
          conservative: { amount: '23000.00', currency: 'CNY' },
          n: 5,
        },
      ],
      unpriced: 0,
    });
    expect(row?.deviceYears).toBeCloseTo((12 * 36.5) / 365.25, 6);
    const byMode = await scorecard.scorecard({ by: 'failure-mode' }, EVERYTHING);
    expect(byMode.rows).toMatchObject([
      { component: 'head', failureMode: 'wear', truePositives: 2, falseNegatives: 1 },
    ]);
    // Months of a version, and devices, together are the whole.
    const to = isoOf(NOW + 16.5 * DAY);
    for (const by of ['month', 'device'] as const) {
      const parts = (await scorecard.scorecard({ by, to }, EVERYTHING)).rows;
      const sumOf = (value: (part: (typeof parts)[0]) => number) => parts.reduce((sum, part) => sum + value(part), 0);
      expect(sumOf(({ truePositives }) => truePositives)).toBe(2);
      expect(sumOf(({ falsePositives }) => falsePositives)).toBe(3);
      expect(sumOf(({ falseNegatives }) => falseNegatives)).toBe(1);
      expect(sumOf(({ leadHours }) => leadHours.n)).toBe(1);
      for (const part of parts) {
        if (by === 'device') expect(part).toMatchObject({ model: null, month: null, product: 'cooler-1' });
        else expect(part).toMatchObject({ model: MODEL.name, modelVersion: MODEL.version, device: null });
      }
    }
    const { rows: devices } = await scorecard.scorecard({ by: 'device', to }, EVERYTHING);
    expect(devices.find(({ device }) => device === 'T-1')).toMatchObject({
      truePositives: 1,
      precision: { value: 1, n: 1 },
    });
    expect(devices.find(({ device }) => device === 'T-1')?.deviceYears).toBeCloseTo(36.5 / 365.25, 6);
    const { rows: months } = await scorecard.scorecard({ by: 'month', to }, EVERYTHING);
    expect(months.every(({ month, deviceYears }) => /^\d{4}-\d{2}$/.test(month ?? '') && deviceYears > 0)).toBe(true);
    expect(months.reduce((sum, { deviceYears }) => sum + deviceYears, 0)).toBeLessThanOrEqual(
      (12 * 36.5) / 365.25 + 1e-9,
    );
    // The west holds the even devices: one refuted, one failed, one missed.
    const west = await scorecard.scorecard({ by: 'product' }, { regions: ['west'], customers: null });
    expect(west.rows).toMatchObject([{ truePositives: 1, falsePositives: 1, falseNegatives: 1, censored: 0 }]);
  });

  test('a shadow model is judged by what the acting one’s visit found, and counted apart', async () => {
    await world.database.query('DELETE FROM known_failure');
    const { rows } = await world.database.query<{ id: number }>(`SELECT id FROM device WHERE code = 'T-9'`);
    const deviceId = rows[0]?.id as number;
    const shadow = {
      deviceId,
      component: 'head',
      failureMode: 'wear',
      model: 'horizon',
      modelVersion: '4',
      probability: 0.3,
      horizonHours: 240,
      costs: COSTS,
    };
    await world.database.transaction((tx) => noteShadow(tx, { ...shadow, atMs: NOW }, 6 * HOUR));
    await world.database.transaction((tx) =>
      noteShadow(tx, { ...shadow, atMs: NOW + HOUR, probability: 0.6 }, 6 * HOUR),
    );
    const { alertId } = await say('T-9', { atMs: NOW + DAY });
    expect(Object.keys(await states())).toEqual(['T-9']);
    await finish({ device: 'T-9', kind: 'predictive', alertId, confirmed: true, doneMs: NOW + 3 * DAY });
    const scorecard = createScorecard(world.database, { now: () => NOW + 20 * DAY });
    const { items } = await scorecard.episodes({ model: 'horizon' }, EVERYTHING);
    expect(items).toMatchObject([
      {
        device: 'T-9',
        isShadow: true,
        alertId: null,
        outcome: 'true-positive',
        basis: 'finding',
        peakProbability: 0.6,
      },
    ]);
    const { rows: cards } = await scorecard.scorecard({ by: 'model' }, EVERYTHING);
    expect(cards.map(({ model, isShadow }) => [model, isShadow])).toEqual([
      ['horizon', true],
      [MODEL.name, false],
    ]);
  });

  test('resolved by hand is left out', async () => {
    const { alertId } = await say('T-10');
    await world.database.transaction(async (tx) => {
      await tx.query(`INSERT INTO alert_change (alert_id, at, actor, change) VALUES ($1, $2, 'wang', 'resolve')`, [
        alertId,
        new Date(NOW + DAY),
      ]);
      await judgeDevice(tx, 'T-10', NOW + DAY);
      appendEvent(tx, { type: 'device.changed', at: isoOf(NOW), payload: { device: 'T-10' } });
    });
    const { items } = await createScorecard(world.database, { now: () => NOW }).episodes({}, EVERYTHING);
    expect(items).toMatchObject([{ device: 'T-10', outcome: 'censored', basis: 'acted-without-finding' }]);
  });
});
