// The time machine: a year of 60 devices, one reading an hour and metric, judged anew by a rule on one metric, by a compound
// rule, by the detector, and by a trained model beside what is in force (two instances in one run). The limit is a minute for each;
// beside it a second stream goes through the event loop and is timed. Processor seconds of this process stand beside the clock's, for
// a machine that others use.
import { parseArgs } from 'node:util';
import type { Condition } from '../../src/contracts/rule-conditions.ts';
import { isoOf } from '../../src/contracts/time.ts';
import { UNUSUAL_SCORE } from '../../src/predictor/core/channels/watch.ts';
import { fitHorizonModel } from '../../src/predictor/core/horizon/fit.ts';
import { type ReplaySubject, type Replays, startReplays } from '../../src/predictor/time-machine/replays.ts';
import { silentLog } from '../support/database.ts';
import { gathered, liveThrough, putModel } from '../support/horizon-world.ts';
import { COOLER, DAY, START } from '../support/predictor-signals.ts';
import { COSTS, openPredictorWorld, type PredictorWorld } from '../support/predictor-world.ts';
import { chooseDatabase } from './choose-database.ts';

const LIMIT_S = 60;
const METRICS = ['head_temp', 'pressure', 'flow'];
const NORMAL = { head_temp: 4.1, pressure: 8, flow: 31 } as const;

/** A daily swing and noise; a tenth of the days of every seventh device lie low. */
const LOAD = `
  INSERT INTO reading (device_id, metric_id, measured_at, value, quality, received_at)
  SELECT d.id, m.id, t, $3::float8 * (1 + 0.01 * sin(extract(epoch FROM t) / 13751 + d.id) + 0.01 * (random() - 0.5)
    - CASE WHEN d.id % 7 = 0 AND extract(doy FROM t)::int % 10 = 0 THEN 0.3 ELSE 0 END), 0, $2::timestamptz + (t - $1::timestamptz) / 100000
  FROM device d, metric m, generate_series($1::timestamptz, $2::timestamptz - INTERVAL '1 hour', INTERVAL '1 hour') t
  WHERE m.code = $4 ORDER BY d.id, t`;

const FAILURES = `
  INSERT INTO work_order (kind, service_type, state, priority, device_id, component, failure_mode, title_en, title_zh, opened_at,
    opened_by, failed_at, completed_at, finding_failure_mode, finding_confirmed, product_line, product, customer, region, station)
  SELECT 'corrective', 'on-site', 'completed', 'major', id, 'pump', 'fouling', 'Pump', '水泵', t, 'bench', t, t + INTERVAL '5 hours',
    'fouling', true, 'cooling', product_code, customer_code, 'east', station_code
  FROM device, generate_series($1::timestamptz + INTERVAL '40 days', $2::timestamptz, INTERVAL '90 days') t WHERE id % 7 = 0`;

/** Device events: one that means nothing every five days, now and then one that leads to failure. */
const EVENTS = `
  INSERT INTO device_event (device_id, at, code, severity, received_at)
  SELECT d.id, t + make_interval(secs => d.id), c, 'warning', t + make_interval(secs => d.id + 1)
  FROM device d, generate_series($1::timestamptz, $2::timestamptz, INTERVAL '5 days') t, unnest(ARRAY['E1', 'E7']) c
  WHERE c = 'E1' OR (d.id + extract(doy FROM t)::int) % 60 = 0 ON CONFLICT DO NOTHING`;

const LOW: Condition = { kind: 'threshold', metric: 'flow', below: 25, clear: 27, forSeconds: 7200 };
const COMPOUND: Condition = {
  kind: 'any',
  of: [
    LOW,
    {
      kind: 'all',
      of: [
        { kind: 'rate', metric: 'head_temp', above: 0.1, per: 'day', overSeconds: 259_200 },
        { kind: 'threshold', metric: 'pressure', above: 9 },
      ],
    },
  ],
};

/** The longest the event loop was away while `work` ran, ms. */
async function withLongestStall<T>(work: () => Promise<T>): Promise<{ result: T; stallMs: number }> {
  let stallMs = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    stallMs = Math.max(stallMs, now - last - 5);
    last = now;
  }, 5);
  const result = await work();
  clearInterval(timer);
  return { result, stallMs };
}

async function judge(replays: Replays, subject: ReplaySubject, days: number) {
  const started = performance.now();
  const before = process.cpuUsage();
  const { result, stallMs } = await withLongestStall(async () => {
    const to = isoOf(START + days * DAY);
    const { id } = await replays.start(subject, { from: isoOf(START), to }, 'bench');
    for (;;) {
      const replay = await replays.one(id);
      if (replay !== null && replay.state !== 'queued' && replay.state !== 'running') return replay;
      await new Promise<void>((resolve) => void setTimeout(resolve, 50));
    }
  });
  if (result.state !== 'finished') throw new Error(`replay ${result.state}: ${result.error}`);
  const { user, system } = process.cpuUsage(before);
  return {
    seconds: (performance.now() - started) / 1000,
    cpuSeconds: (user + system) / 1e6,
    stallMs,
    result: result.result,
  };
}

async function load(world: PredictorWorld, days: number): Promise<number> {
  const span = [new Date(START), new Date(START + days * DAY)];
  for (const code of METRICS) {
    await world.database.query('INSERT INTO metric (code) VALUES ($1) ON CONFLICT DO NOTHING', [code]);
    await world.database.query(LOAD, [...span, NORMAL[code as keyof typeof NORMAL], code]);
  }
  await world.database.query(FAILURES, span);
  await world.database.query(EVENTS, span);
  const { rows } = await world.database.query<{ n: bigint }>('SELECT count(*) AS n FROM reading');
  return Number(rows[0]?.n);
}

export async function run(args: readonly string[]): Promise<void> {
  const options = {
    database: { type: 'string' },
    devices: { type: 'string', default: '60' },
    days: { type: 'string', default: '365' },
  } as const;
  const { values } = parseArgs({ args: [...args], options });
  chooseDatabase(values.database);
  const days = Number(values.days);
  const world = await openPredictorWorld(Array.from({ length: Number(values.devices) }, (_, index) => `B-${index}`));
  world.time.now = START + (days + 1) * DAY;
  // Each reading speaks for an hour.
  const hourly = { ...COOLER, metrics: COOLER.metrics.map((metric) => ({ ...metric, expectedIntervalS: 3600 })) };
  await world.database.query('UPDATE product SET definition = $1', [JSON.stringify(hourly)]);
  try {
    const readings = await load(world, days);
    // It judges nothing live: what is timed is the time machine alone.
    const predictor = await world.start({ isJudging: false });
    const ports = {
      book: predictor.models.book,
      economics: async () => COSTS,
      clock: { now: () => world.time.now },
      log: silentLog(),
    };
    const replays = startReplays({ database: world.database, ...ports, isWorking: true, unusualScore: UNUSUAL_SCORE });
    const figures: Record<string, number> = { readings };
    for (const [name, condition] of [
      ['rule', LOW],
      ['compoundRule', COMPOUND],
    ] as const) {
      const written = {
        product: 'cooler-1',
        component: 'pump',
        name: { en: name, zh: name },
        condition,
        severity: 'major',
      } as const;
      const { id } = await predictor.rules.create(written, 'bench');
      const { seconds, cpuSeconds, stallMs, result } = await judge(replays, { rule: id }, days);
      figures[`${name}S`] = round(seconds);
      figures[`${name}CpuS`] = round(cpuSeconds);
      figures[`${name}LongestStallMs`] = Math.round(stallMs);
      console.log(
        `${name}: ${result?.readings} readings, ${result?.candidate.alerts} alerts, ${result?.candidate.truePositives} right`,
      );
    }
    const devices = (await world.database.query<{ code: string }>('SELECT code FROM device ORDER BY id')).rows;
    await liveThrough(world.database, devices.map(({ code }) => code).slice(0, 12));
    const { content } = fitHorizonModel(await gathered(world.database, COOLER.code), { seed: 1 });
    await putModel(world.database, COOLER.code, 'shadow', content);
    const { items: trained } = await predictor.models.reads.list({ kind: 'horizon' });
    const model = await judge(replays, { model: trained[0]?.id ?? 0 }, days);
    figures['trainedModelS'] = round(model.seconds);
    figures['trainedModelCpuS'] = round(model.cpuSeconds);
    figures['trainedModelLongestStallMs'] = Math.round(model.stallMs);
    console.log(`trained model: ${model.result?.candidate.alerts} alerts, ${model.result?.jobs.candidate} jobs`);
    const { items } = await predictor.models.reads.list({ kind: 'sign-drift' });
    const detector = await judge(replays, { model: items[0]?.id ?? 0 }, days);
    figures['detectorS'] = round(detector.seconds);
    figures['detectorCpuS'] = round(detector.cpuSeconds);
    figures['detectorLongestStallMs'] = Math.round(detector.stallMs);
    await replays.close();
    await predictor.close();
    const ratios = {
      ruleToLimit: round((figures['compoundRuleS'] ?? 0) / LIMIT_S),
      detectorToLimit: round(detector.seconds / LIMIT_S),
      trainedModelToLimit: round(model.seconds / LIMIT_S),
    };
    console.log(JSON.stringify({ bench: 'time-machine', database: world.database.edition.kind, figures, ratios }));
  } finally {
    await world.close();
  }
}

const round = (value: number): number => Math.round(value * 1000) / 1000;
