import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ModelRun } from '../../../src/contracts/http/models.ts';
import { MODEL } from '../../../src/predictor/core/settings.ts';
import { signDrift } from '../../../src/predictor/models/built-in.ts';
import { openModelBook } from '../../../src/predictor/models/model-book.ts';
import { type ModelRegistry, openModelRegistry } from '../../../src/predictor/models/registry.ts';
import { insertModel } from '../../../src/predictor/models/store-model.ts';
import { silentLog } from '../../support/database.ts';
import { seedFailures } from '../../support/known-failures.ts';
import { DAY, START } from '../../support/predictor-signals.ts';
import { openPredictorWorld, type PredictorWorld } from '../../support/predictor-world.ts';

const DEVICES = Array.from({ length: 16 }, (_, index) => `M-${index + 1}`);
const DAYS = 160;
const AUTHOR = 'trainer@test';
const SECOND = 'manager@test';
const note = 'tried on paper';

let world: PredictorWorld;
let registry: ModelRegistry;
beforeAll(async () => {
  world = await openPredictorWorld(DEVICES);
  world.time.now = START + DAYS * DAY;
  const clock = { now: () => world.time.now };
  registry = await openModelRegistry({
    database: world.database,
    clock,
    log: silentLog(),
    codeVersion: 'test',
    everyMs: 60_000,
  });
});
afterAll(async () => {
  await registry.close();
  await world.close();
});

const train = (): Promise<ModelRun> =>
  registry.trainer.train({ kind: 'horizon', product: 'cooler-1', seed: 7 }, AUTHOR);

async function trained(): Promise<{ run: ModelRun; id: number }> {
  const begun = await train();
  await registry.trainer.idle();
  const run = (await registry.trainer.run(begun.id)) as ModelRun;
  return { run, id: run.modelId as number };
}

describe('the detector that comes with the program', () => {
  test('is in force from the start, automatic, and stays as people set it when the program starts again', async () => {
    const { items } = await registry.reads.list({});
    expect(items).toMatchObject([
      { kind: 'sign-drift', version: Number(MODEL.version), state: 'active', mode: 'auto', refused: null },
    ]);
    const id = items[0]?.id as number;
    const { model, history } = await registry.commands.activate(id, { mode: 'suggest', note }, SECOND);
    expect(model.mode).toBe('suggest');
    expect(history.map(({ change }) => change)).toEqual(['activated', 'activated']);
    const again = await openModelRegistry({
      database: world.database,
      clock: { now: () => world.time.now },
      log: silentLog(),
      codeVersion: 'test',
      everyMs: 60_000,
    });
    expect(again.book.active('sign-drift', 'cooler-1')?.mode).toBe('suggest');
    await again.close();
    await expect(registry.commands.rollback(id, note, SECOND)).rejects.toThrow('no version before');
    await expect(registry.trainer.train({ kind: 'sign-drift', product: 'cooler-1' }, AUTHOR)).rejects.toThrow(
      'not learned from data',
    );
  });
});

describe('training', () => {
  test('is refused while too little is known, and says what is missing in the run', async () => {
    const { run } = await trained();
    expect(run.state).toBe('refused');
    expect(run.detail?.en).toMatch(/10/);
  });

  test('learns in a process of its own, one at a time, to be cancelled, and keeps a draft with its figures', async () => {
    const failures = await seedFailures(world.database, DEVICES, {
      days: DAYS,
      everyDays: 45,
      component: 'head',
      failureMode: 'wear',
    });
    expect(failures).toBeGreaterThan(30);
    const first = await train();
    await expect(train()).rejects.toThrow(`run ${first.id}`);
    const cancelled = await registry.trainer.cancel(first.id, AUTHOR);
    expect(cancelled).toMatchObject({ state: 'cancelled', modelId: null });

    const { run, id } = await trained();
    expect(run.detail?.en).toMatch(/^Kept/);
    expect(run).toMatchObject({ state: 'done', share: 1 });
    const { model } = (await registry.reads.one(id)) as NonNullable<Awaited<ReturnType<typeof registry.reads.one>>>;
    expect(model).toMatchObject({ kind: 'horizon', product: 'cooler-1', version: 1, state: 'draft', author: AUTHOR });
    expect(model.trainedOn).toMatchObject({ devices: DEVICES.length, seed: 7 });
    expect(model.trainedOn?.failures).toBe(failures);
    // An event comes a day or so before every failure; the horizon is longer than that.
    expect(model.figures?.auc).toBeGreaterThan(0.7);
    expect(registry.book.active('horizon', 'cooler-1')).toBeNull();
    const plots = await registry.reads.plots(id);
    expect(plots).toMatchObject({ origin: 'training', lives: [], capHours: null });
    const [trace] = plots?.traces ?? [];
    expect(trace?.atMs).toHaveLength(trace?.probability.length as number);
    expect(trace?.windows.length).toBeGreaterThan(0);
    expect(trace?.probability.every((p) => p >= 0 && p <= 1)).toBe(true);
    await expect(registry.reads.plots(9_999)).rejects.toThrow('no model 9999');
    const [cooler] = await registry.reads.learnable();
    expect(cooler?.components[0]).toMatchObject({ component: 'head', failures });
    expect(cooler?.components.map(({ failures: n }) => n).slice(1)).toEqual(expect.arrayContaining([0]));
    expect(cooler?.needed).toEqual({ horizon: 10, 'remaining-life': 10 });
  }, 120_000);

  test('the same data and seed make the same model, to the byte', async () => {
    const { id } = await trained();
    const { items } = await registry.reads.list({ kind: 'horizon' });
    const [second, first] = items;
    expect(second?.id).toBe(id);
    expect(second?.version).toBe(2);
    expect(second?.contentHash).toBe(first?.contentHash);
  }, 120_000);
});

describe('a model in force', () => {
  const versions = async () => {
    const { items } = await registry.reads.list({ kind: 'horizon' });
    return [...items].reverse();
  };
  const stateOf = async () => (await versions()).map(({ state }) => state);

  test('is put there by a second person, in the program and in the database', async () => {
    const [first] = await versions();
    const id = first?.id as number;
    await expect(registry.commands.activate(id, { mode: 'auto', note }, AUTHOR)).rejects.toThrow('made by you');
    await expect(
      world.database.query(`UPDATE model SET state = 'active', approver = author WHERE id = $1`, [id]),
    ).rejects.toThrow('model_two_people');
    await expect(world.database.query(`UPDATE model SET state = 'active' WHERE id = $1`, [id])).rejects.toThrow(
      'model_two_people',
    );
    const { model } = await registry.commands.activate(id, { mode: 'suggest', note }, SECOND);
    expect(model).toMatchObject({ state: 'active', mode: 'suggest', approver: SECOND });
    await registry.book.refresh();
    expect(registry.book.active('horizon', 'cooler-1')).toMatchObject({ version: '1', mode: 'suggest' });
  });

  test('another judges in shadow beside it, takes its place, and is rolled back', async () => {
    const [first, second] = (await versions()).map(({ id }) => id) as [number, number];
    await registry.commands.shadow(second, note, AUTHOR);
    await registry.book.refresh();
    expect(registry.book.active('horizon', 'cooler-1')?.id).toBe(first);
    expect(registry.book.shadow('horizon', 'cooler-1')?.id).toBe(second);
    await registry.commands.activate(second, { mode: 'auto', note }, SECOND);
    expect(await stateOf()).toEqual(['retired', 'active']);
    const back = await registry.commands.rollback(second, note, SECOND);
    expect(back.model).toMatchObject({ id: first, state: 'active', mode: 'suggest' });
    expect(await stateOf()).toEqual(['active', 'retired']);
    // The first has none before it: out of force, the detector with its prior judges alone.
    await registry.commands.rollback(first, note, SECOND);
    await registry.book.refresh();
    expect(registry.book.active('horizon', 'cooler-1')).toBeNull();
    await registry.commands.activate(first, { mode: 'auto', note }, SECOND);
  });

  test('what it is never changes', async () => {
    const [first] = await versions();
    for (const change of [`content = '{}'`, `author = 'x'`, `version = 9`]) {
      await expect(world.database.query(`UPDATE model SET ${change} WHERE id = $1`, [first?.id])).rejects.toThrow(
        'never changes',
      );
    }
    await expect(world.database.query('DELETE FROM model')).rejects.toThrow('never changes');
  });

  test('goes to another instance as a file, and a changed file is refused', async () => {
    const [first] = await versions();
    const file = await registry.reads.export(first?.id as number);
    if (file === null) throw new Error('no file');
    const { model } = await registry.commands.import(structuredClone(file), SECOND);
    expect(model).toMatchObject({ version: 3, state: 'draft', author: SECOND, contentHash: first?.contentHash });
    const changed = { ...file, content: { ...(file.content as object), horizonHours: 1 } };
    await expect(registry.commands.import(changed, SECOND)).rejects.toThrow('contentHash');
    await expect(registry.commands.import({ ...file, product: 'nowhere' }, SECOND)).rejects.toThrow('nowhere');
  });

  test('that is corrupt is refused by name at load, and the last good one judges', async () => {
    const good = (await versions())[0] as { id: number; contentHash: string };
    // A version that cannot be loaded gets in force only past the program: the content is sound JSON, its shape is not.
    const bad = await world.database.transaction((tx) =>
      insertModel(tx, {
        kind: 'horizon',
        product: 'cooler-1',
        component: null,
        content: { kind: 'horizon', trees: 'gone' },
        trainedOn: null,
        figures: null,
        codeVersion: 'test',
        author: AUTHOR,
        change: 'imported',
        note: null,
        atMs: world.time.now,
      }),
    );
    await expect(registry.commands.activate(bad, { mode: 'auto', note }, SECOND)).rejects.toThrow('cannot be loaded');
    await world.database.query(`UPDATE model SET state = 'retired' WHERE kind = 'horizon' AND state = 'active'`);
    await world.database.query(`UPDATE model SET state = 'active', approver = $2 WHERE id = $1`, [bad, SECOND]);
    // This process keeps what it had; one that starts now finds the last good version by its history.
    await registry.book.refresh();
    expect(registry.book.active('horizon', 'cooler-1')?.id).toBe(good.id);
    const fresh = await openModelRegistry({
      database: world.database,
      clock: { now: () => world.time.now },
      log: silentLog(),
      codeVersion: 'test',
      everyMs: 60_000,
    });
    expect(fresh.book.active('horizon', 'cooler-1')?.id).toBe(good.id);
    await fresh.close();
    const detail = await registry.reads.one(bad);
    expect(detail?.model.refused).toBeTruthy();
    expect(detail?.history.map(({ change }) => change)).toContain('refused');
  });

  test('whose bytes are not those of its hash is refused', async () => {
    await world.database.query('ALTER TABLE model DISABLE TRIGGER model_content_kept');
    await world.database.query(`UPDATE model SET content = content || ' ' WHERE kind = 'sign-drift'`);
    await world.database.query('ALTER TABLE model ENABLE TRIGGER model_content_kept');
    const kinds = { 'sign-drift': signDrift, horizon: null, 'remaining-life': null };
    const book = await openModelBook({ database: world.database, kinds, log: silentLog(), everyMs: 60_000 });
    expect(book.active('sign-drift', 'cooler-1')).toBeNull();
    const { items } = await registry.reads.list({ kind: 'sign-drift' });
    expect(items[0]?.refused).toContain('hash');
    book.close();
  });
});
