// The law of what a contract is drawn from: every past job of the look-back stands for what is to come in exactly one place.
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ProductSurvival } from '../../../src/contracts/http/survival.ts';
import type { KnownJob } from '../../../src/costing/contracts/past-jobs.ts';
import { drawnFrom } from '../../../src/costing/contracts/service-model.ts';

const SINCE = 1_000;
const COMPONENTS = ['tube', 'pump', 'gone', null] as const;

const jobs = fc.array(
  fc.record({
    component: fc.constantFrom(...COMPONENTS),
    end: fc.constantFrom('failure' as const, 'replacement' as const, null),
    kind: fc.constantFrom('failure' as const, 'planned' as const, 'own' as const),
    completedAtMs: fc.integer({ min: 0, max: 3_000 }),
  }),
  { maxLength: 30 },
);

const asKnown = ({
  component,
  end,
  kind,
  completedAtMs,
}: typeof jobs extends fc.Arbitrary<(infer J)[]> ? J : never) => {
  const known: KnownJob = {
    product: 'ct',
    component,
    contract: null,
    completedAtMs,
    ended: component === null ? null : end,
    kind,
    minor: new Float64Array(7),
    visits: 1,
    labourHours: 1,
    downtimeMinutes: 0,
  };
  return known;
};

/** The tube was watched, the pump never. */
function survivalOf(isWatched: boolean): ProductSurvival {
  const component = (code: string, years: number): ProductSurvival['components'][number] => ({
    component: code,
    name: { en: code, zh: code },
    cohorts: [],
    fitted: [],
    seen: [],
    watched: { years, atMostPerYear: null, typicalAgeHours: null },
    atAges: [],
  });
  return { product: 'ct', components: [component('tube', isWatched ? 3 : 0), component('pump', 0)] };
}

it('draws from every job of the look-back once: as the end of a life, or as upkeep', () => {
  fc.assert(
    fc.property(jobs, fc.boolean(), fc.subarray(['tube', 'pump']), (told, isWatched, covered) => {
      const known = told.map(asKnown);
      const { groups, upkeep } = drawnFrom({
        units: covered.map((component) => ({ product: 'ct', component, ageHours: 10 })),
        fleets: new Map([['ct', { deviceHours: 5_000, covered: 2 }]]),
        survivals: [survivalOf(isWatched)],
        jobs: known,
        sinceMs: SINCE,
      });
      const lately = known.filter(({ completedAtMs }) => completedAtMs >= SINCE);
      // Both were watched as one product: what is known of the tube is known of the pump.
      const byLife = lately.filter(
        ({ ended, component }) => ended === 'failure' && isWatched && covered.includes(component ?? ''),
      );
      const ahead = groups.flatMap(({ replaced }) => [...replaced.jobs]);
      const others = upkeep.flatMap(({ jobs: own }) => [...own]);
      expect(new Set([...byLife, ...ahead, ...others])).toEqual(new Set(lately));
      expect(byLife.length + ahead.length + others.length).toBe(lately.length);
      for (const { hazard, jobs: like } of groups) {
        if (hazard !== null && known.some(({ ended }) => ended !== null)) expect(like.length).toBeGreaterThan(0);
      }
    }),
  );
});
