// One run of the time machine: every device's history through the candidate, then what it would have done against what happened.
// Reads only; gives way to everybody else between batches.
import type { Product } from '../../contracts/product.ts';
import type { ReplayResult } from '../../contracts/http/replays.ts';
import { DAY_MS, type EpochMs } from '../../contracts/time.ts';
import type { Queryable } from '../../db/database.ts';
import type { Slice } from '../core/assess.ts';
import { planOf, type RulePlan } from '../core/plan.ts';
import type { Target } from '../core/time-machine/compare.ts';
import { metricsHeardBy, planOfRule } from '../core/time-machine/judge-history.ts';
import type { SaidTimeLeft } from '../core/time-machine/time-left-score.ts';
import { targetsOfRule } from '../core/time-machine/targets.ts';
import type { Visit } from '../core/time-machine/visit.ts';
import { historyOf } from '../horizon/device-history.ts';
import type { LoadedModel } from '../models/load-model.ts';
import type { Economics } from '../ports.ts';
import { type DevicePast, pastFacts, type PastFacts, readDevicePast } from './device-past.ts';
import { type Judged, type Past, readPast } from './facts.ts';
import { monthsOf } from './history.ts';
import { createDeviceJudge, type DeviceJudge, type DeviceJudgeOptions, type DeviceModels } from './judge-device.ts';
import { type ModelCandidate, targetsOfModel } from './model-candidate.ts';
import { deviceModels } from './device-models.ts';
import type { ModelOutcome } from './model-result.ts';
import { type PastEvidence, readPastEvidence } from './past-evidence.ts';
import { resultOf } from './replay-result.ts';
import { type Told, toldOf } from './told.ts';
import { visitsOf } from './visits.ts';

export type Candidate = { kind: 'rule'; rule: RulePlan } | ({ kind: 'model' } & ModelCandidate);

export interface ReplayRequest {
  candidate: Candidate;
  devices: readonly Judged[];
  /** Jobs a week by station. */
  caps: ReadonlyMap<string, number>;
  fromMs: EpochMs;
  toMs: EpochMs;
  /** Readings of a device and month beyond which hourly means are judged. */
  mostReadings: number;
  /** Score from which a metric is unusual, as it is set for what judges live. */
  unusualScore: number;
  /** Told at the beginning and after each device; throws to end the run. */
  onDevice(done: number): Promise<void>;
}

/** What was said before `from` is not counted: it is how the candidate learns what is normal. */
export const WARM_UP_MS = 30 * DAY_MS;
/** Readings judged in one go before others get their turn. */
const TURN_READINGS = 1_000;

/** One way the instance could be, with what it said so far. */
interface Side {
  models: DeviceModels | null;
  told: Told[];
  said: SaidTimeLeft[];
}

interface Run {
  db: Queryable;
  request: ReplayRequest;
  targets: readonly Target[];
  sides: readonly Side[];
  facts: PastFacts;
  evidence: PastEvidence;
  visits: ReadonlyMap<number, readonly Visit[]>;
}

export async function runReplay(db: Queryable, economics: Economics, request: ReplayRequest): Promise<ReplayResult> {
  const { candidate, devices, fromMs, toMs } = request;
  // How many there are is known before the first of them is judged.
  await request.onDevice(0);
  const products = [...new Map(devices.map(({ product }) => [product.code, product])).values()];
  const targets = products.flatMap((product) => targetsOf(candidate, product));
  const past = await readPast(db, economics, { devices, targets, span: { fromMs, toMs } });
  const costsOf = (device: string) => past.facts.get(device)?.costs;
  const facts = pastFacts(db);
  const side = (trained: readonly LoadedModel[] | null): Side => ({
    models:
      trained === null || candidate.kind === 'rule'
        ? null
        : deviceModels({ facts, models: trained, mode: candidate.mode, costsOf }),
    told: [],
    said: [],
  });
  const own = side(candidate.kind === 'rule' ? null : candidate.with);
  const other = candidate.kind === 'rule' || candidate.inForce === null ? null : side(candidate.inForce);
  const run: Run = {
    db,
    request,
    targets,
    facts,
    sides: other === null ? [own] : [own, other],
    evidence: await readPastEvidence(db, devices, toMs, costsOf),
    visits: await visitsOf(db, devices, { fromMs: fromMs - WARM_UP_MS, toMs }),
  };
  const sum = { readings: 0, thinned: 0 };
  const heard = new Map<string, EpochMs>();
  for (const [index, device] of devices.entries()) {
    const found = await judgeDevice(run, device);
    sum.readings += found.readings;
    sum.thinned += found.thinned;
    if (found.heardFromMs !== null) heard.set(device.code, found.heardFromMs);
    await request.onDevice(index + 1);
  }
  return resultOf({
    ...sum,
    targets,
    heard,
    told: own.told,
    said: own.said,
    failureModes: modesOf(products, targets),
    past: { ...past, facts: warnable(past.facts, heard) },
    span: { fromMs, toMs },
    devices: devices.length,
    model: candidate.kind === 'rule' ? null : modelOutcome(candidate, request, other),
  });
}

const modelOutcome = (candidate: ModelCandidate, { caps }: ReplayRequest, other: Side | null): ModelOutcome => ({
  mode: candidate.mode,
  learned: candidate.learned,
  caps,
  hasTimeLeft: candidate.model.kind === 'remaining-life',
  inForce:
    other === null || candidate.inForce === null
      ? null
      : {
          told: other.told,
          said: other.said,
          models: candidate.inForce.map(({ kind, version }) => ({ kind, version: Number(version) })),
        },
});

/** Nobody could be warned of what failed before its device was first heard. */
const warnable = (facts: Past['facts'], heard: ReadonlyMap<string, EpochMs>): Past['facts'] =>
  new Map(
    [...facts].map(([device, known]) => {
      const fromMs = heard.get(device) ?? Infinity;
      const isAfter = ({ atMs }: { atMs: EpochMs }): boolean => atMs >= fromMs;
      const { failures, findings } = known;
      return [device, { ...known, failures: failures.filter(isAfter), findings: findings.filter(isAfter) }];
    }),
  );

const targetsOf = (candidate: Candidate, product: Product): Target[] =>
  candidate.kind === 'rule' ? targetsOfRule(candidate.rule, product) : targetsOfModel(candidate.model, product);

async function judgeDevice(
  run: Run,
  device: Judged,
): Promise<{ readings: number; thinned: number; heardFromMs: EpochMs | null }> {
  const { fromMs, toMs, mostReadings, candidate } = run.request;
  const judges = await judgesOf(run, device);
  const metrics = candidate.kind === 'rule' ? metricsHeardBy(candidate.rule.condition) : null;
  const question = {
    deviceId: device.id,
    metrics,
    fromMs: fromMs - WARM_UP_MS,
    countedFromMs: fromMs,
    toMs,
    mostReadings,
  };
  let readings = 0;
  let thinned = 0;
  let heardFromMs: EpochMs | null = null;
  for await (const month of monthsOf(run.db, question)) {
    readings += month.readings;
    if (month.isThinned) thinned += 1;
    heardFromMs ??= month.slices.find(({ receivedAtMs }) => receivedAtMs >= fromMs)?.receivedAtMs ?? null;
    for (const turn of turnsOf(month.slices, TURN_READINGS / judges.length)) {
      for (const judge of judges) await takeAll(judge, turn);
      await new Promise<void>((resolve) => void setImmediate(resolve));
    }
  }
  judges.forEach((judge, index) => keep(run, device, { judge, side: run.sides[index] as Side }));
  return { readings, thinned, heardFromMs };
}

async function takeAll(judge: DeviceJudge, slices: readonly Slice[]): Promise<void> {
  for (const slice of slices) {
    const waiting = judge.take(slice);
    if (waiting !== null) await waiting;
  }
}

function keep({ request, targets }: Run, device: Judged, { judge, side }: { judge: DeviceJudge; side: Side }): void {
  const { fromMs, toMs } = request;
  const { episodes, said } = judge.end(toMs);
  const about = new Set(targets.map(({ component, failureMode }) => `${component} ${failureMode}`));
  const isDetector = request.candidate.kind === 'model' && request.candidate.model.kind === 'sign-drift';
  for (const history of episodes) {
    if (history.raisedMs < fromMs) continue;
    // What no version of the model changes is not counted for or against it.
    const isAbout = about.has(`${history.component} ${history.failureMode}`);
    if (request.candidate.kind === 'model' && !isDetector && !isAbout) continue;
    side.told.push(toldOf(device, history, targets));
  }
  side.said.push(...said.filter(({ atMs }) => atMs >= fromMs));
}

/** A judge a side, over the same past. */
async function judgesOf({ db, request, sides, facts, evidence, visits }: Run, device: Judged): Promise<DeviceJudge[]> {
  const { candidate, fromMs, toMs, unusualScore } = request;
  const hasModels = candidate.kind === 'model' && (candidate.with.length > 0 || candidate.inForce !== null);
  const past = hasModels ? await readDevicePast(db, device.id, toMs) : null;
  if (past !== null) facts.turnTo(past);
  const before = past === null ? [] : await readingsBefore(db, device, past, { sides, untilMs: fromMs - WARM_UP_MS });
  const plan =
    candidate.kind === 'rule'
      ? planOfRule(device.product, candidate.rule)
      : { ...planOf(device.product), unusualScore };
  return sides.map(({ models }) =>
    createDeviceJudge({ device, plan, visits: visits.get(device.id) ?? [], models, past, before, evidence }),
  );
}

/** Only a model that looks back over the whole life of a component asks for them. */
async function readingsBefore(
  db: Queryable,
  { product }: Judged,
  { row }: DevicePast,
  { sides, untilMs }: { sides: readonly Side[]; untilMs: EpochMs },
): Promise<DeviceJudgeOptions['before']> {
  if (sides.every(({ models }) => (models?.lives.length ?? 0) === 0)) return [];
  return (await historyOf(db, product, row, { fromMs: null, toMs: untilMs })).readings;
}

function* turnsOf(slices: readonly Slice[], most: number): Generator<Slice[]> {
  let turn: Slice[] = [];
  let readings = 0;
  for (const slice of slices) {
    turn.push(slice);
    readings += slice.readings.length;
    if (readings < most) continue;
    yield turn;
    turn = [];
    readings = 0;
  }
  if (turn.length > 0) yield turn;
}

const modesOf = (products: readonly Product[], targets: readonly Target[]): ReplayResult['failureModes'] =>
  targets.flatMap(({ component, failureMode }) => {
    const modes = products.flatMap(({ components }) => components.filter(({ code }) => code === component));
    const mode = modes.flatMap(({ failureModes }) => failureModes).find(({ code }) => code === failureMode);
    return mode === undefined ? [] : [{ component, failureMode, name: mode.name }];
  });
