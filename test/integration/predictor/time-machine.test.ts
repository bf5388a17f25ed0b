import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EVERYTHING } from '../../../src/contracts/access.ts';
import type { Replay, ReplayResult } from '../../../src/contracts/http/replays.ts';
import type { NewRule } from '../../../src/contracts/rules.ts';
import { isoOf } from '../../../src/contracts/time.ts';
import type { Predictor } from '../../../src/predictor/predictor.ts';
import { COOLER, DAY, HOUR, START } from '../../support/predictor-signals.ts';
import { openPredictorWorld, type PredictorWorld } from '../../support/predictor-world.ts';

const AUTHOR = 'li@example.org';
const DEVICES = ['T-1', 'T-2', 'T-3', 'T-4'];
const END = START + 200 * DAY;

let world: PredictorWorld;
let predictor: Predictor;

/** Flow once an hour for 200 days; `dips` are days on which it lies at 20. */
async function fill(device: string, dips: readonly number[]): Promise<void> {
  const slices = Array.from({ length: 200 }, (_, day) => {
    const readings = Array.from({ length: 24 }, (_unused, hour) => ({
      metric: 'flow',
      measuredAtMs: START + day * DAY + hour * HOUR,
      value: dips.includes(day) ? 20 : 31,
      quality: 0,
    }));
    // Filled in long afterwards, as an import does.
    return { receivedAtMs: END + day, readings };
  });
  await world.commit(device, slices);
}

async function failure(
  device: string,
  atMs: number,
  kind: 'corrective' | 'predictive',
  confirmed: boolean,
): Promise<void> {
  await world.database.query(
    `INSERT INTO work_order (kind, service_type, state, priority, device_id, component, failure_mode, title_en, title_zh, opened_at,
       opened_by, failed_at, completed_at, finding_failure_mode, finding_confirmed, product_line, product, customer, region, station)
     SELECT $2, 'on-site', 'completed', 'major', id, 'pump', 'fouling', 'Pump', '水泵', $3, 'test', $4, $5, 'fouling', $6,
       'cooling', product_code, customer_code, 'east', station_code FROM device WHERE code = $1`,
    [device, kind, new Date(atMs), kind === 'corrective' ? new Date(atMs) : null, new Date(atMs + 5 * HOUR), confirmed],
  );
}

beforeAll(async () => {
  world = await openPredictorWorld(DEVICES);
  world.time.now = END;
  // Each reading speaks for an hour.
  const hourly = { ...COOLER, metrics: COOLER.metrics.map((metric) => ({ ...metric, expectedIntervalS: 3600 })) };
  await world.database.query('UPDATE product SET definition = $1', [JSON.stringify(hourly)]);
  // The horizon of a fouled pump is 300 h. T-1: warned of 10 days ahead. T-2: a dip and nothing. T-3: fails without a dip.
  await fill('T-1', [50]);
  await failure('T-1', START + 60 * DAY, 'corrective', true);
  await fill('T-2', [80]);
  await fill('T-3', []);
  await failure('T-3', START + 120 * DAY, 'corrective', true);
  // T-4: a predictive job found it.
  await fill('T-4', [100]);
  await failure('T-4', START + 102 * DAY, 'predictive', true);
  predictor = await world.start();
}, 60_000);
afterAll(async () => {
  await predictor.close();
  await world.close();
});

const RULE: NewRule = {
  product: 'cooler-1',
  component: 'pump',
  name: { en: 'Flow low', zh: '流量过低' },
  severity: 'major',
  condition: { kind: 'threshold', metric: 'flow', below: 25, forSeconds: 7200 },
};

async function ended(id: number): Promise<Replay> {
  await expect
    .poll(async () => (await predictor.replays.one(id))?.state, { timeout: 30_000 })
    .not.toMatch(/queued|running/);
  return (await predictor.replays.one(id)) as Replay;
}

const resultFor = async (rule: NewRule): Promise<ReplayResult> =>
  resultOfRule((await predictor.rules.create(rule, AUTHOR)).id);

async function resultOfRule(id: number): Promise<ReplayResult> {
  const run = await predictor.replays.start({ rule: id }, { from: isoOf(START), to: isoOf(END) }, AUTHOR);
  const replay = await ended(run.id);
  expect(replay).toMatchObject({ state: 'finished', done: 4, total: 4, error: null, rule: id, version: 1 });
  return replay.result as ReplayResult;
}

describe('the time machine', () => {
  test('counts what a draft would have done against what happened, in episodes and in money', async () => {
    const { id } = await predictor.rules.create(RULE, AUTHOR);
    await predictor.idle();
    const before = await told();
    const result = await resultOfRule(id);
    expect(result).toMatchObject({
      devices: 4,
      readings: 19_200,
      thinned: 0,
      failures: 2,
      failureModes: [{ component: 'pump', failureMode: 'fouling' }],
      candidate: {
        alerts: 3,
        truePositives: 2,
        falsePositives: 1,
        falseNegatives: 1,
        censored: 0,
        open: 0,
        unscored: 0,
      },
      jobs: { candidate: 3, actual: 1 },
    });
    expect(result.candidate.precision).toMatchObject({ value: 2 / 3, n: 3 });
    expect(result.candidate.recall).toMatchObject({ value: 2 / 3, n: 3 });
    expect(result.candidate.leadHours).toMatchObject({ median: 238, n: 1 });
    expect(result.candidate.falseAlarmsPerDeviceYear.value).toBeCloseTo(1 / ((4 * 200) / 365.25), 6);
    // Planned 8,000; unplanned 40,000; needless 3,000: 2 x 32,000 - 3,000, and what is left fails as it did.
    expect(result.money?.candidate).toEqual({
      planned: { amount: '16000.00', currency: 'CNY' },
      needless: { amount: '3000.00', currency: 'CNY' },
      unplanned: { amount: '40000.00', currency: 'CNY' },
      total: { amount: '59000.00', currency: 'CNY' },
      netAvoidance: { amount: '61000.00', currency: 'CNY' },
    });
    expect(result.threshold).toBeCloseTo(0.0857, 4);
    expect(result.episodes.map(({ device, outcome }) => [device, outcome])).toEqual([
      ['T-1', 'true-positive'],
      ['T-2', 'false-positive'],
      ['T-4', 'true-positive'],
    ]);
    expect(result.episodes[0]).toMatchObject({
      raisedAt: isoOf(START + 50 * DAY + 2 * HOUR),
      clearedAt: isoOf(START + 51 * DAY),
      failedAt: isoOf(START + 60 * DAY),
    });
    expect(result.happened.map(({ kind, device }) => `${kind} ${device}`)).toEqual(
      expect.arrayContaining(['failure T-1', 'failure T-3', 'job T-4']),
    );
    expect(await told()).toEqual(before);
  });

  test('a rule that speaks of no failure mode is counted, not scored', async () => {
    const result = await resultFor({
      ...RULE,
      component: null,
      condition: { kind: 'no-data', metric: 'count', forSeconds: 86_400 },
    });
    expect(result).toMatchObject({
      failureModes: [],
      candidate: { alerts: 0, truePositives: 0, falseNegatives: 0 },
      probability: null,
    });
    expect(result.money).toBeNull();
  });

  test('silence is that of the device, not of the import', async () => {
    await world.database.query(
      `DELETE FROM reading USING device d WHERE d.id = device_id AND d.code = 'T-3' AND measured_at >= $1 AND measured_at < $2`,
      [new Date(START + 10 * DAY), new Date(START + 12 * DAY)],
    );
    const result = await resultFor({ ...RULE, condition: { kind: 'no-data', metric: 'flow', forSeconds: 7200 } });
    const silences = result.episodes.map(({ device, raisedAt, clearedAt }) => [device, raisedAt, clearedAt]);
    // The last reading of each device is an hour before the end, the silence asked for is two.
    expect(silences).toEqual([['T-3', isoOf(START + 10 * DAY + HOUR), isoOf(START + 12 * DAY)]]);
  });

  test('months with too many readings are judged by the hour, and it says so', async () => {
    const { id } = await predictor.rules.create(RULE, AUTHOR);
    const second = await world.start({ replayLimits: { readingsPerMonth: 100 } });
    const run = await second.replays.start({ rule: id }, { from: isoOf(START), to: isoOf(END) }, AUTHOR);
    const replay = await ended(run.id);
    await second.close();
    expect(replay.result?.thinned).toBe(4 * 7);
    expect(replay.result?.candidate).toMatchObject({ alerts: 3 });
  });

  test('is cancelled, refused and bounded', async () => {
    const { id } = await predictor.rules.create(RULE, AUTHOR);
    const { replays } = predictor;
    await expect(replays.start({ rule: 99_999 }, {}, AUTHOR)).rejects.toMatchObject({ code: 'not-found' });
    await expect(replays.start({ model: 99_999 }, {}, AUTHOR)).rejects.toMatchObject({ code: 'not-found' });
    await expect(replays.start({ rule: id }, { from: isoOf(END), to: isoOf(START) }, AUTHOR)).rejects.toMatchObject({
      code: 'refused',
    });
    await expect(replays.start({ rule: id }, { from: isoOf(START - 3000 * DAY) }, AUTHOR)).rejects.toMatchObject({
      code: 'refused',
    });
    const waiting = await world.start({ isJudging: false });
    const run = await waiting.replays.start({ rule: id }, {}, AUTHOR);
    await waiting.close();
    const cancelled = await replays.cancel(run.id).catch((error: unknown) => error);
    // Either it was cancelled in time, or it had ended: never both, and never twice.
    await expect(replays.cancel(run.id)).rejects.toMatchObject({ code: 'transition-refused' });
    expect(cancelled).toBeDefined();
  });

  test('the detector is judged anew like a rule, each prognosis against its own mode', async () => {
    const detector = (await predictor.models.reads.list({ kind: 'sign-drift' })).items[0]?.id as number;
    const run = await predictor.replays.start({ model: detector }, { from: isoOf(START), to: isoOf(END) }, AUTHOR);
    const { result, state } = await ended(run.id);
    expect(state).toBe('finished');
    expect(result?.failureModes).toHaveLength(2);
    expect(result?.candidate.falseNegatives).toBeGreaterThan(0);
    const { items } = await predictor.replays.list({ model: 'sign-drift' });
    expect(items).toEqual([expect.objectContaining({ id: run.id, rule: null, model: 'sign-drift' })]);
    expect((await predictor.replays.list({ model: 'horizon' })).items).toEqual([]);
  });
});

/** Everything live, which no replay may touch. */
async function told(): Promise<unknown> {
  const { items } = await predictor.alerts.list({}, EVERYTHING);
  const { rows } = await world.database.query(
    'SELECT count(*) AS events, (SELECT count(*) FROM prognosis) AS prognoses, (SELECT max(version) FROM predictor_state) AS state FROM event',
  );
  return { items, rows };
}
