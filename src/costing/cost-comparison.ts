// Two pivots held against each other, period, line or region; asked for a unit of volume, their difference is split into
// volume, mix and rate. Amounts are those of the two summaries: nothing is added up a second time.
import type { Scope } from '../contracts/access.ts';
import type {
  Comparison,
  ComparisonQuery,
  VarianceGroup,
  VarianceSplit,
  Volume,
  VolumeUnit,
} from '../contracts/http/cost-comparison.ts';
import type { Summary } from '../contracts/http/costs.ts';
import { minorOf, type Money, moneyOf, scaleMinor } from '../contracts/money.ts';
import { Problem } from '../contracts/problems.ts';
import type { EpochMs } from '../contracts/time.ts';
import { parseFilter } from './core/cost-query.ts';
import { splitVariance, type VarianceEffects } from './core/variance/split-variance.ts';
import { AS_POSTED } from './core/value-mapping.ts';
import { basisOfBoth } from './device-hours.ts';
import { readMappings } from './dimension-mappings.ts';
import { costSummary, type SummaryDefaults, type SummarySources } from './summary.ts';
import { type MeasuredVolume, readVolumes, type VolumesRead } from './volumes.ts';

export interface ComparisonOptions extends SummarySources {
  defaults: SummaryDefaults;
  nowMs: EpochMs;
}

type SummaryRow = Summary['rows'][number];

/** Summaries are in whole minor units. */
const minor = (money: Money): bigint => minorOf(money) ?? 0n;
const magnitude = (value: bigint): bigint => (value < 0n ? -value : value);

interface Pair {
  key: string;
  keys: SummaryRow['keys'];
  labels: SummaryRow['labels'];
  before: bigint;
  after: bigint;
}

/** A pivot without dimensions is one group of everything. */
const rowsOf = ({ by, rows, total }: Summary): Pick<SummaryRow, 'keys' | 'labels' | 'total'>[] =>
  by.length === 0 ? [{ keys: {}, labels: {}, total }] : rows;

/** Groups of either side, in the order of their keys. */
function pairsOf(before: Summary, after: Summary): Pair[] {
  const pairs = new Map<string, Pair>();
  for (const [side, summary] of [
    ['before', before],
    ['after', after],
  ] as const) {
    for (const { keys, labels, total } of rowsOf(summary)) {
      const key = JSON.stringify(after.by.map((dimension) => keys[dimension] ?? null));
      const pair = pairs.get(key) ?? { key, keys, labels, before: 0n, after: 0n };
      pair[side] += minor(total);
      pairs.set(key, pair);
    }
  }
  return [...pairs.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
}

/** Jobs and devices are counted, and none is zero; what is measured by telemetry may not have been. */
const COUNTED: readonly VolumeUnit[] = ['jobs', 'hours', 'devices'];

const volumeView = ({ quantityMilli, n }: MeasuredVolume, unit: VolumeUnit): Volume => ({
  quantity: n === 0 && !COUNTED.includes(unit) ? null : Number(quantityMilli) / 1000,
  n,
});

interface Moved extends VarianceEffects {
  pair: Pair;
  volumes: { before: MeasuredVolume; after: MeasuredVolume };
}

const byDifference = (a: Moved, b: Moved): number => {
  const [left, right] = [a, b].map(({ pair }) => magnitude(pair.after - pair.before)) as [bigint, bigint];
  return left === right ? (a.pair.key < b.pair.key ? -1 : 1) : left > right ? -1 : 1;
};

function groupViews(moved: readonly Moved[], unit: VolumeUnit, currency: string): VarianceGroup[] {
  const money = (amount: bigint): Money => moneyOf(amount, currency);
  const rate = (cost: bigint, { quantityMilli }: MeasuredVolume): Money | null =>
    quantityMilli === 0n ? null : money(scaleMinor(cost, 1000n, quantityMilli));
  const whole = moved.reduce((sum, { pair }) => sum + magnitude(pair.after - pair.before), 0n);
  let reached = 0n;
  return moved.toSorted(byDifference).map(({ pair, volumes, volumeMinor, mixMinor, rateMinor }) => {
    const difference = pair.after - pair.before;
    reached += magnitude(difference);
    return {
      keys: pair.keys,
      labels: pair.labels,
      before: money(pair.before),
      after: money(pair.after),
      difference: money(difference),
      volume: money(volumeMinor),
      mix: money(mixMinor),
      rate: money(rateMinor),
      beforeVolume: volumeView(volumes.before, unit),
      afterVolume: volumeView(volumes.after, unit),
      beforeRate: rate(pair.before, volumes.before),
      afterRate: rate(pair.after, volumes.after),
      cumulativeShare: whole === 0n ? 1 : Number((reached * 1_000_000n) / whole) / 1_000_000,
    };
  });
}

function withoutVolume(moved: readonly Moved[], currency: string): VarianceSplit['withoutVolume'] {
  const bare = moved.filter(
    ({ pair, volumes }) =>
      volumes.before.quantityMilli === 0n &&
      volumes.after.quantityMilli === 0n &&
      (pair.before !== 0n || pair.after !== 0n),
  );
  const sum = (side: 'before' | 'after'): Money =>
    moneyOf(
      bare.reduce((total, { pair }) => total + pair[side], 0n),
      currency,
    );
  return { groups: bare.length, before: sum('before'), after: sum('after') };
}

interface Sides {
  unit: VolumeUnit;
  before: { summary: Summary; volumes: VolumesRead };
  after: { summary: Summary; volumes: VolumesRead };
}

function splitOf({ unit, before, after }: Sides): VarianceSplit {
  const pairs = pairsOf(before.summary, after.summary).map((pair) => ({
    pair,
    volumes: { before: before.volumes.of(pair.keys), after: after.volumes.of(pair.keys) },
  }));
  const effects = splitVariance(
    pairs.map(({ pair, volumes }) => ({
      beforeMinor: pair.before,
      afterMinor: pair.after,
      volumes: { before: volumes.before.quantityMilli, after: volumes.after.quantityMilli },
    })),
    { before: before.volumes.total.quantityMilli, after: after.volumes.total.quantityMilli },
  );
  const moved = pairs.flatMap((one, index) => {
    const own = effects[index];
    return own ? [{ ...one, ...own }] : [];
  });
  const { currency } = after.summary;
  const sum = (of: (one: Moved) => bigint): Money =>
    moneyOf(
      moved.reduce((total, one) => total + of(one), 0n),
      currency,
    );
  return {
    unit,
    basis: basisOfBoth(before.volumes.basis, after.volumes.basis),
    before: volumeView(before.volumes.total, unit),
    after: volumeView(after.volumes.total, unit),
    difference: sum(({ pair }) => pair.after - pair.before),
    volume: sum(({ volumeMinor }) => volumeMinor),
    mix: sum(({ mixMinor }) => mixMinor),
    rate: sum(({ rateMinor }) => rateMinor),
    withoutVolume: withoutVolume(moved, currency),
    groups: groupViews(moved, unit, currency),
  };
}

export async function compareCosts(
  { against, againstFilter, volume: unit, ...asked }: ComparisonQuery,
  scope: Scope,
  { database, cube, defaults, nowMs }: ComparisonOptions,
): Promise<Comparison> {
  const filters = { before: againstFilter ?? asked.filter, after: asked.filter };
  const summaryOf = (period: string | undefined, filter: string | undefined): Promise<Summary> =>
    costSummary(
      { database, cube },
      { ...asked, ...(period === undefined ? {} : { period }), ...(filter === undefined ? {} : { filter }) },
      scope,
      defaults,
    );
  const before = await summaryOf(against, filters.before);
  const after = await summaryOf(asked.period, filters.after);
  if (unit === undefined) return { before, after };
  if (after.by.includes('period')) {
    throw new Problem('validation-failed', 'A split holds periods against each other; ask by another dimension');
  }
  const mappings = asked.values === 'as-posted' ? AS_POSTED : await readMappings(database);
  const volumesOf = ({ by, from, to }: Summary, filter: string | undefined): Promise<VolumesRead> =>
    readVolumes(database, { unit, by, span: { from, to }, filters: parseFilter(filter), scope, mappings, nowMs });
  return {
    before,
    after,
    split: splitOf({
      unit,
      before: { summary: before, volumes: await volumesOf(before, filters.before) },
      after: { summary: after, volumes: await volumesOf(after, filters.after) },
    }),
  };
}
