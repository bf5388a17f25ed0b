// Simulated devices for the evaluation of the predictor: faults drawn from the lives of their parts, readings in virtual
// time, repairs some hours after a failure. Joins the simulators to the port of the predictor's evaluation.
import { DAY_MS, HOUR_MS, type EpochMs } from './contracts/time.ts';
import type { Slice } from './predictor/core/assess.ts';
import type { FleetOptions, SimulatedUnit, SimulateFleet } from './predictor/evaluation/simulated/fleet.ts';
import { PRODUCTS } from './simulators/catalogue/products.ts';
import { createDeviceModel, type DeviceSample } from './simulators/device-model.ts';
import { drawFaultPlan } from './simulators/fault-plan.ts';
import { type Hospital, TIERS } from './simulators/hospital.ts';
import { type Kind, KINDS } from './simulators/models/kind-model.ts';
import { KIND_MODELS } from './simulators/models/kinds.ts';

const FROM_MS = Date.UTC(2025, 0, 1);
/** As rarely as the demo's history has it: what a device says more often is no harder to judge. */
const STEP_MS = HOUR_MS;
/** Faults come twice as often as in life, so that fewer device-years show each of them. */
const FAULT_RATE = 2;
/** The first fault begins after this. */
const QUIET_START_DAYS = 30;
const DOWN_MS = [8 * HOUR_MS, 72 * HOUR_MS] as const;

export const simulateFleet: SimulateFleet = function* (options) {
  for (const kind of KINDS) {
    for (let index = 0; index < options.unitsPerKind; index++) yield unitOf(kind, index, options);
  }
};

function unitOf(kind: Kind, index: number, { seed, days }: FleetOptions): SimulatedUnit {
  const deviceId = `${kind}-${index}`;
  const toMs = FROM_MS + days * DAY_MS;
  const plan = drawFaultPlan(KIND_MODELS[kind].faults, {
    deviceId,
    seed,
    fromMs: FROM_MS + QUIET_START_DAYS * DAY_MS,
    toMs,
    wearSpeed: 1,
    faultRate: FAULT_RATE,
    selfRepairMs: DOWN_MS,
    // What is not seen to its end can be scored neither right nor wrong.
  }).filter(({ endMs, repairedMs = endMs }) => repairedMs <= toMs);
  const hospital: Hospital = { tier: TIERS[index % TIERS.length] ?? 'tertiary', utcOffsetHours: 8 };
  return {
    device: deviceId,
    product: PRODUCTS[kind],
    fromMs: FROM_MS,
    toMs,
    faults: plan.map(({ repairedMs, ...fault }) => ({ ...fault, repairedMs: repairedMs ?? null })),
    *slices() {
      const model = createDeviceModel({ kind, deviceId, seed, startMs: FROM_MS, plan, hospital });
      for (let atMs = FROM_MS; atMs < toMs; atMs += STEP_MS) {
        const sample = model.sample(atMs);
        if (sample.isOnline) yield sliceOf(sample);
      }
    },
  };
}

function sliceOf({ ts, values }: DeviceSample): Slice {
  const measuredAtMs: EpochMs = ts;
  return {
    receivedAtMs: ts,
    readings: Object.entries(values).map(([metric, value]) =>
      typeof value === 'string'
        ? { metric, measuredAtMs, value: 0, label: value, quality: 0 }
        : { metric, measuredAtMs, value: Number(value), quality: 0 },
    ),
  };
}
