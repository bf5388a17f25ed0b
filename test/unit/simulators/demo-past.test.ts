// The demo's past: enough failures of enough components to learn from, all of them over before the history begins, each mended once.
import { describe, expect, test } from 'vitest';
import { DAY_MS } from '../../../src/contracts/time.ts';
import { FEWEST_FAILURES } from '../../../src/predictor/core/horizon/train.ts';
import { FEWEST_RUNS } from '../../../src/predictor/core/remaining-life/train.ts';
import type { ApiClient } from '../../../src/simulators/api-client.ts';
import { createMaintenance } from '../../../src/simulators/demo/maintenance.ts';
import { pastPlanOf, planOf, sinceMsOf } from '../../../src/simulators/demo/plan.ts';
import type { Unit } from '../../../src/simulators/demo/unit.ts';
import { placedDevices } from '../../../src/simulators/demo/world.ts';

const START = Date.UTC(2026, 8, 8);
const NOW = START + 75 * DAY_MS;

describe('the past of the demo', () => {
  test('has enough failures of two components of one product to train on, whatever day it is', () => {
    for (const startMs of [START, START + 111 * DAY_MS]) {
      const failures = new Map<string, number>();
      for (const device of placedDevices()) {
        const sinceMs = sinceMsOf(device, startMs);
        for (const { component, kind, endMs } of pastPlanOf(device, { sinceMs, startMs })) {
          expect(endMs).toBeLessThan(startMs);
          if (kind !== 'look-alike') failures.set(component, (failures.get(component) ?? 0) + 1);
        }
      }
      const enough = [...failures.values()].filter((n) => n >= Math.max(FEWEST_FAILURES, FEWEST_RUNS) + 2);
      expect(enough.length).toBeGreaterThanOrEqual(2);
    }
  });

  test('leaves what is told of the history as it was', () => {
    for (const device of placedDevices()) {
      const span = { startMs: START, nowMs: NOW };
      const alone = planOf(device, { ...span, sinceMs: START });
      const after = planOf(device, { ...span, sinceMs: sinceMsOf(device, START) });
      expect(after.filter(({ endMs }) => endMs >= START)).toEqual(alone);
    }
  });

  test('is mended in its own time: the maintenance of the history plans none of its failures again', async () => {
    const posted: string[] = [];
    const api = { all: async () => [], post: async (path: string) => void posted.push(path) } as unknown as ApiClient;
    const repairs: number[] = [];
    const device = placedDevices().find(({ kind }) => kind === 'ventilator') as ReturnType<typeof placedDevices>[0];
    const line = { kind: 'wear', component: 'o2-cell', failureMode: 'o2-cell-exhausted', device: device.id };
    const failedOn = (ms: number) => ({ ...line, failure: new Date(ms).toISOString() });
    const truth = () => [failedOn(START - 20 * DAY_MS), failedOn(START + DAY_MS / 2)];
    const unit = { device, truth, repairAt: (atMs: number) => void repairs.push(atMs) } as unknown as Unit;
    await createMaintenance(api, [unit], { startMs: START, keepsCalendar: true }).planAfter(START + DAY_MS);
    expect(repairs).toHaveLength(1);
    expect(repairs[0]).toBeGreaterThan(START);
    expect(posted).toEqual([]);
  });
});
