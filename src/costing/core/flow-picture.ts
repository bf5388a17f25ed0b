// Flows of shared cost made fit for a picture: small pools and carriers together, and between pools only what does not come
// back, so that it has a direction. Every pool still gives what it gets, to the minor unit.

export interface FlowFacts {
  own: readonly { element: string; pool: string; minor: bigint }[];
  between: readonly { from: string; to: string; minor: bigint }[];
  /** `end` is what the pool's rest went to. */
  ends: readonly { pool: string; end: string; minor: bigint }[];
  /** Ends that are never put together with others. */
  apart: ReadonlySet<string>;
  mostPools: number;
  mostEnds: number;
}

export interface FlowLink {
  from: string;
  to: string;
  minor: bigint;
}

export interface FlowPicture {
  elements: FlowLink[];
  between: FlowLink[];
  ends: FlowLink[];
  /** Names that stand for more than themselves, with how many. */
  restPools: number;
  restEnds: number;
  circulated: bigint;
}

/** No code has a space. */
export const REST = ' rest';

const magnitude = (value: bigint): bigint => (value < 0n ? -value : value);

function addTo(sums: Map<string, bigint>, key: string, minor: bigint): void {
  sums.set(key, (sums.get(key) ?? 0n) + minor);
}

/** The largest by what passes; one more only when it would stand alone for the rest. */
function kept(sizes: ReadonlyMap<string, bigint>, most: number): Set<string> {
  const sorted = [...sizes].sort(([a, x], [b, y]) => (x === y ? (a < b ? -1 : 1) : x > y ? -1 : 1));
  return new Set(sorted.slice(0, sorted.length <= most ? sorted.length : most - 1).map(([key]) => key));
}

function merged(links: readonly FlowLink[]): FlowLink[] {
  const sums = new Map<string, FlowLink>();
  for (const { from, to, minor } of links) {
    const key = `${from}\n${to}`;
    const before = sums.get(key)?.minor ?? 0n;
    sums.set(key, { from, to, minor: before + minor });
  }
  return [...sums.values()]
    .filter(({ minor }) => minor !== 0n)
    .sort((a, b) => (a.from === b.from ? (a.to < b.to ? -1 : 1) : a.from < b.from ? -1 : 1));
}

/** Links of a loop, in its order, or `null` when there is none. */
function findLoop(links: readonly FlowLink[]): FlowLink[] | null {
  const state = new Map<string, 'open' | 'done'>();
  const way: FlowLink[] = [];
  const visit = (pool: string): FlowLink[] | null => {
    state.set(pool, 'open');
    for (const link of links) {
      if (link.from !== pool || link.minor <= 0n) continue;
      way.push(link);
      if (state.get(link.to) === 'open') return way.slice(way.findIndex(({ from }) => from === link.to));
      const found = state.has(link.to) ? null : visit(link.to);
      if (found) return found;
      way.pop();
    }
    state.set(pool, 'done');
    return null;
  };
  for (const { from } of links) {
    const found = state.has(from) ? null : visit(from);
    if (found) return found;
  }
  return null;
}

/** Takes out of every loop what goes all the way round. */
function withoutLoops(links: readonly FlowLink[]): { links: FlowLink[]; circulated: bigint } {
  const left = links.map((link) => ({ ...link }));
  let circulated = 0n;
  for (let loop = findLoop(left); loop !== null; loop = findLoop(left)) {
    const least = loop.reduce((min, { minor }) => (minor < min ? minor : min), loop[0]?.minor ?? 0n);
    for (const link of loop) link.minor -= least;
    circulated += least * BigInt(loop.length);
  }
  return { links: left.filter(({ minor }) => minor !== 0n), circulated };
}

export function flowPicture({ own, between, ends, apart, mostPools, mostEnds }: FlowFacts): FlowPicture {
  const poolSizes = new Map<string, bigint>();
  for (const { pool, minor } of own) addTo(poolSizes, pool, magnitude(minor));
  for (const { from, to, minor } of between) {
    addTo(poolSizes, from, 0n);
    addTo(poolSizes, to, magnitude(minor));
  }
  for (const { pool } of ends) addTo(poolSizes, pool, 0n);
  const endSizes = new Map<string, bigint>();
  for (const { end, minor } of ends) if (!apart.has(end)) addTo(endSizes, end, magnitude(minor));
  const [pools, keptEnds] = [kept(poolSizes, mostPools), kept(endSizes, mostEnds)];
  const poolOf = (pool: string): string => (pools.has(pool) ? pool : REST);
  const endOf = (end: string): string => (apart.has(end) || keptEnds.has(end) ? end : REST);
  const shown = merged(between.map(({ from, to, minor }) => ({ from: poolOf(from), to: poolOf(to), minor })));
  const { links, circulated } = withoutLoops(shown.filter(({ from, to }) => from !== to));
  return {
    elements: merged(own.map(({ element, pool, minor }) => ({ from: element, to: poolOf(pool), minor }))),
    between: links,
    ends: merged(ends.map(({ pool, end, minor }) => ({ from: poolOf(pool), to: endOf(end), minor }))),
    restPools: poolSizes.size - pools.size,
    restEnds: endSizes.size - keptEnds.size,
    circulated,
  };
}
