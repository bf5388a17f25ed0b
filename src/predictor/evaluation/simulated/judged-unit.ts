// Runs the predictor's own core over a simulated unit, as the worker does over a device: readings in order, and after a
// repair the component starts afresh. Alarms are its episodes.
import type { EpochMs } from '../../../contracts/time.ts';
import { createAssessor, type Effect } from '../../core/assess.ts';
import type { EpisodeEffect } from '../../core/episodes.ts';
import { JOINT_CAUSE } from '../../core/multivariate/joint-finding.ts';
import { planOf } from '../../core/plan.ts';
import { resetComponent } from '../../core/repair.ts';
import { newDeviceState } from '../../core/state.ts';
import type { SimulatedUnit } from './fleet.ts';
import type { Alarm } from './scoring.ts';

export function alarmsOf(unit: SimulatedUnit): Alarm[] {
  const state = newDeviceState();
  const assessor = createAssessor(planOf(unit.product), state);
  const open = new Map<string, Pick<Alarm, 'fromMs' | 'leading'>>();
  const alarms: Alarm[] = [];
  const end = (cause: string, toMs: EpochMs): void => {
    const begun = open.get(cause);
    if (begun === undefined) return;
    open.delete(cause);
    alarms.push({ cause, ...begun, toMs });
  };
  const take = (effect: Effect): void => {
    if (effect.kind === 'raise') open.set(effect.subject.cause, begunBy(effect));
    else if (effect.kind === 'clear') end(effect.cause, effect.atMs);
  };
  const repairs = repairsOf(unit);
  for (const slice of unit.slices()) {
    while (repairs[0] !== undefined && repairs[0].atMs <= slice.receivedAtMs) {
      const { component, atMs } = repairs.shift() as Repair;
      resetComponent(state, component, atMs);
      for (const cause of open.keys()) if (!state.episodes.some((episode) => episode.cause === cause)) end(cause, atMs);
    }
    for (const effect of assessor.observe(slice)) take(effect);
  }
  for (const cause of open.keys()) end(cause, unit.toMs);
  return alarms.sort((a, b) => a.fromMs - b.fromMs);
}

function begunBy({
  atMs,
  subject,
  finding,
}: Extract<EpisodeEffect, { finding: unknown }>): Pick<Alarm, 'fromMs' | 'leading'> {
  if (subject.cause !== JOINT_CAUSE) return { fromMs: atMs };
  return { fromMs: atMs, leading: finding.contributors.map(({ metric }) => metric) };
}

export interface Repair {
  component: SimulatedUnit['product']['components'][number];
  atMs: EpochMs;
}

/** In time order; what was repaired is known from the job, as it is in service. */
export function repairsOf({ faults, product }: SimulatedUnit): Repair[] {
  return faults
    .flatMap(({ component, repairedMs }) => {
      const repaired = product.components.find(({ code }) => code === component);
      return repairedMs === null || repaired === undefined ? [] : [{ component: repaired, atMs: repairedMs }];
    })
    .sort((a, b) => a.atMs - b.atMs);
}
