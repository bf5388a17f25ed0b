// What a cycle's segments mean in a period: each pool's output as whole weights, for other pools and for the receivers of
// its driver or of its time equation. Quantities below zero (more taken back than used) carry nothing.
import type { AllocationMethod, AllocationSegment, Driver, ReceiverFilter } from '../../contracts/http/allocation.ts';
import { Problem } from '../../contracts/problems.ts';
import { type AllocationPool, endWeightOf, NOBODY, type PoolEnds } from './allocation.ts';
import type { NetworkMethod, NetworkPool } from './pool-network.ts';

/** Who moved a driver in a period, in order of the receivers' keys, and by how much, in thousandths of what it is counted in. */
export interface DriverColumn {
  receiverIds: Int32Array;
  quantitiesMilli: Float64Array;
  /** How many of what it is counted in make its unit: an hour is 3,600 seconds, so that 20 minutes are a whole number. */
  perUnit: PerUnit;
}
/** Each divides the ones after it. */
export type PerUnit = 1 | 60 | 3600;

/** Who of a list passes a filter: where they stand in it, and who they are. */
export interface Passing {
  indexes: Int32Array;
  receiverIds: Int32Array;
}

/** What is known of receivers, whatever the period: they never change. */
export interface ReceiverFacts {
  /** By their keys, as a sort asks. */
  compare(a: number, b: number): number;
  passing(receiverIds: Int32Array, filter: ReceiverFilter): Passing;
}

export type DriverColumns = (driver: Driver) => DriverColumn;

/** Shares are parts of this. */
const WHOLE = 1_000_000;
/** Thousandths of what a driver is counted in, and thousandths of a minute. */
const THOUSANDTHS = 1000;

/** Time-driven where the method is and the segment says how; by its driver otherwise. */
export const isTimeDriven = (segment: AllocationSegment, method: AllocationMethod): boolean =>
  method === 'activity-based' && segment.activities !== undefined && segment.capacityMinutes !== undefined;

/** Services between pools count as the reciprocal method sees them when the method is activity-based. */
export const networkMethodOf = (method: AllocationMethod): NetworkMethod =>
  method === 'activity-based' ? 'reciprocal' : method;

/** A list of which everybody carries something is handed on as it is: who compares results sees at once that it is the same. */
function driverEnds(column: DriverColumn, filter: ReceiverFilter | undefined, receivers: ReceiverFacts): PoolEnds {
  const passing = filter && receivers.passing(column.receiverIds, filter);
  const receiverIds = passing?.receiverIds ?? column.receiverIds;
  const weights = new Float64Array(receiverIds.length);
  let isWhole = true;
  for (let i = 0; i < weights.length; i += 1) {
    const weight = column.quantitiesMilli[passing ? (passing.indexes[i] as number) : i] as number;
    weights[i] = weight;
    if (weight <= 0) isWhole = false;
  }
  if (isWhole) return { receiverIds, weights, unusedWeight: 0 };
  return {
    receiverIds: receiverIds.filter((_, index) => (weights[index] as number) > 0),
    weights: weights.filter((weight) => weight > 0),
    unusedWeight: 0,
  };
}

/** Far more than all people of a pool have in a month: what a unit is said to take is wrong. */
const tooManyMinutes = (pool: string, driver: Driver, minute: number): Problem => {
  const most = Math.floor(Number.MAX_SAFE_INTEGER / minute);
  return new Problem(
    'refused',
    `Pool ${pool}: by its time equation one receiver alone takes more than ${most} minutes of ${driver}; say fewer minutes a unit`,
  );
};

/** A minute in the weights of a time equation: whole for every driver in it. */
const minuteOf = ({ activities = [] }: AllocationSegment, columns: DriverColumns): number =>
  THOUSANDTHS * THOUSANDTHS * Math.max(1, ...activities.map(({ driver }) => columns(driver).perUnit));

/** What a unit of the segment's driver, or a minute of its time equation, is in the weights of its ends. */
export function weightUnitOf(segment: AllocationSegment, method: AllocationMethod, columns: DriverColumns): number {
  if (isTimeDriven(segment, method)) return minuteOf(segment, columns);
  return THOUSANDTHS * (segment.driver === undefined ? 1 : columns(segment.driver).perUnit);
}

/** Minutes of each receiver by the time equation, and the minutes of the capacity nobody used; more use than capacity is shared out. */
function timeEnds(segment: AllocationSegment, columns: DriverColumns, receivers: ReceiverFacts): PoolEnds {
  const minutes = new Map<number, number>();
  const minute = minuteOf(segment, columns);
  for (const { driver, minutes: each, filter } of segment.activities ?? []) {
    const column = columns(driver);
    const { receiverIds, weights } = driverEnds(column, filter ?? segment.filter, receivers);
    const ofOne = (Math.round(each * THOUSANDTHS) * minute) / (THOUSANDTHS * THOUSANDTHS * column.perUnit);
    receiverIds.forEach((id, index) => {
      const all = (minutes.get(id) ?? 0) + ofOne * (weights[index] as number);
      if (!Number.isSafeInteger(all)) throw tooManyMinutes(segment.pool, driver, minute);
      minutes.set(id, all);
    });
  }
  const ids = [...minutes.keys()].sort((a, b) => receivers.compare(a, b));
  const weights = Float64Array.from(ids, (id) => minutes.get(id) as number);
  const used = weights.reduce((sum, weight) => sum + weight, 0);
  const served = (segment.services ?? []).reduce((sum, { quantity = 0 }) => sum + quantity * minute, 0);
  const unused = Math.round((segment.capacityMinutes ?? 0) * minute - used - served);
  return { receiverIds: Int32Array.from(ids), weights, unusedWeight: Math.max(0, unused) };
}

/** Who takes what the segment's pool is left with. */
export function endsOf(
  segment: AllocationSegment,
  method: AllocationMethod,
  columns: DriverColumns,
  receivers: ReceiverFacts,
): PoolEnds {
  if (isTimeDriven(segment, method)) return timeEnds(segment, columns, receivers);
  if (segment.driver === undefined) return NOBODY;
  return driverEnds(columns(segment.driver), segment.filter, receivers);
}

/** Whether a pool's ends are as they were when only these receivers of the driver's column moved: none of them is among its own. */
export function areEndsUntouched(
  segment: AllocationSegment,
  { driver, receiverIds, moved }: { driver: Driver; receiverIds: Int32Array; moved: readonly number[] },
  receivers: ReceiverFacts,
): boolean {
  const own = (segment.activities ?? []).filter((activity) => activity.driver === driver);
  const filters = [
    ...own.map(({ filter }) => filter ?? segment.filter),
    ...(segment.driver === driver ? [segment.filter] : []),
  ];
  return filters.every((filter) => {
    if (filter === undefined) return moved.length === 0;
    const { indexes } = receivers.passing(receiverIds, filter);
    return moved.every((place) => !isAmong(indexes, place));
  });
}

/** Of numbers in ascending order. */
function isAmong(sorted: Int32Array, wanted: number): boolean {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] as number) < wanted) low = middle + 1;
    else high = middle;
  }
  return sorted[low] === wanted;
}

export const shareWeight = (share: number): number => Math.round(share * WHOLE);

/**
 * A pool's place in the network; with shares, what is not given to pools is for its ends whether any moved or not. Quantities of
 * services are in units of the ends' weights. `weightOf` may remember, because many pools share their ends.
 */
export function networkPoolOf(
  segment: AllocationSegment,
  ends: PoolEnds,
  weightUnit: number,
  weightOf: (ends: PoolEnds) => bigint = endWeightOf,
): AllocationPool {
  const services = segment.services ?? [];
  const given = services.reduce((sum, { share = 0 }) => sum + shareWeight(share), 0);
  return {
    key: segment.pool,
    ends,
    services: services.map(({ pool, share, quantity = 0 }) => ({
      pool,
      weight: BigInt(share === undefined ? Math.round(quantity * weightUnit) : shareWeight(share)),
    })),
    endWeight: given > 0 ? BigInt(Math.max(0, WHOLE - given)) : weightOf(ends),
  };
}

/** Pools that go round for ever serve nobody and keep their cost, so that one mistake does not hold up all the others. */
export function withoutLoops<P extends NetworkPool>(pools: readonly P[], loops: readonly (readonly string[])[]): P[] {
  const looping = new Set(loops.flat());
  return pools.map((pool) => (looping.has(pool.key) ? { ...pool, services: [], endWeight: 0n } : pool));
}
