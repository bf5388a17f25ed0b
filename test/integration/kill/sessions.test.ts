// kill -9 of a broker under load: sessions, their queues, QoS 2 handshakes and retained messages are there afterwards.
// The control keeps them in memory and must lose.
import { expect, test } from 'vitest';
import { createRandom } from '../../../src/simulators/random.ts';
import { prepareServiceDatabase } from '../../support/app.ts';
import { endKillable, freePort, killGroup, startKillable, untilMore } from './killable.ts';
import { type Heard, listen, qosOf, startTalkers, type Talkers } from './talkers.ts';

/** An embedded database takes its time to start again. */
const KILLS = Number(process.env.TEST_KILLS ?? (process.env.TEST_DATABASE_URL === undefined ? 4 : 10));
const SEED = process.env.SEED ?? '1';

interface Outcome {
  acknowledged: number;
  isSleeperKnown: boolean;
  /** Acknowledged to the publisher and never heard. */
  lost: number;
  /** Of QoS 2, heard more than once. */
  doubled: number;
  /** First heard after one that was published later. */
  outOfOrder: number;
  /** Publishers whose last acknowledged message is not the retained one. */
  notRetained: number;
}

function compare(talkers: Talkers, heard: Heard): Pick<Outcome, 'lost' | 'doubled' | 'outOfOrder'> {
  let lost = 0;
  let doubled = 0;
  let outOfOrder = 0;
  for (const [publisher, numbers] of talkers.acknowledged) {
    const list = heard.from.get(publisher) ?? [];
    const distinct = new Set(list);
    for (const n of numbers) if (!distinct.has(n)) lost += 1;
    if (qosOf(publisher) === 2) doubled += list.length - distinct.size;
    const first = [...distinct];
    outOfOrder += first.filter((n, i) => i > 0 && n < (first[i - 1] as number)).length;
  }
  return { lost, doubled, outOfOrder };
}

const heardAll = (talkers: Talkers, heard: Heard): boolean => compare(talkers, heard).lost === 0;

async function until(isDone: () => boolean, limitMs: number): Promise<void> {
  for (let leftMs = limitMs; leftMs > 0 && !isDone(); leftMs -= 20)
    await new Promise((resolve) => setTimeout(resolve, 20));
}

async function underFire(kills: number, ledger: 'database' | 'memory'): Promise<{ reader: Outcome; sleeper: Outcome }> {
  const random = createRandom(SEED, 'kills');
  const database = await prepareServiceDatabase();
  const port = await freePort();
  const start = () => startKillable('./broker-process.ts', [JSON.stringify(database.target), String(port), ledger]);
  let broker = await start();
  const reader = await listen(port, 'reader');
  await reader.client.subscribeAsync('job/+', { qos: 2 });
  const sleeper = await listen(port, 'sleeper');
  await sleeper.client.subscribeAsync('job/#', { qos: 2 });
  await sleeper.client.endAsync();

  const talkers = startTalkers(port);
  for (let kill = 0; kill < kills; kill++) {
    await untilMore(talkers.total, Math.round(random.between(20, 200)));
    await killGroup(broker);
    broker = await start();
  }
  await untilMore(talkers.total, 50);
  await talkers.drain();

  const woken = await listen(port, 'sleeper');
  const late = await listen(port, 'late', { clean: true });
  await late.client.subscribeAsync('job/+', { qos: 1 });
  const waitMs = ledger === 'database' ? 30_000 : 1_000;
  await until(() => heardAll(talkers, woken.heard) && heardAll(talkers, reader.heard), waitMs);
  await until(() => late.heard.retained.size === talkers.acknowledged.size, waitMs);
  // Whatever came doubled would follow now.
  await new Promise((resolve) => setTimeout(resolve, 200));
  const notRetained = [...talkers.acknowledged].filter(([publisher, numbers]) => {
    return late.heard.retained.get(publisher) !== Math.max(...numbers);
  }).length;
  talkers.end();
  for (const { client } of [reader, woken, late]) client.end(true);
  await endKillable(broker);
  await database.remove();
  const common = { acknowledged: talkers.total(), isSleeperKnown: woken.isKnown, notRetained };
  return {
    reader: { ...common, ...compare(talkers, reader.heard) },
    sleeper: { ...common, ...compare(talkers, woken.heard) },
  };
}

test('kills under load: every acknowledged message is heard, QoS 2 once, in order, the last one retained', {
  timeout: 180_000,
}, async () => {
  const { reader, sleeper } = await underFire(KILLS, 'database');
  const flawless = { isSleeperKnown: true, lost: 0, doubled: 0, outOfOrder: 0, notRetained: 0 };
  expect(reader).toMatchObject(flawless);
  expect(sleeper).toMatchObject(flawless);
  expect(reader.acknowledged).toBeGreaterThan(KILLS * 20);
});

test('control: with sessions in memory they are gone', { timeout: 60_000 }, async () => {
  const { sleeper } = await underFire(1, 'memory');
  expect(sleeper.isSleeperKnown).toBe(false);
  expect(sleeper.lost).toBeGreaterThan(0);
});
