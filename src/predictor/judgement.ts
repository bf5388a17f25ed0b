// Makes what the core judged durable: asks what is known about the failure modes it names, then writes effects and state in
// one transaction, so that a finding and the state that made it are stored both or not at all.
import type { Database, Queryable } from '../db/database.ts';
import { type JudgedDevice, type Speaking, writeClear, writeFinding, writePrognosis } from './alert-store.ts';
import { type Advice, adviceOf, type Evidence } from './core/advice.ts';
import type { Effect } from './core/assess.ts';
import { type DevicePlan, isShadowCause, type ModePlan } from './core/plan.ts';
import { outcomesOf } from './evidence.ts';
import { writeHealth } from './health-store.ts';
import type { Economics } from './ports.ts';
import { writeShadowClear, writeShadowFinding } from './shadow-episodes.ts';
import { saveState, type StoredState } from './state-store.ts';

export interface Judgement {
  device: JudgedDevice;
  plan: DevicePlan;
  effects: readonly Effect[];
  stored: StoredState;
}

type Advised = Exclude<Effect, Speaking> | (Speaking & { advice: Advice });

/**
 * Stores a judgement over the version it was made from, or throws `LostRace`. Evidence is read before the transaction: the
 * costs come from another room, and the embedded database has one connection.
 */
export async function storeJudgement(database: Database, economics: Economics, judgement: Judgement): Promise<void> {
  const { device, plan, stored } = judgement;
  const advised = await adviseAll(database, economics, judgement);
  await database.transaction(async (tx) => {
    for (const effect of advised) {
      if (effect.kind === 'health') continue;
      if (effect.kind === 'clear') {
        const clear = isShadowCause(effect.cause) ? writeShadowClear : writeClear;
        await clear(tx, device, effect.cause, effect.atMs);
      } else if (isShadowCause(effect.subject.cause)) {
        await writeShadowFinding(tx, device, effect, effect.advice);
      } else {
        const alertId = await writeFinding(tx, device, effect, effect.advice);
        if (alertId !== null) await writePrognosis(tx, device, { effect, advice: effect.advice, alertId });
      }
    }
    const healths = advised.filter((effect) => effect.kind === 'health');
    await writeHealth(tx, device, plan, healths);
    // Last: an episode remembers that it has triggered.
    await saveState(tx, device.id, stored);
  });
}

async function adviseAll(
  db: Queryable,
  economics: Economics,
  { device, plan, effects }: Judgement,
): Promise<Advised[]> {
  const known = new Map<string, Evidence>();
  const evidenceOf = async (mode: ModePlan): Promise<Evidence> => {
    const found = known.get(mode.cause) ?? (await readEvidence(db, economics, { device, plan, mode }));
    known.set(mode.cause, found);
    return found;
  };
  const advised: Advised[] = [];
  for (const effect of effects) {
    if (effect.kind === 'health' || effect.kind === 'clear') {
      advised.push(effect);
      continue;
    }
    const { mode } = effect.subject;
    const evidence = mode === null ? null : await evidenceOf(mode);
    advised.push({ ...effect, advice: adviceOf(plan, effect.subject, effect.finding, evidence) });
  }
  return advised;
}

async function readEvidence(
  db: Queryable,
  economics: Economics,
  { device, plan, mode }: { device: JudgedDevice; plan: DevicePlan; mode: ModePlan },
): Promise<Evidence> {
  const component = mode.component.code;
  const failureMode = mode.mode.code;
  return {
    outcomes: await outcomesOf(db, { product: plan.product.code, component, failureMode }),
    costs: await economics(device.code, component, failureMode),
  };
}
