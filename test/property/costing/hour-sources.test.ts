// Laws of what device hours are known from: one reference a product, a running state before anything, then what is told most often.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { hourSources } from '../../../src/costing/core/hour-sources.ts';

const metric = fc.record({
  code: fc.constantFrom('running', 'in_use', 'pressure', 'flow', 'run_hours', 'mode'),
  unit: fc.constantFrom('h', '', 'kPa'),
  kind: fc.constantFrom<'gauge' | 'counter' | 'state' | 'boolean'>('gauge', 'counter', 'state', 'boolean'),
  expectedIntervalS: fc.integer({ min: 1, max: 1000 }),
});
const metrics = fc.uniqueArray(metric, { maxLength: 6, selector: ({ code }) => code });

it('names one reference a product, whatever the order of its metrics', () => {
  fc.assert(
    fc.property(fc.array(metrics, { maxLength: 4 }), (products) => {
      const asked = products.map((own, index) => ({ product: `p${index}`, metrics: own }));
      const { meters, references } = hourSources(asked);
      expect(hourSources(asked.map((one) => ({ ...one, metrics: one.metrics.toReversed() }))).references).toEqual(
        references,
      );
      expect(references.map(({ product }) => product)).toEqual(
        asked.filter((one) => one.metrics.length > 0).map(({ product }) => product),
      );
      for (const { product, metric: code, isRunning, intervalS } of references) {
        const own = asked.find((one) => one.product === product)?.metrics ?? [];
        const found = own.find((one) => one.code === code);
        expect(found?.expectedIntervalS).toBe(intervalS);
        const states = own.filter((one) => one.kind === 'boolean' && ['running', 'in_use'].includes(one.code));
        expect(isRunning).toBe(states.length > 0);
        const rivals = isRunning ? states : own;
        expect(rivals.every((one) => one.expectedIntervalS >= intervalS)).toBe(true);
      }
      const counters = products.flat().filter(({ kind, unit }) => kind === 'counter' && unit === 'h');
      expect(new Set(meters)).toEqual(new Set(counters.map(({ code }) => code)));
    }),
  );
});
