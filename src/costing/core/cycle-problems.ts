// What is wrong with a version of a cycle before it is put in force: everything at once, each with what to do about it.
import type { AllocationSegment, CycleProblem, Driver, NewAllocationCycle } from '../../contracts/http/allocation.ts';
import type { Text } from '../../contracts/text.ts';
import { NOBODY, type PoolEnds } from './allocation.ts';
import { networkPoolOf } from './cycle-network.ts';
import { type MonthsAround, problemsOfMonths } from './cycle-months.ts';
import { loopsWithoutExit } from './pool-network.ts';
import {
  problem,
  problemsOfEffect,
  problemsOfSegment,
  type SegmentEffect,
  unknownReceivers,
  type UnknownReceiver,
} from './segment-problems.ts';

/** What a pool holds in the month that is looked at. */
export interface HeldByPool {
  pool: string;
  currency: string;
  amountMinor: bigint;
}

export interface CycleSurroundings extends MonthsAround {
  /** Pools that exist. */
  pools: ReadonlySet<string>;
  /** The month that is looked at, with what its pools hold, and what the segments would meet in it. */
  period: string;
  held: readonly HeldByPool[];
  effects: readonly SegmentEffect[];
  unknown: readonly UnknownReceiver[];
  driverName: (driver: Driver) => Text;
}

function unknownPools({ segments, closeFirst = [] }: NewAllocationCycle, pools: ReadonlySet<string>): CycleProblem[] {
  const named = [
    ...segments.flatMap(({ pool, services = [] }) => [pool, ...services.map((service) => service.pool)]),
    ...closeFirst,
  ];
  return [...new Set(named)]
    .filter((pool) => !pools.has(pool))
    .map((pool) =>
      problem(
        'unknown-pool',
        pool,
        `There is no cost pool ${pool}; create it first`,
        `成本池 ${pool} 不存在，请先建立`,
      ),
    );
}

function twice({ segments }: NewAllocationCycle): CycleProblem[] {
  const seen = new Set<string>();
  const again = segments.map(({ pool }) => pool).filter((pool) => seen.has(pool) || !seen.add(pool));
  return [...new Set(again)].map((pool) =>
    problem('pool-twice', pool, `${pool} has more than one segment; keep one`, `${pool} 有多个分摊段，只保留一个`),
  );
}

/** The order of a step-down: whoever is closed has nothing to give a second time. */
function closedTwice({ closeFirst = [] }: NewAllocationCycle): CycleProblem[] {
  const again = closeFirst.filter((pool, index) => closeFirst.indexOf(pool) < index);
  return [...new Set(again)].map((pool) =>
    problem(
      'closed-twice',
      pool,
      `${pool} stands more than once in the order of closing; keep the first`,
      `${pool} 在结转顺序中出现多次，只保留第一次`,
    ),
  );
}

/** Pools without a segment: served by one that has, or holding cost in the month. */
function leftOut({ segments }: NewAllocationCycle, { pools, held }: CycleSurroundings): CycleProblem[] {
  const known = new Set(segments.map(({ pool }) => pool));
  const served = new Set(
    segments
      .flatMap(({ services = [] }) => services.map(({ pool }) => pool))
      .filter((pool) => pools.has(pool) && !known.has(pool)),
  );
  const holding = new Set(held.map(({ pool }) => pool).filter((pool) => !known.has(pool) && !served.has(pool)));
  return [
    ...[...served].map((pool) =>
      problem(
        'no-segment',
        pool,
        `${pool} is served by other pools and has no segment of its own; say who takes what it gets`,
        `${pool} 接受其他成本池的服务，但没有自己的分摊段；请补上由谁承担`,
      ),
    ),
    ...[...holding].map((pool) =>
      problem(
        'no-segment',
        pool,
        `${pool} holds cost and has no segment: it would stay unallocated`,
        `${pool} 有成本但没有分摊段：将列为未分摊`,
        false,
      ),
    ),
  ];
}

/** Whatever the driver: the least quantity of a service counts. */
const LEAST_QUANTITIES = 1000;
const SOMEONE: PoolEnds = { receiverIds: Int32Array.of(0), weights: Float64Array.of(1), unusedWeight: 0 };

/** Loops when exactly these segments reach somebody. */
function loopsWhere(cycle: NewAllocationCycle, isServed: (segment: AllocationSegment) => boolean): string[][] {
  const { segments } = cycle;
  const known = new Set(segments.map(({ pool }) => pool));
  const pools = segments.map((segment) => {
    const pool = networkPoolOf(segment, isServed(segment) ? SOMEONE : NOBODY, LEAST_QUANTITIES);
    return { ...pool, services: pool.services.filter((service) => known.has(service.pool)) };
  });
  return loopsWithoutExit(pools);
}

/** Loops that the rules make block; those of a month in which nobody moved a driver are told. */
function loops(cycle: NewAllocationCycle, { effects, period }: CycleSurroundings): CycleProblem[] {
  const { segments, method } = cycle;
  if (method === 'direct' || method === 'step-down') return [];
  if (new Set(segments.map(({ pool }) => pool)).size < segments.length) return [];
  const isTimed = ({ activities }: AllocationSegment): boolean =>
    method === 'activity-based' && activities !== undefined;
  const hasEnds = (segment: AllocationSegment): boolean => segment.driver !== undefined || isTimed(segment);
  const unmoved = new Set(effects.filter(({ receivers }) => receivers === 0).map(({ pool }) => pool));
  const always = loopsWhere(cycle, hasEnds);
  const keys = new Set(always.map((loop) => loop.join(' ')));
  const inMonth = loopsWhere(cycle, (segment) => hasEnds(segment) && (isTimed(segment) || !unmoved.has(segment.pool)));
  const named = (loop: readonly string[]): string => [...loop, loop[0]].join(' -> ');
  return [
    ...always.map((loop) =>
      problem(
        'loop-without-exit',
        loop[0] ?? null,
        `These pools serve only each other: ${named(loop)}; give one of them a driver or a lower share`,
        `这些成本池只互相服务，没有出口：${named(loop)}；请为其中之一指定动因或调低比例`,
      ),
    ),
    ...inMonth
      .filter((loop) => !keys.has(loop.join(' ')))
      .map((loop) =>
        problem(
          'loop-without-exit',
          loop[0] ?? null,
          `In ${period} these pools would serve only each other, since nobody moved their drivers: ${named(loop)}; their cost would stay unallocated`,
          `${period} 动因为零，这些成本池只互相服务：${named(loop)}；其成本将列为未分摊`,
          false,
        ),
      ),
  ];
}

/** A credit is shared out as any cost: everybody carries less. It is told, because it may be a posting with the wrong sign. */
const credits = ({ held, period }: CycleSurroundings): CycleProblem[] =>
  held
    .filter(({ amountMinor }) => amountMinor < 0n)
    .map(({ pool, currency }) =>
      problem(
        'credit',
        pool,
        `${pool} holds a credit in ${period} (${currency}): its receivers would carry less by it; check that the sign is right`,
        `${pool} 在 ${period} 为贷方余额（${currency}）：承担对象将相应少承担，请确认正负号无误`,
        false,
      ),
    );

export function problemsOf(cycle: NewAllocationCycle, around: CycleSurroundings): CycleProblem[] {
  const { period, driverName, effects } = around;
  const segmentOf = new Map(cycle.segments.map((segment) => [segment.pool, segment]));
  const looked = { period, driverName, method: cycle.method };
  return [
    ...unknownPools(cycle, around.pools),
    ...twice(cycle),
    ...closedTwice(cycle),
    ...cycle.segments.flatMap((segment) => problemsOfSegment(segment, cycle.method)),
    ...unknownReceivers(around.unknown),
    ...loops(cycle, around),
    ...problemsOfMonths(cycle, around),
    ...leftOut(cycle, around),
    ...effects.flatMap((effect) => {
      const segment = segmentOf.get(effect.pool);
      return segment ? problemsOfEffect(segment, effect, looked) : [];
    }),
    ...credits(around),
  ];
}
