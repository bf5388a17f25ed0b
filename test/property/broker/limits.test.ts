// Laws of the limits: a connection passes no more than its rate and is never starved, places are given back exactly, and
// what may be subscribed is what was granted.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { countConnections } from '../../../src/broker/connections.ts';
import { isTopicFilter, isTopicName, levelsOf } from '../../../src/broker/packets/topic.ts';
import { PublishRate } from '../../../src/broker/publish-rate.ts';

test('in any span no more pass than the rate allows and a second of it at once; waiting as told always helps', () => {
  const steps = fc.array(fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer({ min: -50, max: 3_000 })), {
    maxLength: 200,
  });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 500 }), steps, (perS, pauses) => {
      let nowMs = 1_000_000;
      const rate = new PublishRate(perS, nowMs);
      const passedAt: number[] = [];
      for (const pauseMs of pauses) {
        nowMs += Math.max(0, pauseMs);
        if (rate.take(nowMs)) passedAt.push(nowMs);
        else {
          nowMs += rate.waitMs;
          expect(rate.take(nowMs)).toBe(true);
          passedAt.push(nowMs);
        }
      }
      for (const [i, fromMs] of passedAt.entries()) {
        const withinS = ((passedAt.at(-1) as number) - fromMs) / 1_000;
        expect(passedAt.length - i).toBeLessThanOrEqual(perS + perS * withinS + 1);
      }
    }),
  );
});

test('a clock that is set back holds nobody for longer than the wait it was told', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 1_000_000 }), (perS, backMs) => {
      const rate = new PublishRate(perS, 2_000_000);
      for (let i = 0; i < perS; i++) expect(rate.take(2_000_000)).toBe(true);
      const nowMs = 2_000_000 - backMs;
      expect(rate.take(nowMs)).toBe(false);
      expect(rate.take(nowMs + rate.waitMs)).toBe(true);
    }),
  );
});

test('as many are in as came and did not leave, and never more than may be', () => {
  const moves = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.boolean()), { maxLength: 100 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 4 }), moves, (most, mostFromOne, list) => {
      const connections = countConnections({ maxConnections: most, maxConnectionsPerAddress: mostFromOne });
      const inside = new Map<string, (() => void)[]>(['a', 'b', 'c'].map((address) => [address, []]));
      const countAll = (): number => [...inside.values()].reduce((sum, places) => sum + places.length, 0);
      for (const [address, isComing] of list) {
        const places = inside.get(address) ?? [];
        if (!isComing) {
          places.pop()?.();
          continue;
        }
        const place = connections.enter(address);
        if (typeof place === 'object') places.push(place.left);
        else if (place === 'too-many-connections') expect(countAll()).toBe(most);
        else expect(places.length).toBe(mostFromOne);
        expect(connections.count).toBe(countAll());
        expect(countAll()).toBeLessThanOrEqual(most);
        expect(places.length).toBeLessThanOrEqual(mostFromOne);
      }
    }),
  );
});

test('a filter is right when each of its levels is; a name is a filter without wildcards', () => {
  const level = fc.string({ unit: fc.constantFrom('a', '温', '+', '#'), maxLength: 2 });
  fc.assert(
    fc.property(fc.array(level, { minLength: 1, maxLength: 5 }), (levels) => {
      const topic = levels.join('/');
      const bytes = Buffer.from(topic);
      const isRight = levels.every(
        (part, i) => part === '+' || (part === '#' && i === levels.length - 1) || !/[+#]/.test(part),
      );
      expect(isTopicFilter(bytes, 0, bytes.length)).toBe(topic.length > 0 && isRight);
      expect(isTopicName(bytes, 0, bytes.length)).toBe(topic.length > 0 && !/[+#]/.test(topic));
      expect(levelsOf(topic)).toBe(levels.length);
    }),
  );
});
