// What is wrong with a version of a cycle before it is put in force: everything at once, each with what to do about it.
import type {
  AllocationMethod,
  AllocationSegment,
  CycleProblem,
  Driver,
  NewAllocationCycle,
} from '../../contracts/http/allocation.ts';
import { networkPoolOf, shareWeight } from './cycle-network.ts';
import { NOBODY, type PoolEnds } from './allocation.ts';
import { loopsWithoutExit } from './pool-network.ts';

/** A version in force, with the months it is valid in; `to` is null where it has no end. */
export interface Validity {
  code: string;
  version: number;
  from: string;
  to: string | null;
}

export interface CycleSurroundings {
  /** Pools that exist. */
  pools: ReadonlySet<string>;
  /** Versions in force of other cycles. */
  others: readonly Validity[];
  /** Closed months from the version's first on. */
  closed: readonly string[];
  /** The month the drivers were looked at in, and the drivers nobody moved in it. */
  period: string;
  zeroDrivers: ReadonlySet<Driver>;
}

const problem = (
  code: CycleProblem['code'],
  pool: string | null,
  en: string,
  zh: string,
  blocking = true,
): CycleProblem => ({
  code,
  pool,
  detail: { en, zh },
  blocking,
});

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

function ofSegment(segment: AllocationSegment, method: AllocationMethod): CycleProblem[] {
  const { pool, driver, services = [], activities, capacityMinutes } = segment;
  const found: CycleProblem[] = [];
  const shares = services.filter(({ share }) => share !== undefined);
  const isUnclear = services.some(({ share, quantity }) => (share === undefined) === (quantity === undefined));
  const names = services.map((service) => service.pool);
  if (isUnclear || (shares.length > 0 && shares.length < services.length) || new Set(names).size < names.length)
    found.push(
      problem(
        'service-not-clear',
        pool,
        `Services of ${pool}: name each pool once, all of them with a share or all with a quantity`,
        `${pool} 的内部服务：每个成本池只列一次，且统一用比例或统一用数量`,
      ),
    );
  const given = shares.reduce((sum, { share = 0 }) => sum + shareWeight(share), 0);
  if (given > 1_000_000)
    found.push(
      problem(
        'shares-over-one',
        pool,
        `${pool} gives away more than all of its output; lower the shares`,
        `${pool} 的内部服务比例之和超过 100%，请调低`,
      ),
    );
  if ((activities === undefined) !== (capacityMinutes === undefined))
    found.push(
      problem(
        'no-capacity',
        pool,
        `${pool}: a time equation needs its activities and the capacity in minutes, both`,
        `${pool}：按时间驱动需同时填写作业时间和产能（分钟）`,
      ),
    );
  const hasReceivers = driver !== undefined || (method === 'activity-based' && activities !== undefined);
  if (!hasReceivers && given < 1_000_000 && !services.some(({ quantity }) => quantity !== undefined))
    found.push(
      problem(
        'nobody-receives',
        pool,
        `${pool} has a rest that goes to nobody; name its driver`,
        `${pool} 有余额无人承担，请指定动因`,
      ),
    );
  return found;
}

function loops({ segments, method }: NewAllocationCycle, zeroDrivers: ReadonlySet<Driver>): CycleProblem[] {
  if (method === 'direct' || method === 'step-down') return [];
  const someone: PoolEnds = { receiverIds: Int32Array.of(0), weights: Float64Array.of(1), unusedWeight: 0 };
  const isServed = ({ driver, activities }: AllocationSegment): boolean =>
    (driver !== undefined && !zeroDrivers.has(driver)) || (method === 'activity-based' && activities !== undefined);
  const known = new Set(segments.map(({ pool }) => pool));
  const pools = segments.map((segment) => {
    const pool = networkPoolOf(segment, method, isServed(segment) ? someone : NOBODY);
    return { ...pool, services: pool.services.filter((service) => known.has(service.pool)) };
  });
  if (known.size < pools.length) return [];
  return loopsWithoutExit(pools).map((loop) => {
    const named = [...loop, loop[0]].join(' -> ');
    return problem(
      'loop-without-exit',
      loop[0] ?? null,
      `These pools serve only each other: ${named}; give one of them a driver or a lower share`,
      `这些成本池只互相服务，没有出口：${named}；请为其中之一指定动因或调低比例`,
    );
  });
}

function overlaps(cycle: NewAllocationCycle, others: readonly Validity[]): CycleProblem[] {
  const to = cycle.effectiveTo ?? null;
  return others
    .filter((other) => (to === null || other.from <= to) && (other.to === null || other.to >= cycle.effectiveFrom))
    .map(({ code, version, from, to: until }) =>
      problem(
        'overlapping-validity',
        null,
        `${code} ${version} is in force from ${from}${until ? ` to ${until}` : ''}; end it before ${cycle.effectiveFrom}, or make this its next version`,
        `${code} 第 ${version} 版自 ${from}${until ? ` 至 ${until}` : ''}生效；请先让它在 ${cycle.effectiveFrom} 之前结束，或把本方案作为它的新版本`,
      ),
    );
}

/** Zero drivers do not block: what they cannot place stays visible as unallocated. */
function zero({ segments }: NewAllocationCycle, { zeroDrivers, period }: CycleSurroundings): CycleProblem[] {
  return segments
    .filter(({ driver }) => driver !== undefined && zeroDrivers.has(driver))
    .map(({ pool, driver }) =>
      problem(
        'zero-driver',
        pool,
        `Nobody moved ${driver} in ${period}: the cost of ${pool} would stay unallocated`,
        `${period} 动因 ${driver} 为零：${pool} 的成本将无法分摊`,
        false,
      ),
    );
}

export function problemsOf(cycle: NewAllocationCycle, around: CycleSurroundings): CycleProblem[] {
  const closed = around.closed.map((month) =>
    problem(
      'period-closed',
      null,
      `${month} is closed; a version can change open months only: let it begin later`,
      `${month} 已结账；新版本只能从未结账的月份开始生效`,
    ),
  );
  return [
    ...unknownPools(cycle, around.pools),
    ...twice(cycle),
    ...cycle.segments.flatMap((segment) => ofSegment(segment, cycle.method)),
    ...loops(cycle, around.zeroDrivers),
    ...overlaps(cycle, around.others),
    ...closed,
    ...zero(cycle, around),
  ];
}
