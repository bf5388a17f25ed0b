// The graph of pools that serve each other: which of them go round in loops (strongly connected components, in the
// order in which cost flows), which loops never reach an end, and the order step-down closes pools in.

/** Pools by position; `services[i]` are the pools that pool i serves, with whole weights above zero, never itself. */
export interface PoolGraph {
  services: readonly (readonly { to: number; weight: bigint }[])[];
  /** Weight of what leaves the network: final cost objects, unused capacity, nobody. */
  endWeights: readonly bigint[];
}

/** Tarjan's components with an own stack (loops may be thousands long); who serves comes before who is served. */
export function componentsOf({ services }: PoolGraph): number[][] {
  const size = services.length;
  const index = new Int32Array(size).fill(-1);
  const low = new Int32Array(size);
  const isOpen = new Uint8Array(size);
  const open: number[] = [];
  const found: number[][] = [];
  let next = 0;
  const path = new Int32Array(size);
  const edges = new Int32Array(size);
  const enter = (pool: number): number => {
    index[pool] = low[pool] = next++;
    open.push(pool);
    isOpen[pool] = 1;
    return pool;
  };
  const close = (pool: number): void => {
    const component: number[] = [];
    for (let member = -1; member !== pool; ) {
      member = open.pop() as number;
      isOpen[member] = 0;
      component.push(member);
    }
    found.push(component.sort((a, b) => a - b));
  };
  for (let root = 0; root < size; root += 1) {
    if (index[root] !== -1) continue;
    path[0] = enter(root);
    for (let depth = 0; depth >= 0; ) {
      const pool = path[depth] as number;
      const at = edges[pool] as number;
      const edge = services[pool]?.[at];
      edges[pool] = at + 1;
      if (edge === undefined) {
        if (low[pool] === index[pool]) close(pool);
        depth -= 1;
        if (depth < 0) break;
        const caller = path[depth] as number;
        low[caller] = Math.min(low[caller] as number, low[pool] as number);
      } else if (index[edge.to] === -1) {
        depth += 1;
        path[depth] = enter(edge.to);
      } else if (isOpen[edge.to]) low[pool] = Math.min(low[pool] as number, index[edge.to] as number);
    }
  }
  return found.reverse();
}

/** The shortest loop through `start` that stays within `members`. */
function loopThrough(start: number, members: ReadonlySet<number>, { services }: PoolGraph): number[] {
  const cameFrom = new Map<number, number>();
  const queue = [start];
  for (const pool of queue) {
    for (const { to } of services[pool] ?? []) {
      if (to === start) {
        const loop = [pool];
        while (loop[0] !== start) loop.unshift(cameFrom.get(loop[0] as number) as number);
        return loop;
      }
      if (members.has(to) && !cameFrom.has(to)) {
        cameFrom.set(to, pool);
        queue.push(to);
      }
    }
  }
  return [start];
}

/** Loops that serve only each other and never reach an end, each in its order, smallest pool first. */
export function closedLoops(graph: PoolGraph, components = componentsOf(graph)): number[][] {
  const isClosed = (members: readonly number[]): boolean => {
    const inside = new Set(members);
    return (
      members.length > 1 &&
      members.every(
        (pool) => graph.endWeights[pool] === 0n && (graph.services[pool] ?? []).every(({ to }) => inside.has(to)),
      )
    );
  };
  return components
    .filter(isClosed)
    .sort(([a], [b]) => (a as number) - (b as number))
    .map((members) => loopThrough(members[0] as number, new Set(members), graph));
}

/** The shortest loop the pool is part of; the pool alone when it is in none. */
export function loopAt(graph: PoolGraph, pool: number): number[] {
  const members = componentsOf(graph).find((component) => component.includes(pool)) ?? [pool];
  return loopThrough(members[0] as number, new Set(members), graph);
}

/** Step-down by rule: who gives the largest share of its output to other pools closes first; equals in order of key. */
export function closingOrder({ services, endWeights }: PoolGraph): number[] {
  const given = services.map((list) => list.reduce((sum, { weight }) => sum + weight, 0n));
  const output = given.map((weight, pool) => weight + (endWeights[pool] ?? 0n) || 1n);
  const at = (list: readonly bigint[], pool: number): bigint => list[pool] ?? 0n;
  return [...services.keys()].sort((a, b) => {
    const difference = at(given, b) * at(output, a) - at(given, a) * at(output, b);
    return difference > 0n ? 1 : difference < 0n ? -1 : a - b;
  });
}
