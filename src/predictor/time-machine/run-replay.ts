// One run of the time machine: every device's history through the candidate, then what it would have done against what happened.
// Reads only; gives way to everybody else between batches.
import type { Product } from '../../contracts/product.ts';
import type { ReplayResult } from '../../contracts/http/replays.ts';
import { DAY_MS, type EpochMs } from '../../contracts/time.ts';
import type { Queryable } from '../../db/database.ts';
import type { Slice } from '../core/assess.ts';
import { type DevicePlan, isRuleCause, planOf, type RulePlan } from '../core/plan.ts';
import type { Target } from '../core/time-machine/compare.ts';
import {
  createHistoryJudge,
  type HistoryEpisode,
  metricsHeardBy,
  planOfRule,
} from '../core/time-machine/judge-history.ts';
import { targetsOfProduct, targetsOfRule } from '../core/time-machine/targets.ts';
import type { Economics } from '../ports.ts';
import { type Judged, type Past, readPast } from './facts.ts';
import { monthsOf } from './history.ts';
import { resultOf, type Told } from './replay-result.ts';

export type Candidate = { kind: 'rule'; rule: RulePlan } | { kind: 'detector' };

export interface ReplayRequest {
  candidate: Candidate;
  devices: readonly Judged[];
  fromMs: EpochMs;
  toMs: EpochMs;
  /** Readings of a device and month beyond which hourly means are judged. */
  mostReadings: number;
  /** Told after each device; throws to end the run. */
  onDevice(done: number): Promise<void>;
}

const YEAR_MS = 365.25 * DAY_MS;
/** Readings judged in one go before others get their turn. */
const TURN_READINGS = 2_000;

export async function runReplay(db: Queryable, economics: Economics, request: ReplayRequest): Promise<ReplayResult> {
  const { candidate, devices, fromMs, toMs } = request;
  const products = [...new Map(devices.map(({ product }) => [product.code, product])).values()];
  const targets = products.flatMap((product) => targetsOf(candidate, product));
  const past = await readPast(db, economics, { devices, targets, span: { fromMs, toMs } });
  const told: Told[] = [];
  const heard = new Map<string, EpochMs>();
  const sum = { readings: 0, thinned: 0, deviceYears: 0 };
  let heardFromMs: EpochMs | null = null;
  for (const [index, device] of devices.entries()) {
    const found = await judgeDevice(db, device, past, request);
    sum.readings += found.readings;
    sum.thinned += found.thinned;
    if (found.heardFromMs !== null) {
      heard.set(device.code, found.heardFromMs);
      sum.deviceYears += (toMs - found.heardFromMs) / YEAR_MS;
      heardFromMs = Math.min(heardFromMs ?? found.heardFromMs, found.heardFromMs);
    }
    told.push(...found.episodes.map((history) => saidOf(device.code, history, targets)));
    await request.onDevice(index + 1);
  }
  const failureModes = modesOf(products, targets);
  const facts = warnable(past.facts, heard);
  return resultOf({
    targets,
    failureModes,
    told,
    past: { ...past, facts },
    toMs,
    devices: devices.length,
    heardFromMs,
    ...sum,
  });
}

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
  candidate.kind === 'rule' ? targetsOfRule(candidate.rule, product) : targetsOfProduct(product);

const planFor = (candidate: Candidate, product: Product): DevicePlan =>
  candidate.kind === 'rule' ? planOfRule(product, candidate.rule) : planOf(product);

async function judgeDevice(
  db: Queryable,
  { id: deviceId, code, product }: Judged,
  past: Past,
  { candidate, fromMs, toMs, mostReadings }: ReplayRequest,
): Promise<{ episodes: HistoryEpisode[]; readings: number; thinned: number; heardFromMs: EpochMs | null }> {
  const judge = createHistoryJudge(planFor(candidate, product), past.repairs.get(code));
  const metrics = candidate.kind === 'rule' ? metricsHeardBy(candidate.rule.condition) : null;
  let readings = 0;
  let thinned = 0;
  let heardFromMs: EpochMs | null = null;
  for await (const month of monthsOf(db, { deviceId, metrics, fromMs, toMs, mostReadings })) {
    readings += month.readings;
    heardFromMs ??= month.slices[0]?.receivedAtMs ?? null;
    if (month.isThinned) thinned += 1;
    for (const turn of turnsOf(month.slices)) {
      judge.take(turn);
      await new Promise<void>((resolve) => void setImmediate(resolve));
    }
  }
  return { episodes: judge.end(toMs), readings, thinned, heardFromMs };
}

function* turnsOf(slices: readonly Slice[]): Generator<Slice[]> {
  let turn: Slice[] = [];
  let readings = 0;
  for (const slice of slices) {
    turn.push(slice);
    readings += slice.readings.length;
    if (readings < TURN_READINGS) continue;
    yield turn;
    turn = [];
    readings = 0;
  }
  if (turn.length > 0) yield turn;
}

/** A rule may speak of any of its modes; a prognosis of its own; a metric that no known mode shows like this of none. */
function saidOf(device: string, history: HistoryEpisode, targets: readonly Target[]): Told {
  const { component, failureMode, cause, raisedMs } = history;
  const own = targets.filter((one) => one.component === component && one.failureMode === failureMode);
  return { device, raisedMs, targets: isRuleCause(cause) ? targets : own, history };
}

const modesOf = (products: readonly Product[], targets: readonly Target[]): ReplayResult['failureModes'] =>
  targets.flatMap(({ component, failureMode }) => {
    const modes = products.flatMap(({ components }) => components.filter(({ code }) => code === component));
    const mode = modes.flatMap(({ failureModes }) => failureModes).find(({ code }) => code === failureMode);
    return mode === undefined ? [] : [{ component, failureMode, name: mode.name }];
  });
