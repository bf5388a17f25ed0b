import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { triggerThreshold } from '../../../src/predictor/core/prognosis.ts';
import {
  ASK_WITHOUT_COSTS_FROM,
  decide,
  fillRoom,
  TRIGGER_MODES,
  type Waiting,
} from '../../../src/predictor/core/trigger/decide.ts';

const mode = fc.constantFrom(...TRIGGER_MODES);
const share = fc.double({ min: 0, max: 1, noNaN: true });
const money = fc.bigInt({ min: 0n, max: 10n ** 9n });

describe('p against p*', () => {
  test('with the example of the textbook: 40,000 / 8,000 / 3,000 gives 0.0857', () => {
    const threshold = triggerThreshold({
      unplannedMinor: 4_000_000n,
      plannedMinor: 800_000n,
      needlessMinor: 300_000n,
      currency: 'CNY',
    });
    expect(threshold).toBeCloseTo(0.0857, 4);
    const offer = { mode: 'auto', threshold, hasCosts: true } as const;
    expect(decide({ ...offer, probability: 0.0856 })).toBeNull();
    expect(decide({ ...offer, probability: 0.0858 })).toEqual({ state: 'wanted', why: 'worth-it' });
  });

  test('acts exactly when acting is expected to cost less than waiting', () => {
    fc.assert(
      fc.property(money, money, money, share, (plannedMinor, unplannedMinor, needlessMinor, probability) => {
        const threshold = triggerThreshold({ plannedMinor, unplannedMinor, needlessMinor, currency: 'CNY' });
        const decision = decide({ mode: 'auto', probability, threshold, hasCosts: true });
        const acting = probability * Number(plannedMinor) + (1 - probability) * Number(needlessMinor);
        const waiting = probability * Number(unplannedMinor);
        // Where both cost nearly the same, floating point may tip it either way.
        fc.pre(Math.abs(acting - waiting) > 1e-6 * (acting + waiting + 1));
        expect(decision !== null).toBe(acting < waiting);
      }),
    );
  });

  test('a machine acts in the automatic mode alone, and never at a price it does not know', () => {
    fc.assert(
      fc.property(mode, share, fc.option(share), fc.boolean(), (inMode, probability, threshold, hasCosts) => {
        const decision = decide({ mode: inMode, probability, threshold, hasCosts });
        if (decision?.state === 'wanted') expect([inMode, hasCosts]).toEqual(['auto', true]);
        if (inMode === 'shadow' && decision !== null) expect(decision.state).toBe('recorded');
        if (!hasCosts && decision !== null && inMode !== 'shadow') {
          expect(decision).toEqual({ state: 'proposed', why: 'costs-unknown' });
          expect(probability).toBeGreaterThanOrEqual(ASK_WITHOUT_COSTS_FROM);
        }
        // Which mode it is decides what follows, never whether it is worth it.
        const others = TRIGGER_MODES.map((other) => decide({ mode: other, probability, threshold, hasCosts }) !== null);
        expect(new Set(others).size).toBe(1);
      }),
    );
  });
});

describe('the cap of a station', () => {
  const waiting = fc
    .array(fc.record({ valueMinor: money, madeAtMs: fc.nat(1_000) }), { maxLength: 30 })
    .map((rows) => rows.map((row, id): Waiting => ({ id, ...row })));

  test('is never passed, leaves no room unused, and holds back the least valuable', () => {
    fc.assert(
      fc.property(waiting, fc.option(fc.integer({ min: -5, max: 40 })), (rows, room) => {
        const going = fillRoom(rows, room);
        const held = rows.filter((row) => !going.includes(row));
        expect(going.length + held.length).toBe(rows.length);
        expect(going.length).toBe(room === null ? rows.length : Math.min(rows.length, Math.max(0, room)));
        for (const one of going) for (const other of held) expect(one.valueMinor >= other.valueMinor).toBe(true);
      }),
    );
  });

  test('over weeks everything goes in the end, the valuable sooner', () => {
    fc.assert(
      fc.property(waiting, fc.integer({ min: 1, max: 5 }), (rows, cap) => {
        let left = [...rows];
        const order: Waiting[] = [];
        for (let week = 0; week < rows.length + 1; week += 1) {
          const going = fillRoom(left, cap);
          order.push(...going);
          left = left.filter((row) => !going.includes(row));
        }
        expect(left).toEqual([]);
        expect(order.map(({ valueMinor }) => valueMinor)).toEqual(
          rows.map(({ valueMinor }) => valueMinor).sort((a, b) => (a > b ? -1 : a < b ? 1 : 0)),
        );
      }),
    );
  });
});
