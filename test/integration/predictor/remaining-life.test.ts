// Remaining life live: learned from the lives the instance itself has seen, asked on a grid of measured time, told with P10,
// P50 and P90 or as "more than", used by alerts, and as wide as what came of earlier answers asks for.
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isoOf } from '../../../src/contracts/time.ts';
import { fitLifeModel, type LifeSet } from '../../../src/predictor/core/remaining-life/fit.ts';
import { lifeFrom } from '../../../src/predictor/core/remaining-life/stored-life.ts';
import { seededRandom } from '../../../src/predictor/core/random.ts';
import { gatherLifeSet } from '../../../src/predictor/remaining-life/gather.ts';
import { timeLeftOf, widthOf } from '../../../src/predictor/remaining-life/realised.ts';
import { insertModel } from '../../../src/predictor/models/store-model.ts';
import type { Predictor } from '../../../src/predictor/predictor.ts';
import { COOLER, DAY, HOUR, START } from '../../support/predictor-signals.ts';
import { openPredictorWorld, type PredictorWorld } from '../../support/predictor-world.ts';

const TRAINED = Array.from({ length: 12 }, (_, index) => `T-${index + 1}`);
const INSTALLED = START - 60 * DAY;
const OWN_LIFE = 170;
const HEAD = { product: COOLER.code, component: 'head' } as const;

let world: PredictorWorld;
let predictor: Predictor | null = null;
beforeEach(async () => {
  world = await openPredictorWorld([...TRAINED, 'C-1', 'C-2']);
  world.time.now = START;
});
afterEach(async () => {
  await predictor?.close();
  predictor = null;
  await world.close();
});

/** Hourly readings of a cold head that fails `life` hours after it was put in. */
function wearing(seed: number, life: number, [from, to]: [number, number], installedMs: number) {
  const random = seededRandom(seed);
  const hours = Array.from({ length: life }, (_, hour) => {
    const wear = Math.exp((hour - life) / 30);
    const noise = (): number => random() - 0.5;
    const readings = [
      { metric: 'head_temp', value: 4 + 0.9 * wear + 0.05 * noise() },
      { metric: 'pressure', value: 8 + 0.8 * wear + 0.1 * noise() },
      { metric: 'flow', value: 31 + 0.5 * noise() },
    ];
    const measuredAtMs = installedMs + hour * HOUR + 60_000;
    return {
      receivedAtMs: measuredAtMs + 1000,
      readings: readings.map((reading) => ({ ...reading, measuredAtMs, quality: 0, seq: hour })),
    };
  });
  return hours.slice(from, to);
}

async function fail(device: string, failedMs: number): Promise<void> {
  await world.database.query(
    `WITH job AS (
       INSERT INTO work_order (kind, service_type, state, priority, device_id, component, failure_mode, title_en, title_zh, opened_at,
         opened_by, failed_at, completed_at, finding_failure_mode, finding_confirmed, product_line, product, customer, region, station)
       SELECT 'corrective', 'on-site', 'closed', 'major', d.id, 'head', 'wear', 'Head failed', '冷头故障', $2, 'test', $2,
         $2::timestamptz + interval '5 hours', 'wear', true, 'cooling', d.product_code, d.customer_code, 'east', d.station_code
       FROM device d WHERE d.code = $1 RETURNING id, device_id, product, component, failure_mode, failed_at)
     INSERT INTO known_failure SELECT id, device_id, product, component, failure_mode, failed_at FROM job`,
    [device, new Date(failedMs)],
  );
}

async function liveAndFail(devices: readonly string[]): Promise<void> {
  await world.database.query('UPDATE device SET installed_on = $1', [new Date(INSTALLED)]);
  for (const [index, device] of devices.entries()) {
    const life = 130 + 6 * index;
    await world.commit(device, wearing(index, life, [0, life], INSTALLED));
    await fail(device, INSTALLED + life * HOUR);
  }
}

async function gather(): Promise<LifeSet> {
  const signal = new AbortController().signal;
  const request = { ...HEAD, fromMs: null, toMs: START, onProgress: () => undefined, signal };
  return (await gatherLifeSet(world.database, request)).set as LifeSet;
}

async function putModel(content: unknown): Promise<void> {
  const id = await world.database.transaction((tx) =>
    insertModel(tx, {
      kind: 'remaining-life',
      ...HEAD,
      content,
      trainedOn: null,
      figures: null,
      codeVersion: 'test',
      author: 'author',
      change: 'trained',
      note: null,
      atMs: START,
    }),
  );
  await world.database.query(`UPDATE model SET state = 'active', mode = 'auto', approver = 'another' WHERE id = $1`, [
    id,
  ]);
}

async function feed(device: string, part: [number, number]): Promise<void> {
  const slices = wearing(77, OWN_LIFE, part, INSTALLED);
  for (const batch of await world.commit(device, slices)) predictor?.observe(batch);
  await predictor?.idle();
}

const told = async (device: string) =>
  (await (predictor as Predictor).health.prognoses(device, {})).items.filter(({ model }) => model === 'remaining-life');

describe('remaining life', () => {
  test('is refused until enough lives are known, in words that say what is missing', async () => {
    await liveAndFail(TRAINED.slice(0, 2));
    await expect(gather()).rejects.toThrow('2 lives from installation to a confirmed failure are known');
    const request = { product: COOLER.code, component: null, fromMs: null, toMs: START, onProgress: () => undefined };
    const signal = new AbortController().signal;
    await expect(gatherLifeSet(world.database, { ...request, signal })).rejects.toThrow('name one of head');
  });

  test('is learned from the instance, told on the device while it lives, and survives a kill', {
    timeout: 120_000,
  }, async () => {
    await liveAndFail(TRAINED);
    const set = await gather();
    expect(set).toMatchObject({ failureMode: 'wear', gauges: ['head_temp', 'pressure', 'flow'] });
    expect(set.runs).toHaveLength(12);
    const { content, figures } = fitLifeModel(set, { seed: 1 });
    expect(figures.coverage).toBeGreaterThan(0.7);
    expect(figures.errorHours).toBeLessThan(20);
    expect(() => lifeFrom({ ...content, gauges: ['head_temp'] })).toThrow('its sensors are not its gauges');
    expect(lifeFrom(JSON.parse(JSON.stringify(content))).life.frame).toEqual(content.life.frame);
    await putModel(content);

    predictor = await world.start();
    await feed('C-1', [0, 40]);
    const early = (await told('C-1'))[0];
    expect(early?.rulHours?.moreThan).toBeCloseTo(content.life.cap, 6);
    await feed('C-1', [40, OWN_LIFE - 12]);
    const late = (await told('C-1'))[0];
    const left = (INSTALLED + OWN_LIFE * HOUR - Date.parse(late?.madeAt ?? '')) / HOUR;
    expect(late?.rulHours?.moreThan).toBeUndefined();
    const newest = (await predictor.health.prognoses('C-1', { latest: true })).items;
    expect(newest.filter(({ model }) => model === 'remaining-life')).toEqual([late]);
    expect(new Set(newest.map(({ component, model }) => `${component} ${model}`)).size).toBe(newest.length);
    expect(Math.abs((late?.rulHours?.p50 ?? 0) - left)).toBeLessThan(15);
    expect(late?.rulHours?.p10).toBeLessThanOrEqual(late?.rulHours?.p50 as number);
    expect(late?.rulHours?.p90).toBeGreaterThanOrEqual(late?.rulHours?.p50 as number);
    expect(late?.probability.value).toBeGreaterThan(0.5);
    expect(['head_temp', 'pressure']).toContain(late?.contributors[0]?.metric);
    expect(late?.contributors[0]?.direction).toBe('up');

    // Killed, and started on what is stored: the same grid, the same rows, none twice.
    const before = await told('C-1');
    await predictor.close();
    predictor = await world.start();
    await feed('C-2', [0, OWN_LIFE - 12]);
    await feed('C-1', [OWN_LIFE - 12, OWN_LIFE - 11]);
    expect(await told('C-1')).toEqual(before);
    expect((await told('C-2'))[0]).toMatchObject({ rulHours: late?.rulHours, madeAt: late?.madeAt });
    const device = (await world.database.query<{ id: number }>(`SELECT id FROM device WHERE code = 'C-1'`)).rows[0]
      ?.id as number;
    const line = { p10: 500, p50: 800, p90: 900, withinHorizon: 0.5 };
    const atMs = Date.parse(late?.madeAt ?? '') + HOUR;
    expect(await timeLeftOf(world.database, { ...HEAD, device, atMs, line })).toMatchObject({
      p50: late?.rulHours?.p50,
    });
    expect(await timeLeftOf(world.database, { ...HEAD, device, atMs: atMs + 30 * DAY, line })).toMatchObject({
      p50: 800,
    });
  });

  test('is judged anew by the time machine: what it would have told of each life, held against its end', {
    timeout: 180_000,
  }, async () => {
    await liveAndFail([...TRAINED, 'C-1', 'C-2']);
    const set = await gather();
    // Lives of a week are told of by the day.
    const horizon = JSON.stringify(COOLER).replace('"horizonHours":1000', '"horizonHours":120');
    await world.database.query('UPDATE product SET definition = $1', [horizon]);
    // It has seen neither life of the two it is judged on beside the twelve it learned from.
    const { content } = fitLifeModel({ ...set, runs: set.runs.slice(0, 12) }, { seed: 1 });
    await putModel(content);
    predictor = await world.start();
    const { items } = await predictor.models.reads.list({ kind: 'remaining-life' });
    const { replays } = predictor;
    const judged = async (toMs: number) => {
      const asked = { from: isoOf(INSTALLED), to: isoOf(toMs) };
      const { id } = await replays.start({ model: items[0]?.id ?? 0 }, asked, 'li@example.org');
      await expect.poll(async () => (await replays.one(id))?.state, { timeout: 120_000 }).toBe('finished');
      return (await replays.one(id))?.result ?? null;
    };

    const whole = await judged(START);
    expect(whole).toMatchObject({ failures: 14, modelled: { inForce: null, learned: { overlap: 'unknown' } } });
    const timeLeft = whole?.modelled?.timeLeft;
    expect(timeLeft?.coverage.n).toBe(14);
    expect(timeLeft?.coverage.value).toBeGreaterThan(0.6);
    expect(timeLeft?.errorN).toBeGreaterThanOrEqual(10);
    expect(timeLeft?.errorHours).toBeLessThan(20);

    // Before the first of them ended there is nothing to hold it against, and less was told.
    const early = await judged(INSTALLED + 100 * HOUR);
    expect(early?.failures).toBe(0);
    expect(early?.modelled?.timeLeft).toMatchObject({ errorHours: null, errorN: 0, coverage: { n: 0 } });
    expect(early?.modelled?.timeLeft?.answers).toBeLessThan(timeLeft?.answers ?? 0);
  });

  test('intervals of the line widen after failures outside of them, and narrow after failures inside', async () => {
    const say = async (device: string, p10: number, p90: number): Promise<void> => {
      await world.database.query(
        `INSERT INTO prognosis (device_id, component, failure_mode, model, model_version, made_at, watermark, horizon_hours, probability,
           probability_low, probability_high, probability_n, rul_hours_p10, rul_hours_p50, rul_hours_p90, contributors, window_from,
           window_to, triggered)
         SELECT id, 'head', 'wear', 'sign-drift', '1', $2, $2, 100, 0.5, 0.1, 0.9, 0, $3::float8, ($3::float8 + $4::float8) / 2, $4::float8, '[]', $2, $2, false
         FROM device WHERE code = $1`,
        [device, new Date(START), p10, p90],
      );
    };
    const line = { p10: 100, p50: 120, p90: 150, withinHorizon: 0.3 };
    const question = { ...HEAD, device: 1, atMs: START, line };
    expect(await timeLeftOf(world.database, question)).toEqual(line);
    for (const device of TRAINED.slice(0, 6)) {
      await say(device, 100, 150);
      await fail(device, START + 60 * HOUR);
    }
    expect(await widthOf(world.database, { ...HEAD, isTrained: false })).toMatchObject({ outcomes: 6, misses: 6 });
    const wide = await timeLeftOf(world.database, question);
    expect(wide?.p10).toBeLessThan(95);
    expect(wide?.p90).toBeGreaterThan(160);
    for (const device of TRAINED.slice(6)) {
      await say(device, 40, 80);
      await fail(device, START + 60 * HOUR);
    }
    const later = await timeLeftOf(world.database, question);
    expect(later?.p90).toBeLessThan(wide?.p90 as number);
    // Nothing was realised of a trained model.
    expect(await widthOf(world.database, { ...HEAD, isTrained: true })).toMatchObject({ outcomes: 0, stretch: 1 });
  });
});
