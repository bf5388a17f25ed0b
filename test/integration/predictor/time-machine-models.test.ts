// Trained models in the time machine: what is live, judged anew, says what live said; nothing looks past its moment; months that a model
// learned from are named.
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { NewReplay, Replay, ReplayResult } from '../../../src/contracts/http/replays.ts';
import { isoOf } from '../../../src/contracts/time.ts';
import { fitHorizonModel } from '../../../src/predictor/core/horizon/fit.ts';
import type { HorizonContent } from '../../../src/predictor/core/horizon/stored.ts';
import type { Predictor } from '../../../src/predictor/predictor.ts';
import { insertModel } from '../../../src/predictor/models/store-model.ts';
import { gathered, liveThrough, putModel, TRAINED_FROM } from '../../support/horizon-world.ts';
import { COOLER, DAY, HOUR, signals, START } from '../../support/predictor-signals.ts';
import { COSTS, openPredictorWorld, type PredictorWorld } from '../../support/predictor-world.ts';

const AUTHOR = 'li@example.org';
const TRAINED = Array.from({ length: 12 }, (_, index) => `T-${index + 1}`);
const OWN = ['C-1', 'C-2'];
const DAYS = 30;
const END = START + DAYS * DAY;

// Beside others on a slow machine, on the embedded database.
vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

let world: PredictorWorld;
let predictor: Predictor | null = null;
let content: HorizonContent;
beforeAll(async () => {
  const lived = await openPredictorWorld(TRAINED);
  await liveThrough(lived.database, TRAINED);
  content = fitHorizonModel(await gathered(lived.database, COOLER.code), { seed: 1 }).content;
  await lived.close();
});
beforeEach(async () => {
  world = await openPredictorWorld(OWN);
  world.time.now = END;
  await world.database.query('UPDATE device SET installed_on = $1', [new Date(START - 20 * DAY)]);
});
afterEach(async () => {
  await predictor?.close();
  predictor = null;
  await world.close();
});

// Acting pays from 0.3 on.
const economics = async () => ({ ...COSTS, needlessMinor: 1_370_000n });

interface Told {
  device: string;
  code: string;
  atMs: number;
}

/** Hours of day 8 at which E7 comes: it leads to failure. */
const EVENTS = ['C-1', 'C-2'].flatMap((device) =>
  [4.5, 10.5, 16.5].map((hour): Told => ({ device, code: 'E7', atMs: START + 8 * DAY + hour * HOUR })),
);

async function tell({ device, code, atMs }: Told, receivedMs: number): Promise<void> {
  await world.database.query(
    `INSERT INTO device_event (device_id, at, code, severity, received_at)
     SELECT id, $2, $3, 'warning', $4 FROM device WHERE code = $1`,
    [device, new Date(atMs), code, new Date(receivedMs)],
  );
}

/** A month in which the flow of C-2 falls from day 15 on. */
const slicesOf = (device: string) =>
  signals({
    days: DAYS,
    seed: device,
    commit: 6,
    shift: (atMs) => (device === 'C-2' && atMs > START + 15 * DAY ? { flow: -5 } : {}),
  });

/** Commits and events as time goes by; each commit is judged before the next one comes. */
async function live(act: (nowMs: number) => Promise<void> = async () => undefined): Promise<void> {
  const all = OWN.flatMap((device) => slicesOf(device).map((slice) => ({ device, slice }))).sort(
    (a, b) => a.slice.receivedAtMs - b.slice.receivedAtMs,
  );
  const events = [...EVENTS];
  for (const { device, slice } of all) {
    const nowMs = slice.receivedAtMs + 1_000;
    const [batch] = await world.commit(device, [slice]);
    for (const event of events.filter((one) => one.device === device && one.atMs < slice.receivedAtMs)) {
      await tell(event, nowMs);
      events.splice(events.indexOf(event), 1);
    }
    world.time.now = nowMs;
    if (batch !== undefined) predictor?.observe(batch);
    await predictor?.idle();
    await act(nowMs);
  }
  world.time.now = END;
}

const idOf = async (version: string): Promise<number> =>
  (await (predictor as Predictor).models.reads.list({ kind: 'horizon' })).items.find(
    (model) => String(model.version) === version,
  )?.id as number;

async function ended(id: number): Promise<Replay> {
  const { replays } = predictor as Predictor;
  await expect.poll(async () => (await replays.one(id))?.state, { timeout: 120_000 }).not.toMatch(/queued|running/);
  return (await replays.one(id)) as Replay;
}

async function replayOf(model: number, replay: NewReplay = {}): Promise<ReplayResult> {
  const asked = { from: isoOf(START), to: isoOf(END), ...replay };
  const { id } = await (predictor as Predictor).replays.start({ model }, asked, AUTHOR);
  const run = await ended(id);
  expect(run).toMatchObject({ state: 'finished', error: null, model: 'horizon', modelId: model });
  return run.result as ReplayResult;
}

/** Alerts about what the model speaks of, as live raised them. */
async function recorded() {
  const { rows } = await world.database.query<{
    device: string;
    raised: Date;
    cleared: Date | null;
    probability: number;
    state: string | null;
  }>(
    `SELECT d.code AS device, a.raised_at AS raised, a.cleared_at AS cleared, p.probability, p.state FROM alert a
     JOIN device d ON d.id = a.device_id LEFT JOIN job_proposal p ON p.alert_id = a.id
     WHERE a.component = 'head' ORDER BY d.code, a.raised_at`,
  );
  return rows.map(({ device, raised, cleared, probability, state }) => ({
    device,
    raisedAt: raised.toISOString(),
    clearedAt: cleared?.toISOString() ?? null,
    prognosis: { probability, job: state },
  }));
}

describe('a trained model in the time machine', () => {
  test('says of stored history what it said when it was live, to the instant and to the last digit', async () => {
    const version = await putModel(world.database, COOLER.code, 'active', content);
    world.time.now = START;
    predictor = await world.start({ economics });
    await live();
    const told = await recorded();
    expect(told.map(({ device }) => device)).toEqual(['C-1', 'C-2']);
    const result = await replayOf(await idOf(version));
    expect(result.episodes).toMatchObject(told);
    expect(result.episodes).toHaveLength(told.length);
    expect(result.modelled).toMatchObject({ mode: 'auto', inForce: null, jobs: { opened: 2, proposed: 0 } });
    expect(result.failureModes).toMatchObject([{ component: 'head', failureMode: 'wear' }]);
  });

  test('a draft stands beside what is in force; months it learned from are named, and what came after is apart', async () => {
    await putModel(world.database, COOLER.code, 'active', content);
    const draft = await putDraft({ from: TRAINED_FROM, to: START + 6 * DAY });
    world.time.now = START;
    predictor = await world.start({ economics });
    await live();
    const before = await untouched();
    const result = await replayOf(draft, { mode: 'suggest' });
    const { modelled } = result;
    expect(modelled).toMatchObject({
      mode: 'suggest',
      jobs: { opened: 0, proposed: 2 },
      learned: { from: isoOf(TRAINED_FROM), to: isoOf(START + 6 * DAY), overlap: 'part' },
      unseen: { from: isoOf(START + 6 * DAY), candidate: { score: { alerts: 2 } }, failures: 0 },
      timeLeft: null,
    });
    // The same trees: the same alerts, in the same words but for the version.
    expect(modelled?.inForce?.models).toEqual([{ kind: 'horizon', version: 1 }]);
    expect(modelled?.inForce?.score).toEqual(result.candidate);
    expect(result.episodes[0]?.reason.en).toContain('model version 2');
    expect(result.actual.alerts).toBe(2);
    const shadow = await replayOf(draft, { mode: 'shadow', to: isoOf(START + 20 * DAY) });
    expect(shadow.modelled).toMatchObject({ jobs: { opened: 0, recorded: 2 } });
    expect(shadow.jobs.candidate).toBe(0);
    const all = await replayOf(draft, { to: isoOf(START + 5 * DAY) });
    expect(all.modelled).toMatchObject({ learned: { overlap: 'all' }, unseen: null });
    expect(await untouched()).toEqual(before);
  });

  test('a job that its station has no room for waits, the more valuable go first', async () => {
    await putModel(world.database, COOLER.code, 'active', content);
    world.time.now = START;
    predictor = await world.start({ economics });
    await live();
    await world.database.query("INSERT INTO job_cap (station_code, jobs_per_week, set_by) VALUES ('sh', 0, 'test')");
    const result = await replayOf(await idOf('1'), { mode: 'auto' });
    const jobs = result.episodes.map(({ device, prognosis }) => [device, prognosis?.job]);
    // C-1 is a device of Shanghai, C-2 of Chengdu.
    expect(jobs).toEqual([
      ['C-1', expect.stringMatching(/held|withdrawn/)],
      ['C-2', 'opened'],
    ]);
  });

  test('what cannot be judged is refused in words that say what to do', async () => {
    world.time.now = END;
    predictor = await world.start({ economics });
    const { replays, models } = predictor;
    const detector = (await models.reads.list({ kind: 'sign-drift' })).items[0]?.id as number;
    const refused = (replay: NewReplay) => expect(replays.start({ model: detector }, replay, AUTHOR)).rejects;
    await refused({}).toThrow('No readings are stored yet');
    await world.commit('C-1', slicesOf('C-1').slice(0, 4));
    await refused({ to: isoOf(END + 3 * DAY) }).toThrow('to: 2026-02-03 lies in the future; today is 2026-01-31');
    await refused({ from: isoOf(START + 9 * DAY), to: isoOf(START + 2 * DAY) }).toThrow('must lie before to');
    await refused({ from: isoOf(START - 20 * DAY) }).toThrow('from: the first stored reading is of 2026-01-01');
    await refused({ from: isoOf(START - 30 * DAY), to: isoOf(START - DAY) }).toThrow('nothing earlier can be judged');
    await refused({ from: isoOf(START - 3_000 * DAY) }).toThrow('from: at most 1100 days before to');
    await expect(replays.start({ rule: 1 }, { mode: 'auto' }, AUTHOR)).rejects.toThrow('a rule opens no jobs');
    const damaged = await putDraft(null, { ...content, anyThreshold: 7 });
    await expect(replays.start({ model: damaged }, {}, AUTHOR)).rejects.toThrow('anyThreshold is no probability');
  });
});

async function putDraft(learned: { from: number; to: number } | null, what: unknown = content): Promise<number> {
  const trainedOn =
    learned === null
      ? null
      : { devices: 12, rows: 1, positives: 1, failures: 12, seed: 1, from: isoOf(learned.from), to: isoOf(learned.to) };
  return world.database.transaction((tx) =>
    insertModel(tx, {
      kind: 'horizon',
      product: COOLER.code,
      component: null,
      content: what,
      trainedOn,
      figures: null,
      codeVersion: 'test',
      author: 'author',
      change: 'trained',
      note: null,
      atMs: START,
    }),
  );
}

/** Everything live, which no replay may touch. */
const untouched = async () =>
  (
    await world.database.query(
      `SELECT count(*) AS events, (SELECT count(*) FROM prognosis) AS prognoses, (SELECT count(*) FROM alert) AS alerts,
         (SELECT max(version) FROM predictor_state) AS state FROM event`,
    )
  ).rows;
