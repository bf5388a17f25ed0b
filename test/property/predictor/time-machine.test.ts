// The time machine knows at each moment what was known then: what comes later changes nothing it said before. A control that is told
// of events before they come is found by the same law.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Product } from '../../../src/contracts/product.ts';
import type { Slice } from '../../../src/predictor/core/assess.ts';
import { fitHorizonModel } from '../../../src/predictor/core/horizon/fit.ts';
import { horizonFrom } from '../../../src/predictor/core/horizon/stored.ts';
import { planOf } from '../../../src/predictor/core/plan.ts';
import { fatesOf, type JobOffer } from '../../../src/predictor/core/time-machine/job-room.ts';
import { createHorizonAsk } from '../../../src/predictor/horizon/ask.ts';
import type { HorizonFacts } from '../../../src/predictor/horizon/facts.ts';
import type { LoadedModel } from '../../../src/predictor/models/load-model.ts';
import type { DevicePast, PastEvent } from '../../../src/predictor/time-machine/device-past.ts';
import { createDeviceJudge } from '../../../src/predictor/time-machine/judge-device.ts';
import { bookOf } from '../../../src/predictor/time-machine/model-candidate.ts';
import { wearingFleet } from '../../support/horizon-fleet.ts';
import { COOLER, DAY, HOUR, START } from '../../support/predictor-signals.ts';

const HOURS = 200;
const [component] = COOLER.components;
const worn = component?.failureModes.map((mode) => ({ ...mode, code: 'worn', signs: [] })) ?? [];
const PUMP: Product = {
  ...COOLER,
  code: 'pump-1',
  metrics: COOLER.metrics.map((metric) => (metric.code === 'flow' ? { ...metric, code: 'temperature' } : metric)),
  components: component === undefined ? [] : [{ ...component, code: 'bearing', failureModes: worn }],
};
const content = fitHorizonModel(wearingFleet({ units: 12, seed: 3 }), { seed: 1 }).content;
const MODEL: LoadedModel = {
  id: 1,
  kind: 'horizon',
  product: 'pump-1',
  component: null,
  version: '1',
  mode: 'auto',
  content: horizonFrom(JSON.parse(JSON.stringify(content))),
};
const DEVICE = { id: 1, code: 'P-1', product: PUMP, station: 'sh' };

/** `lookAheadMs` of an honest one is 0. */
function factsOf(events: readonly PastEvent[], lookAheadMs: number): HorizonFacts {
  const known = (receivedMs: number) => events.filter(({ heardMs }) => heardMs <= receivedMs + lookAheadMs);
  return {
    history: async () => ({
      unit: 'P-1',
      statics: {},
      happenings: [{ atMs: START - 100 * HOUR, kind: 'replaced', component: 'bearing' }],
      readings: [],
    }),
    newestEvent: async () => 0,
    eventsAfter: async (_device, id, receivedMs) =>
      known(receivedMs)
        .slice(id)
        .map(({ code, atMs }, index) => ({ id: id + index + 1, code, atMs: Math.min(atMs, receivedMs) })),
    statics: async () => ({}),
  };
}

async function episodesBy(events: readonly PastEvent[], toHour: number, lookAheadMs = 0) {
  const past: DevicePast = {
    row: { id: 1, code: 'P-1', installed_on: null, firmware: null, lot: null },
    events,
    firmware: [],
    jobs: [],
  };
  const economics = async () => ({
    plannedMinor: 8n,
    unplannedMinor: 40n,
    needlessMinor: 14n,
    currency: 'CNY',
  });
  const horizon = createHorizonAsk({ facts: factsOf(events, lookAheadMs), economics, book: bookOf([MODEL]) });
  const evidence = {
    at: async () => ({ outcomes: { confirmed: 0, refuted: 0 }, costs: await economics(), ageing: null }),
  };
  const judge = createDeviceJudge({
    device: DEVICE,
    plan: planOf(PUMP),
    visits: [],
    before: [],
    past,
    evidence,
    models: { horizon, lives: [], mode: 'auto' },
  });
  for (let hour = 0; hour < toHour; hour++) {
    const atMs = START + hour * HOUR;
    const readings = [{ metric: 'temperature', measuredAtMs: atMs, value: 10.5 + 0.1 * (hour % 3), quality: 0 }];
    await judge.take({ receivedAtMs: atMs, readings } satisfies Slice);
  }
  const { episodes } = judge.end(START + toHour * HOUR);
  return episodes.map(({ cause, raisedMs, offer }) => ({ cause, raisedMs, asked: offer?.prognosis.probability.value }));
}

const event = (hour: number): PastEvent => ({
  code: 'sign',
  atMs: START + hour * HOUR,
  heardMs: START + hour * HOUR + 1,
});

describe('at each moment what was known then', () => {
  test('what comes later changes nothing that was said before', async () => {
    const hours = fc.uniqueArray(fc.integer({ min: 30, max: HOURS - 1 }), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(hours, fc.integer({ min: 1, max: HOURS }), async (times, cut) => {
        const events = [...times].sort((a, b) => a - b).map(event);
        const whole = await episodesBy(events, HOURS);
        const part = await episodesBy(events.slice(0, times.filter((hour) => hour < cut).length), cut);
        expect(part).toEqual(whole.filter(({ raisedMs }) => raisedMs < START + cut * HOUR));
      }),
      { numRuns: 12, seed: 4 },
    );
  });

  test('a control that is told of events a day before they come is found by it', async () => {
    const events = [event(100)];
    const [honest] = await episodesBy(events, HOURS);
    expect(honest?.raisedMs).toBeGreaterThanOrEqual(START + 100 * HOUR);
    const peeking = await episodesBy(events, HOURS, DAY);
    const before = await episodesBy([], 100, DAY);
    expect(before).not.toEqual(peeking.filter(({ raisedMs }) => raisedMs < START + 100 * HOUR));
  });
});

describe('jobs under the cap of a station', () => {
  const offers = fc.array(
    fc.record({
      day: fc.integer({ min: 0, max: 60 }),
      value: fc.integer({ min: 1, max: 9 }),
      unit: fc.integer({ min: 1, max: 6 }),
    }),
    { maxLength: 40 },
  );

  test('no week takes more than there is room for, no device two at a time, and nothing is lost', () => {
    fc.assert(
      fc.property(offers, fc.integer({ min: 0, max: 3 }), (list, cap) => {
        const asked = list.map(
          ({ day, value, unit }): JobOffer => ({
            key: `D-${unit}`,
            station: 'sh',
            madeMs: START + day * DAY,
            overMs: null,
            doneMs: START + (day + 10) * DAY,
            valueMinor: BigInt(value),
            decision: 'wanted',
          }),
        );
        const fates = fatesOf(asked, new Map([['sh', cap]]), START + 90 * DAY);
        expect(fates).toHaveLength(asked.length);
        const weeks = new Map<number, number>();
        for (const fate of fates) {
          if (fate.state !== 'opened') continue;
          // 1 January 2026 is a Thursday: weeks begin three days before it.
          const week = Math.floor((fate.atMs - START + 3 * DAY) / (7 * DAY));
          weeks.set(week, (weeks.get(week) ?? 0) + 1);
        }
        expect(Math.max(0, ...weeks.values())).toBeLessThanOrEqual(cap);
        const open = fates.flatMap((fate, index) =>
          fate.state === 'opened' ? [{ ...(asked[index] as JobOffer), atMs: fate.atMs }] : [],
        );
        for (const one of open) {
          const others = open.filter((other) => other !== one && other.key === one.key && other.madeMs >= one.atMs);
          expect(others.every(({ madeMs }) => madeMs >= one.doneMs)).toBe(true);
        }
      }),
      { seed: 7 },
    );
  });
});
