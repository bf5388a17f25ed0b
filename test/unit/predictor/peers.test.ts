// A normal far from that of the peers: rare among units that differ by chance, blind to scale, said once even when a person ends it.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createAssessor } from '../../../src/predictor/core/assess.ts';
import { peerKey } from '../../../src/predictor/core/multivariate/peer-normals.ts';
import { FEWEST_PEERS, unlikeness } from '../../../src/predictor/core/multivariate/peers.ts';
import { planOf } from '../../../src/predictor/core/plan.ts';
import { endEpisode } from '../../../src/predictor/core/repair.ts';
import { newDeviceState } from '../../../src/predictor/core/state.ts';
import { createRandom } from '../../../src/simulators/random.ts';
import { coupledSignals } from '../../support/coupled-signals.ts';
import { peerNormal } from '../../support/new-devices.ts';
import { COOLER, DAY, START } from '../../support/predictor-signals.ts';

const middleOf = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return (
    ((sorted[Math.floor((sorted.length - 1) / 2)] as number) + (sorted[Math.ceil((sorted.length - 1) / 2)] as number)) /
    2
  );
};

const peersOf = (means: readonly number[], spread: number) => {
  const median = middleOf(means);
  return {
    cohort: 'firmware' as const,
    devices: means.length,
    median,
    mad: middleOf(means.map((mean) => Math.abs(mean - median))),
    spread,
  };
};

describe('unlikeness to peers', () => {
  test('units that differ by chance: fewer than two in a thousand are unlike, however few or many there are', () => {
    const random = createRandom('peers', 'chance');
    for (const devices of [FEWEST_PEERS, 20, 60]) {
      let unlike = 0;
      const rounds = Math.ceil(10_000 / devices);
      for (let round = 0; round < rounds; round++) {
        const means = Array.from({ length: devices }, () => random.normal());
        const peers = peersOf(means, 0.1);
        unlike += means.filter((mean) => unlikeness(mean, peers, 0) >= 1).length;
      }
      expect(unlike / (rounds * devices)).toBeLessThan(0.002);
    }
  });

  test('law: scale and offset change nothing; fewer than the fewest peers say nothing', () => {
    const means = fc.array(fc.integer({ min: -100, max: 100 }), { minLength: FEWEST_PEERS, maxLength: 30 });
    const change = fc.tuple(fc.integer({ min: -10, max: 10 }), fc.integer({ min: -1000, max: 1000 }));
    fc.assert(
      fc.property(means, change, fc.integer({ min: -500, max: 500 }), (own, [power, offset], mean) => {
        const told = (value: number): number => (value + offset) * 2 ** power;
        const score = unlikeness(mean, peersOf(own, 4), 2);
        expect(unlikeness(told(mean), peersOf(own.map(told), 4 * 2 ** power), 2 * 2 ** power)).toBe(score);
        expect(unlikeness(mean, { ...peersOf(own, 4), devices: FEWEST_PEERS - 1 }, 2)).toBe(0);
      }),
      { seed: 5, numRuns: 200 },
    );
  });

  test('said once: ended by a person it is not said again; back among its peers and away anew, it is', () => {
    const peers = (median: number) =>
      planOf(COOLER, [], new Map([[peerKey('', 'flow'), peerNormal({ median, mad: 0.2, spread: 0.4 })]]));
    const state = newDeviceState();
    const slices = coupledSignals({ days: 40 });
    const raisedIn = (plan: ReturnType<typeof planOf>, fromDay: number, toDay: number): string[] => {
      const assessor = createAssessor(plan, state);
      return slices
        .slice(fromDay * 24, toDay * 24)
        .flatMap((slice) =>
          assessor.observe(slice).flatMap((effect) => (effect.kind === 'raise' ? [effect.subject.cause] : [])),
        );
    };
    expect(raisedIn(peers(40), 0, 12)).toEqual(['peers:flow']);
    endEpisode(state, 'peers:flow', START + 12 * DAY, 0);
    expect(raisedIn(peers(40), 12, 20)).toEqual([]);
    expect(raisedIn(peers(31), 20, 24)).toEqual([]);
    expect(raisedIn(peers(40), 24, 30)).toEqual(['peers:flow']);
  });
});
