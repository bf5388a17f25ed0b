// How well it does on simulated devices, with bounds it must keep: few false alarms on healthy units, most wear found with time to
// act. The figures are of the simulator's physics, not of real devices.
import { describe, expect, test } from 'vitest';
import type { EpochMs } from '../../../src/contracts/time.ts';
import { createAssessor, type Effect } from '../../../src/predictor/core/assess.ts';
import { planOf } from '../../../src/predictor/core/plan.ts';
import { newDeviceState } from '../../../src/predictor/core/state.ts';
import { PRODUCTS } from '../../../src/simulators/catalogue/products.ts';
import { createDeviceModel } from '../../../src/simulators/device-model.ts';
import { planFault } from '../../../src/simulators/fault-plan.ts';
import { KIND_MODELS } from '../../../src/simulators/models/kinds.ts';
import { type Kind, KINDS } from '../../../src/simulators/models/kind-model.ts';
import { createRandom } from '../../../src/simulators/random.ts';
import type { PlannedFault } from '../../../src/simulators/wear.ts';
import { DAY, HOUR, START } from '../../support/predictor-signals.ts';

const SEED = 'fleet';

function raisedOn(kind: Kind, deviceId: string, days: number, plan: PlannedFault[]): { cause: string; atMs: number }[] {
  return raisedAt(kind, deviceId, plan, instants(START, START + days * DAY, HOUR));
}

function* instants(fromMs: EpochMs, toMs: EpochMs, stepMs: number): Generator<EpochMs> {
  for (let atMs = fromMs; atMs < toMs; atMs += stepMs) yield atMs;
}

function raisedAt(
  kind: Kind,
  deviceId: string,
  plan: PlannedFault[],
  looks: Iterable<EpochMs>,
): { cause: string; atMs: number }[] {
  const hospital = { tier: 'tertiary', utcOffsetHours: 8 } as const;
  const model = createDeviceModel({ kind, deviceId, seed: SEED, startMs: START, plan, hospital });
  const assessor = createAssessor(planOf(PRODUCTS[kind]), newDeviceState());
  const effects: Effect[] = [];
  for (const atMs of looks) {
    const { values, isOnline } = model.sample(atMs);
    if (!isOnline) continue;
    const readings = Object.entries(values).map(([metric, value]) => ({
      metric,
      measuredAtMs: atMs,
      value: typeof value === 'string' ? 0 : Number(value),
      quality: 0,
      ...(typeof value === 'string' ? { label: value } : {}),
    }));
    effects.push(...assessor.observe({ receivedAtMs: atMs, readings }));
  }
  return effects.flatMap((effect) =>
    effect.kind === 'raise' ? [{ cause: effect.subject.cause, atMs: effect.atMs }] : [],
  );
}

describe('simulated devices, hourly', () => {
  test('healthy units: at most one false alarm in ten device-years, none that would open a job', () => {
    const raised = KINDS.flatMap((kind) => [0, 1].flatMap((unit) => raisedOn(kind, `${kind}-${unit}`, 365, [])));
    expect(raised.length).toBeLessThanOrEqual(1.2);
    expect(raised.filter(({ cause }) => !cause.startsWith('metric:'))).toEqual([]);
  }, 120_000);

  test('wear: nine of ten faults of every kind are found before they fail, half with a third of the time left', () => {
    const faults = KINDS.flatMap((kind) => KIND_MODELS[kind].faults.map((spec) => ({ kind, spec })));
    const found = faults.map(({ kind, spec }) => {
      const deviceId = `${kind}/${spec.failureMode}`;
      const at = { kind: 'wear', onsetMs: START + 120 * DAY } as const;
      const fault = planFault(spec, 1, createRandom(SEED, deviceId), at);
      const raised = raisedOn(kind, deviceId, (fault.endMs - START) / DAY, [fault]);
      const first = raised.find(({ cause }) => cause === `${spec.component}/${spec.failureMode}`);
      return first === undefined ? 0 : (fault.endMs - first.atMs) / (fault.endMs - fault.onsetMs);
    });
    expect(found.filter((left) => left > 0).length / found.length).toBeGreaterThanOrEqual(0.9);
    expect([...found].sort((a, b) => a - b)[Math.floor(found.length / 2)]).toBeGreaterThan(1 / 3);
  }, 120_000);
});

describe('a healthy device that speaks more often from one day on', () => {
  /** A history at three hours, a day at a quarter of an hour, then a working day at half a minute. */
  function* paces(): Generator<EpochMs> {
    const near = START + 90 * DAY;
    yield* instants(START, near, 3 * HOUR);
    yield* instants(near, near + DAY, HOUR / 4);
    yield* instants(near + DAY, near + DAY + 8 * HOUR, 30_000);
  }

  test.each(KINDS)('raises nothing of it: %s', (kind) => {
    const raised = [0, 1, 2, 3].flatMap((unit) => raisedAt(kind, `${kind}-pace-${unit}`, [], paces()));
    expect(raised).toEqual([]);
  });
});
