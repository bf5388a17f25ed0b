// Monthly series forecast a year ahead, with the model chosen along each series and the coverage of its bands: microseconds a series,
// how often the bands held, and how much nearer the chosen one comes than seasonal naive; the same where an installed base grows and
// drivers are known.
import { parseArgs } from 'node:util';
import { type DrivenSeries, driverBased } from '../../src/costing/core/forecast/drivers/driver-model.ts';
import { forecastSeries, usualForecasters } from '../../src/costing/core/forecast/forecast.ts';
import { type Forecaster, seasonalNaive } from '../../src/costing/core/forecast/models.ts';
import { seededRandom } from '../../src/predictor/core/random.ts';

const SERIES = 2_000;
const MONTHS = 60;
const HORIZON = 12;

/** Level, trend, season and noise of each series its own; one in five has months without cost. */
function seriesOf(random: () => number): number[] {
  const level = 50_000 + 5_000_000 * random() ** 3;
  const [trend, swing, noise] = [0.01 * (random() - 0.3), 0.4 * random(), 0.05 + 0.3 * random()];
  const busy = random() < 0.2 ? 0.4 : 1;
  return Array.from({ length: MONTHS + HORIZON }, (_, i) => {
    const season = 1 + swing * Math.sin((2 * Math.PI * i) / 12);
    const spread = 1 + noise * (random() + random() + random() - 1.5);
    return random() < busy ? Math.round(level * (1 + trend * i) * season * spread) : 0;
  });
}

/** A base that grows by jumps, and cost that follows its units: drivers that are known then, cost with noise. */
function drivenOf(random: () => number): { series: number[]; driven: DrivenSeries } {
  const units: { since: number; count: number }[] = [{ since: -24, count: 40 }];
  for (let month = 6; month < MONTHS; month += 4 + Math.floor(20 * random())) {
    units.push({ since: month, count: Math.ceil(60 * random()) });
  }
  const lives = units.map(({ since, count }) => ({ key: 'component', since, ended: null, count }));
  const inService = (month: number): number =>
    units.reduce((sum, { since, count }) => sum + (since < month ? count : 0), 0);
  const series = Array.from({ length: MONTHS + HORIZON }, (_, i) =>
    Math.round(2_000 * inService(i) * (1 + 0.15 * (random() + random() + random() - 1.5))),
  );
  const nothing = series.map(() => 0);
  const hazards = new Map([['component', { kind: 'rate' as const, failures: 30, hours: 1_000_000 }]]);
  const costs = { failure: series, planned: nothing, other: nothing };
  return { series, driven: { firstMonth: 0, costs, base: { units, lives }, hazardsAt: () => hazards } };
}

interface Measured {
  us: number;
  naiveUs: number;
  /** Absolute errors of the months ahead, in the mean cost of a month; and those of seasonal naive. */
  error: number;
  naiveError: number;
  months: number;
  heldMonths: number;
  heldYears: number;
  drivers: number;
}

function measure(all: readonly number[][], forecastersOf: (index: number) => Forecaster[]): Measured {
  const past = all.map((series) => series.slice(0, MONTHS));
  for (const [i, series] of past.slice(0, 50).entries()) forecastSeries(series, HORIZON, forecastersOf(i));
  const naiveFrom = performance.now();
  const naive = past.map((series) => seasonalNaive.forecast(series, HORIZON) ?? []);
  const naiveUs = ((performance.now() - naiveFrom) * 1000) / past.length;
  const from = performance.now();
  const chosen = past.map((series, i) => forecastSeries(series, HORIZON, forecastersOf(i)));
  const us = ((performance.now() - from) * 1000) / past.length;
  const sums = { error: 0, naiveError: 0, months: 0, heldMonths: 0, heldYears: 0, drivers: 0 };
  chosen.forEach((forecast, i) => {
    const came = all[i]?.slice(MONTHS) ?? [];
    const year = came.reduce((sum, value) => sum + value, 0);
    const size = year / HORIZON || 1;
    if (forecast?.model === 'drivers') sums.drivers += 1;
    const total = forecast?.summed.at(-1);
    if (total && year >= total.low && year <= total.high) sums.heldYears += 1;
    forecast?.monthly.forEach(({ low, expected, high }, step) => {
      const value = came[step] ?? 0;
      sums.error += Math.abs(value - expected) / size;
      sums.naiveError += Math.abs(value - (naive[i]?.[step] ?? 0)) / size;
      sums.months += 1;
      if (value >= low && value <= high) sums.heldMonths += 1;
    });
  });
  return { us, naiveUs, ...sums };
}

const rounded = (value: number): number => Math.round(value * 1000) / 1000;

export function run(args: readonly string[]): void {
  const { values } = parseArgs({
    args: [...args],
    options: { series: { type: 'string', default: String(SERIES) }, database: { type: 'string' } },
  });
  const random = seededRandom(1);
  const count = Number(values.series);
  const all = Array.from({ length: count }, () => seriesOf(random));
  const found = measure(all, usualForecasters);
  const cells = Array.from({ length: Math.ceil(count / 10) }, () => drivenOf(random));
  const grown = measure(
    cells.map(({ series }) => series),
    (i) => [...usualForecasters(), ...(cells[i] ? [driverBased(cells[i].driven)] : [])],
  );
  const percent = (share: number): number => Math.round(1000 * share) / 10;
  console.log(`${all.length} series and ${cells.length} growing installed bases of ${MONTHS} months, ${HORIZON} ahead`);
  const figures = {
    seriesUs: rounded(found.us),
    seasonalNaiveUs: rounded(found.naiveUs),
    monthsHeldPercent: percent(found.heldMonths / found.months),
    yearsHeldPercent: percent(found.heldYears / count),
    drivenSeriesUs: rounded(grown.us),
    drivenMonthsHeldPercent: percent(grown.heldMonths / grown.months),
    drivenYearsHeldPercent: percent(grown.heldYears / cells.length),
    driversChosenPercent: percent(grown.drivers / cells.length),
  };
  const ratios = {
    errorToSeasonalNaive: rounded(found.error / found.naiveError),
    drivenErrorToSeasonalNaive: rounded(grown.error / grown.naiveError),
  };
  // Nothing of it asks a database.
  console.log(JSON.stringify({ bench: 'forecast', database: 'none', figures, ratios }));
}
