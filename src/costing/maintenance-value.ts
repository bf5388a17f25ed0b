// Preventive against reactive, by month and by any dimension, and what acting on predictions was worth (domain: measures).
// Cost is that of the pivot, told apart by kind of maintenance; planned costs are what the jobs really cost; what the
// failure would have cost is the estimate the trigger used.
import type { Scope } from '../contracts/access.ts';
import type { CostElement, Dimension } from '../contracts/costs.ts';
import type { Summary } from '../contracts/http/costs.ts';
import type { MaintenanceValue, ValueCost, ValueGroup, ValueQuery } from '../contracts/http/maintenance-value.ts';
import { minorOf } from '../contracts/money.ts';
import { Problem } from '../contracts/problems.ts';
import { boundsOf, type EpochMs, type Period } from '../contracts/time.ts';
import { parseDimensions, parseFilter, parsePeriods } from './core/cost-query.ts';
import { countOfPeriods, periodsBetween } from './core/periods.ts';
import { countHours, type DeviceHoursRow, readDeviceHours } from './device-hours.ts';
import { conditionOf } from './dimension-columns.ts';
import { readMappings } from './dimension-mappings.ts';
import type { Economics } from './economics.ts';
import { labellerFor } from './labels.ts';
import {
  filtersOfDevices,
  isOfDevices,
  type JobCount,
  keyOfPosted,
  readJobCounts,
  refuseCostOnly,
  type ValueQuestion,
} from './maintenance-jobs.ts';
import { addValues, costOf, createValueLedger, NO_VALUE, partOfKind, type ValueLedger } from './maintenance-sides.ts';
import { comparedView, type ComparedSums } from './maintenance-value-views.ts';
import { type PredictedOutcome, predictedOutcomes } from './predicted-outcomes.ts';
import { costSummary, type SummaryDefaults, type SummarySources } from './summary.ts';

/** Longer than anybody looks back month by month. */
const MONTHS_LIMIT = 120;

export interface MaintenanceValueOptions extends SummarySources {
  economics: Economics;
  defaults: SummaryDefaults;
  nowMs: EpochMs;
}

/** Everything that is compared, before it is cut by month or group. */
interface Gathered {
  question: ValueQuestion;
  periods: readonly Period[];
  jobs: readonly JobCount[];
  hours: readonly DeviceHoursRow[];
  outcomes: readonly PredictedOutcome[];
}

function readHours(question: ValueQuestion, periods: readonly Period[], { database, nowMs }: MaintenanceValueOptions) {
  const { by, filters, scope, mappings } = question;
  return readDeviceHours(database, {
    spans: periods.map(boundsOf),
    by: by.filter(isOfDevices),
    condition: (before) => conditionOf(filtersOfDevices(filters), scope, before, mappings),
    nowMs,
  });
}

/** The rows of a pivot told apart by kind of maintenance and element, under the key of what else it was cut by. */
function ledgerOf(summary: Summary, costs: ValueCost, keyOf: (keys: Summary['rows'][number]['keys']) => string) {
  const ledger = createValueLedger();
  for (const { keys, direct, total } of summary.rows) {
    const minor = minorOf(costs === 'direct' ? direct : total) ?? 0n;
    const part = partOfKind(keys['maintenance-kind'] ?? null);
    if (minor !== 0n) ledger.addCost(keyOf(keys), part, keys['element'] as CostElement, minor);
  }
  return ledger;
}

function addJobs(ledger: ValueLedger, jobs: readonly JobCount[], keyOf: (count: JobCount) => string): ValueLedger {
  for (const count of jobs) {
    ledger.addJobs(keyOf(count), partOfKind(count.kind), count.jobs, count.downtimeMinutes);
  }
  return ledger;
}

const groupKey = (by: readonly Dimension[], keys: Readonly<Record<string, string | null>>): string =>
  JSON.stringify(by.map((dimension) => keys[dimension] ?? null));

function monthsOf({ periods, hours, outcomes }: Gathered, ledger: ValueLedger): (ComparedSums & { period: Period })[] {
  return periods.map((period, span) => ({
    period,
    sums: ledger.of(period),
    hours: countHours(hours.filter((row) => row.span === span)),
    outcomes: outcomes.filter((outcome) => outcome.period === period),
  }));
}

interface Group extends ComparedSums {
  keys: Record<string, string | null>;
}

/** Groups that cost anything, had a job, or, where only devices are told apart, have a device. */
function groupsOf(
  { question, jobs, hours, outcomes }: Gathered,
  ledger: ValueLedger,
  costed: readonly string[],
): Group[] {
  const { by, mappings } = question;
  const byDevices = by.filter(isOfDevices);
  const hoursByKey = new Map<string, DeviceHoursRow[]>();
  for (const row of hours) {
    const key = keyOfPosted(byDevices, row.values, mappings);
    hoursByKey.set(key, [...(hoursByKey.get(key) ?? []), row]);
  }
  const withDevices = byDevices.length === by.length ? hoursByKey.keys() : [];
  const found = new Set([...costed, ...jobs.map(({ key }) => key), ...withDevices]);
  return [...found].sort().map((key) => {
    const values = JSON.parse(key) as (string | null)[];
    const keys = Object.fromEntries(by.map((dimension, index) => [dimension, values[index] ?? null]));
    return {
      keys,
      sums: ledger.of(key),
      hours: countHours(hoursByKey.get(groupKey(byDevices, keys)) ?? []),
      outcomes: outcomes.filter((outcome) => outcome.key === key),
    };
  });
}

const bySides = (a: Group, b: Group): number => {
  const [left, right] = [a, b].map(({ sums }) => costOf(sums.preventive) + costOf(sums.reactive)) as [bigint, bigint];
  return left === right ? 0 : left > right ? -1 : 1;
};

async function groupViews(
  gathered: Gathered,
  summary: Summary,
  costs: ValueCost,
  options: MaintenanceValueOptions,
): Promise<ValueGroup[]> {
  const { by, currency } = gathered.question;
  const ledger = addJobs(
    ledgerOf(summary, costs, (keys) => groupKey(by, keys)),
    gathered.jobs,
    ({ key }) => key,
  );
  const groups = groupsOf(gathered, ledger, [...new Set(summary.rows.map(({ keys }) => groupKey(by, keys)))]);
  const label = await labellerFor(
    options.database,
    by,
    groups.map(({ keys }) => keys),
  );
  return groups.toSorted(bySides).map((group) => ({
    keys: group.keys,
    labels: Object.fromEntries(by.map((dimension) => [dimension, label(dimension, group.keys[dimension] ?? null)])),
    ...comparedView(group, currency),
  }));
}

async function questionOf(
  query: ValueQuery,
  scope: Scope,
  { database, defaults }: MaintenanceValueOptions,
): Promise<ValueQuestion> {
  const question = {
    by: parseDimensions(query.by ?? ''),
    span: parsePeriods(query.period, defaults.period),
    currency: query.currency ?? defaults.currency,
    scope,
    filters: parseFilter(query.filter),
    mappings: await readMappings(database),
  };
  refuseCostOnly(question);
  if (countOfPeriods(question.span.from, question.span.to) > MONTHS_LIMIT) {
    throw new Problem('refused', `More than ${MONTHS_LIMIT} months; ask for a shorter period`);
  }
  return question;
}

export async function maintenanceValue(
  query: ValueQuery,
  scope: Scope,
  options: MaintenanceValueOptions,
): Promise<MaintenanceValue> {
  const { database, defaults } = options;
  const { by: _, cost: costs = 'full', ...asked } = query;
  const question = await questionOf(query, scope, options);
  const { by, span, currency } = question;
  const summaryBy = (...dimensions: Dimension[]): Promise<Summary> =>
    costSummary(options, { ...asked, by: [...dimensions, 'maintenance-kind', 'element'].join(',') }, scope, defaults);
  const byMonth = await summaryBy('period');
  const periods = periodsBetween(span.from, span.to);
  const gathered: Gathered = {
    question,
    periods,
    jobs: await readJobCounts(database, question),
    hours: await readHours(question, periods, options),
    outcomes: await predictedOutcomes(database, question, options.economics),
  };
  const monthly = addJobs(
    ledgerOf(byMonth, costs, (keys) => keys['period'] ?? ''),
    gathered.jobs,
    ({ period }) => period,
  );
  const months = monthsOf(gathered, monthly);
  const whole: ComparedSums = {
    sums: months.map(({ sums }) => sums).reduce(addValues, NO_VALUE),
    hours: countHours(gathered.hours),
    outcomes: gathered.outcomes,
  };
  return {
    currency,
    costs,
    months: months.map((month) => ({ period: month.period, ...comparedView(month, currency) })),
    by: [...by],
    groups: by.length === 0 ? [] : await groupViews(gathered, await summaryBy(...by), costs, options),
    ...comparedView(whole, currency),
    exchange: byMonth.exchange,
    notConverted: byMonth.notConverted,
  };
}
