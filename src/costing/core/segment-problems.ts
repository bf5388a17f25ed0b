// What is wrong with one segment of a version: what it says cannot be carried out, or would meet nothing in the month that is
// looked at. Each finding names the pool, so that it can be shown where it is, and says what to do.
import type {
  AllocationMethod,
  AllocationSegment,
  CycleProblem,
  Driver,
  ReceiverFilter,
} from '../../contracts/http/allocation.ts';
import { type Dimension, DIMENSIONS } from '../../contracts/costs.ts';
import type { Text } from '../../contracts/text.ts';
import { isTimeDriven, shareWeight } from './cycle-network.ts';
import { DIMENSION_NAMES } from './words.ts';

/** What a segment would meet in the month that is looked at, in one currency its pool holds. */
export interface SegmentEffect {
  pool: string;
  currency: string;
  /** Receivers that its drivers reach, after its filters. */
  receivers: number;
  /** Drivers that receivers moved below zero (more taken back than used), with how many they are. */
  belowZero: readonly { driver: Driver; receivers: number }[];
  /** By the time equation; `null` where the segment has none. */
  usedMinutes: number | null;
}

/** Codes a filter names and nothing has. */
export interface UnknownReceiver {
  pool: string;
  dimension: Dimension;
  codes: readonly string[];
}

export const problem = (
  code: CycleProblem['code'],
  pool: string | null,
  en: string,
  zh: string,
  blocking = true,
): CycleProblem => ({ code, pool, detail: { en, zh }, blocking });

/** What receivers are never told apart by: a filter on it would let nobody through. */
const NOT_OF_RECEIVERS: readonly Dimension[] = ['engineer', 'element', 'period', 'pool'];
export const RECEIVER_DIMENSIONS = DIMENSIONS.filter((dimension) => !NOT_OF_RECEIVERS.includes(dimension));

const filtersOf = ({ filter, activities = [] }: AllocationSegment): ReceiverFilter[] =>
  [filter, ...activities.map((activity) => activity.filter)].filter((one) => one !== undefined);

function services({ pool, services: given = [] }: AllocationSegment): CycleProblem[] {
  const shares = given.filter(({ share }) => share !== undefined);
  const isUnclear = given.some(({ share, quantity }) => (share === undefined) === (quantity === undefined));
  const found: CycleProblem[] = [];
  if (
    isUnclear ||
    (shares.length > 0 && shares.length < given.length) ||
    new Set(given.map((service) => service.pool)).size < given.length
  )
    found.push(
      problem(
        'service-not-clear',
        pool,
        `Services of ${pool}: name each pool once, all of them with a share or all with a quantity`,
        `${pool} 的内部服务：每个成本池只列一次，且统一用比例或统一用数量`,
      ),
    );
  if (sharesOf(given) > 1_000_000)
    found.push(
      problem(
        'shares-over-one',
        pool,
        `${pool} gives away more than all of its output; lower the shares`,
        `${pool} 的内部服务比例之和超过 100%，请调低`,
      ),
    );
  return found;
}
const sharesOf = (given: NonNullable<AllocationSegment['services']>): number =>
  given.reduce((sum, { share = 0 }) => sum + shareWeight(share), 0);

function ends(segment: AllocationSegment, method: AllocationMethod): CycleProblem[] {
  const { pool, driver, services: given = [], activities, capacityMinutes } = segment;
  const found: CycleProblem[] = [];
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
  const isGivenAway = sharesOf(given) >= 1_000_000 || given.some(({ quantity }) => quantity !== undefined);
  if (!hasReceivers && (!isGivenAway || method === 'direct'))
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

function closedFilters(segment: AllocationSegment): CycleProblem[] {
  const dimensions = new Set(filtersOf(segment).flatMap((filter) => Object.keys(filter) as Dimension[]));
  return NOT_OF_RECEIVERS.filter((dimension) => dimensions.has(dimension)).map((dimension) => {
    const name = DIMENSION_NAMES[dimension];
    return problem(
      'unknown-receiver',
      segment.pool,
      `${segment.pool}: receivers have no ${name.en.toLowerCase()}, the filter would let nobody through; take it out`,
      `${segment.pool}：承担对象没有“${name.zh}”这一属性，筛选后无人承担，请去掉该条件`,
    );
  });
}

/** By what the segment says alone. */
export const problemsOfSegment = (segment: AllocationSegment, method: AllocationMethod): CycleProblem[] => [
  ...services(segment),
  ...ends(segment, method),
  ...closedFilters(segment),
];

export const unknownReceivers = (unknown: readonly UnknownReceiver[]): CycleProblem[] =>
  unknown.map(({ pool, dimension, codes }) => {
    const name = DIMENSION_NAMES[dimension];
    return problem(
      'unknown-receiver',
      pool,
      `${pool}: there is no ${name.en.toLowerCase()} ${codes.join(', ')}; correct the filter`,
      `${pool}：${name.zh} ${codes.join('、')} 不存在，请更正筛选条件`,
    );
  });

interface Looked {
  period: string;
  method: AllocationMethod;
  driverName: (driver: Driver) => Text;
}

/** By what the segment would meet: none of it blocks, what cannot be placed stays visible as unallocated. */
export function problemsOfEffect(
  segment: AllocationSegment,
  { currency, receivers, belowZero, usedMinutes }: SegmentEffect,
  { period, method, driverName }: Looked,
): CycleProblem[] {
  const { pool, driver, filter, capacityMinutes = 0 } = segment;
  const found: CycleProblem[] = [];
  const warn = (code: CycleProblem['code'], en: string, zh: string): void =>
    void found.push(problem(code, pool, en, zh, false));
  if (driver !== undefined && receivers === 0 && !isTimeDriven(segment, method)) {
    const name = driverName(driver);
    const who = filter ? ['None of the receivers let through', '筛选范围内'] : ['Nobody', ''];
    warn(
      'zero-driver',
      `${who[0]} moved "${name.en}" in ${period} (${currency}): the cost of ${pool} would stay unallocated`,
      `${period} ${who[1]}动因“${name.zh}”为零（${currency}）：${pool} 的成本将无法分摊`,
    );
  }
  for (const below of belowZero) {
    const name = driverName(below.driver);
    warn(
      'negative-driver',
      `"${name.en}" is below zero for ${below.receivers} receivers in ${period}: they carry nothing of ${pool}`,
      `${period} 有 ${below.receivers} 个对象的动因“${name.zh}”为负：它们不承担 ${pool} 的成本`,
    );
  }
  if (usedMinutes !== null && usedMinutes > capacityMinutes)
    warn(
      'over-capacity',
      `${pool}: ${Math.round(usedMinutes)} minutes were used in ${period}, more than the capacity of ${capacityMinutes}; all of its cost is shared out, none is unused`,
      `${pool}：${period} 耗用 ${Math.round(usedMinutes)} 分钟，超过产能 ${capacityMinutes} 分钟；成本全部分摊，没有闲置`,
    );
  return found;
}
