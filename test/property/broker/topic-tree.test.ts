// Matching by tree is matching by the words of the specification (MQTT-4.7), from either side.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createTopicTree } from '../../../src/broker/persistence/topic-tree.ts';

const level = fc.constantFrom('a', 'b', '', '$s');
const topic = fc.array(level, { minLength: 1, maxLength: 4 }).map((levels) => levels.join('/'));
const filter = fc
  .tuple(fc.array(fc.oneof(level, fc.constant('+')), { minLength: 1, maxLength: 4 }), fc.boolean())
  .map(([levels, isOpen]) => [...levels, ...(isOpen ? ['#'] : [])].join('/'))
  .chain((made) => fc.constantFrom(made, '#'));

/** As the specification tells it, level by level. */
function takes(wanted: string, name: string): boolean {
  const wantedLevels = wanted.split('/');
  const levels = name.split('/');
  if (levels[0]?.startsWith('$') && (wantedLevels[0] === '+' || wantedLevels[0] === '#')) return false;
  for (const [i, one] of wantedLevels.entries()) {
    if (one === '#') return true;
    if (i >= levels.length || (one !== '+' && one !== levels[i])) return false;
  }
  return wantedLevels.length === levels.length;
}

test('filters that take a topic, and topics that a filter takes', () => {
  fc.assert(
    fc.property(fc.uniqueArray(filter), fc.uniqueArray(topic), fc.array(fc.nat()), (filters, topics, removed) => {
      const byFilter = createTopicTree<string, string>();
      const byTopic = createTopicTree<string, string>();
      for (const one of filters) byFilter.set(one, one, one);
      for (const one of topics) byTopic.set(one, one, one);
      const gone = new Set(removed.map((n) => filters[n % Math.max(filters.length, 1)] ?? ''));
      for (const one of gone) byFilter.delete(one, one);
      const kept = filters.filter((one) => !gone.has(one));
      for (const name of topics) {
        const found: string[] = [];
        byFilter.underFiltersFor(name, (key) => found.push(key));
        expect(found.sort()).toEqual(kept.filter((one) => takes(one, name)).sort());
      }
      for (const wanted of filters) {
        const found: string[] = [];
        byTopic.underTopicsOf(wanted, (key) => found.push(key));
        expect(found.sort()).toEqual(topics.filter((name) => takes(wanted, name)).sort());
      }
    }),
  );
});
