// Makes what the core judged durable: asks what is known about the failure modes it names, then writes effects and state in
// one transaction, so that a finding and the state that made it are stored both or not at all.
import type { Database, Queryable, Transaction } from '../db/database.ts';
import { type JudgedDevice, type Speaking, writeClear, writeFinding, writePrognosis } from './alert-store.ts';
import { type Advice, adviceOf, contributorOf, type Evidence } from './core/advice.ts';
import type { Effect } from './core/assess.ts';
import { modelContributions } from './core/horizon/model-finding.ts';
import { type StandingEffect, TOLD_WITHIN_MS } from './core/horizon/standing.ts';
import { type DevicePlan, isShadowCause, type ModePlan } from './core/plan.ts';
import { outcomesOf } from './evidence.ts';
import { writeHealth } from './health-store.ts';
import { writeDays } from './horizon/day-store.ts';
import { writeStanding } from './horizon/standing-store.ts';
import { noteShadow } from './outcomes/note-episode.ts';
import type { Economics } from './ports.ts';
import { timeLeftOf } from './remaining-life/realised.ts';
import { writeShadowClear, writeShadowFinding } from './shadow-episodes.ts';
import { saveState, type StoredState } from './state-store.ts';
import type { AgeingReads } from './survival/ageing.ts';

export interface Judgement {
  device: JudgedDevice;
  plan: DevicePlan;
  effects: readonly Effect[];
  stored: StoredState;
}

/** Where evidence about a failure mode comes from besides the outcomes of earlier findings. */
export interface EvidenceSources {
  economics: Economics;
  ageing: AgeingReads;
}

type Advised = Exclude<Effect, Speaking> | (Speaking & { advice: Advice });

/**
 * Stores a judgement over the version it was made from, or throws `LostRace`. Evidence is read before the transaction: the
 * costs come from another room, and the embedded database has one connection.
 */
export async function storeJudgement(
  database: Database,
  sources: EvidenceSources,
  judgement: Judgement,
): Promise<void> {
  const { device, plan, stored } = judgement;
  const advised = await adviseAll(database, sources, judgement);
  await database.transaction(async (tx) => {
    for (const effect of advised) {
      if (effect.kind === 'health' || effect.kind === 'cold-start' || effect.kind === 'detector-day') continue;
      if (effect.kind === 'standing') await storeStanding(tx, judgement, effect);
      else if (effect.kind === 'clear') {
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
    const days = advised.flatMap((effect) => (effect.kind === 'detector-day' ? [effect.day] : []));
    await writeDays(tx, device.id, days);
    // Last: an episode remembers that it has triggered.
    await saveState(tx, device.id, stored);
  });
}

/** What a model says is kept as a prognosis; of one in shadow also what it would have raised. */
async function storeStanding(tx: Transaction, { device, plan }: Judgement, effect: StandingEffect): Promise<void> {
  await writeStanding(tx, device.id, effect, (answer) =>
    modelContributions(plan, answer).map((part) => contributorOf(plan, part)),
  );
  if (!effect.isShadow) return;
  for (const { component, failureMode, version, value, horizonHours, atMs, isStrange } of effect.answers) {
    const threshold = effect.thresholds.get(component) ?? null;
    if (threshold === null || value < threshold || isStrange) continue;
    const subject = { deviceId: device.id, component, failureMode, model: 'horizon', modelVersion: version };
    await noteShadow(tx, { ...subject, probability: value, horizonHours, costs: null, atMs }, TOLD_WITHIN_MS);
  }
}

const isSpeaking = (effect: Effect): effect is Speaking => effect.kind === 'raise' || effect.kind === 'enrich';

async function adviseAll(
  db: Queryable,
  sources: EvidenceSources,
  { device, plan, effects }: Judgement,
): Promise<Advised[]> {
  const known = new Map<string, Evidence>();
  const evidenceOf = async (mode: ModePlan): Promise<Evidence> => {
    const found = known.get(mode.cause) ?? (await readEvidence(db, sources, { device, plan, mode }));
    known.set(mode.cause, found);
    return found;
  };
  const advised: Advised[] = [];
  for (const effect of effects) {
    if (!isSpeaking(effect)) {
      advised.push(effect);
      continue;
    }
    const { mode } = effect.subject;
    if (mode === null) {
      advised.push({ ...effect, advice: adviceOf(plan, effect.subject, effect.finding, null) });
      continue;
    }
    const question = {
      device: device.id,
      product: plan.product.code,
      component: mode.component.code,
      atMs: effect.atMs,
    };
    const timeLeft = await timeLeftOf(db, { ...question, line: effect.finding.timeLeft });
    const finding = { ...effect.finding, timeLeft };
    advised.push({ ...effect, finding, advice: adviceOf(plan, effect.subject, finding, await evidenceOf(mode)) });
  }
  return advised;
}

async function readEvidence(
  db: Queryable,
  { economics, ageing }: EvidenceSources,
  { device, plan, mode }: { device: JudgedDevice; plan: DevicePlan; mode: ModePlan },
): Promise<Evidence> {
  const component = mode.component.code;
  const failureMode = mode.mode.code;
  return {
    outcomes: await outcomesOf(db, { product: plan.product.code, component, failureMode }),
    costs: await economics(device.code, component, failureMode),
    ageing: await ageing({
      device: device.id,
      product: plan.product.code,
      component,
      horizonHours: mode.mode.horizonHours,
    }),
  };
}
