// Changes that are put together leave what they would leave one by one, however they are cut into batches.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Round, roundsOf } from '../../../src/broker/persistence/change-rounds.ts';
import type { Change } from '../../../src/broker/persistence/ledger.ts';

const clientId = fc.constantFrom('a', 'b');
const small = fc.nat(2);
const payload = Buffer.from('x');
const queued = { topic: 't', payload, qos: 2, isRetained: false, isReleased: false } as const;
const qos = fc.constantFrom(0, 1, 2) as fc.Arbitrary<0 | 1 | 2>;

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ of: fc.constant('session' as const), clientId, row: fc.option(fc.record({ disconnectedAtMs: small })) }),
  fc.record({
    of: fc.constant('subscription' as const),
    clientId,
    filter: fc.constantFrom('f', 'g'),
    row: fc.option(fc.record({ qos })),
  }),
  fc
    .record({ clientId, seq: small, kind: fc.constantFrom('add', 'release', 'remove') })
    .map(({ clientId: id, seq, kind }): Change => {
      const row = kind === 'add' ? { ...queued, seq } : kind === 'release' ? ('released' as const) : null;
      return { of: 'queued', clientId: id, seq, row };
    }),
  fc.record({
    of: fc.constant('incoming' as const),
    clientId,
    packetId: small,
    row: fc.option(fc.constant(true as const)),
  }),
  fc.record({
    of: fc.constant('retained' as const),
    topic: fc.constantFrom('t', 'u'),
    row: fc.option(fc.record({ topic: fc.constant('t'), payload: fc.constant(payload), qos })),
  }),
);

/** What stands in the tables, as text. */
type Tables = Map<string, string>;

function apply(tables: Tables, one: Change): void {
  if (one.of === 'session' && one.row === null) {
    const own = (key: string): boolean => key.startsWith(`${one.clientId}/`) || key === `session/${one.clientId}`;
    for (const key of [...tables.keys()].filter(own)) tables.delete(key);
    return;
  }
  const key = {
    session: () => `session/${(one as { clientId: string }).clientId}`,
    will: () => '',
    subscription: () => `${(one as { clientId: string }).clientId}/s/${(one as { filter: string }).filter}`,
    queued: () => `${(one as { clientId: string }).clientId}/q/${(one as { seq: number }).seq}`,
    incoming: () => `${(one as { clientId: string }).clientId}/i/${(one as { packetId: number }).packetId}`,
    retained: () => `retained/${(one as { topic: string }).topic}`,
  }[one.of]();
  if (one.row === null) tables.delete(key);
  else if (one.row !== 'released') tables.set(key, JSON.stringify(one.row));
  else if (tables.has(key)) tables.set(key, JSON.stringify({ ...JSON.parse(tables.get(key) ?? ''), isReleased: true }));
}

function applyRound(tables: Tables, { ended, changes }: Round): void {
  for (const id of ended) apply(tables, { of: 'session', clientId: id, row: null });
  for (const one of changes.values()) apply(tables, one);
}

/** A queued message is added once; nothing is ever put in its place. */
function withoutSecondAdding(changes: readonly Change[]): Change[] {
  const added = new Set<string>();
  return changes.filter((one) => {
    if (one.of !== 'queued' || one.row === null || one.row === 'released') return true;
    const key = `${one.clientId}/${one.seq}`;
    return !added.has(key) && added.add(key);
  });
}

test('rounds leave what the changes would', () => {
  fc.assert(
    fc.property(
      fc.array(change, { maxLength: 20 }),
      fc.array(change, { maxLength: 30 }),
      fc.nat(30),
      (before, raw, cut) => {
        const there = withoutSecondAdding(before);
        const changes = withoutSecondAdding([...there, ...raw]).slice(there.length);
        const oneByOne: Tables = new Map();
        const together: Tables = new Map();
        for (const one of there) for (const tables of [oneByOne, together]) apply(tables, one);
        for (const one of changes) apply(oneByOne, one);
        for (const round of roundsOf([changes.slice(0, cut), changes.slice(cut)])) applyRound(together, round);
        expect([...together].sort()).toEqual([...oneByOne].sort());
      },
    ),
  );
});
