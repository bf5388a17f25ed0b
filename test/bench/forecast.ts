// Monthly series forecast a year ahead, with the model chosen along each series and the coverage of its bands: microseconds a series
// against seasonal naive without choice, band or measure, and how much nearer the chosen one comes.
import { parseArgs } from 'node:util';
import { forecastSeries } from '../../src/costing/core/forecast/forecast.ts';
import { seasonalNaive } from '../../src/costing/core/forecast/models.ts';
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

export function run(args: readonly string[]): void {
  const { values } = parseArgs({ args: [...args], options: { series: { type: 'string', default: String(SERIES) } } });
  const random = seededRandom(1);
  const all = Array.from({ length: Number(values.series) }, () => seriesOf(random));
  const past = all.map((series) => series.slice(0, MONTHS));
  for (const series of past.slice(0, 50)) forecastSeries(series, HORIZON);
  const naiveFrom = performance.now();
  const naive = past.map((series) => seasonalNaive.forecast(series, HORIZON) ?? []);
  const naiveUs = ((performance.now() - naiveFrom) * 1000) / past.length;
  const from = performance.now();
  const chosen = past.map((series) => forecastSeries(series, HORIZON));
  const us = ((performance.now() - from) * 1000) / past.length;
  let [chosenError, naiveError, held, said, heldBefore, saidBefore] = [0, 0, 0, 0, 0, 0];
  chosen.forEach((forecast, i) => {
    const came = all[i]?.slice(MONTHS) ?? [];
    const size = came.reduce((sum, value) => sum + value, 0) / HORIZON || 1;
    heldBefore += forecast?.coverage.held ?? 0;
    saidBefore += forecast?.coverage.n ?? 0;
    forecast?.monthly.forEach(({ low, expected, high }, step) => {
      const value = came[step] ?? 0;
      chosenError += Math.abs(value - expected) / size;
      naiveError += Math.abs(value - (naive[i]?.[step] ?? 0)) / size;
      said += 1;
      if (value >= low && value <= high) held += 1;
    });
  });
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  console.log(`${past.length} series of ${MONTHS} months, ${HORIZON} ahead`);
  console.log(
    `chosen, with bands and coverage: ${us.toFixed(0)} us a series; seasonal naive alone: ${naiveUs.toFixed(2)} us`,
  );
  console.log(`mean absolute error against seasonal naive's: ${(chosenError / naiveError).toFixed(3)}`);
  console.log(
    `80 % bands held ${percent(held / said)} of the months ahead; said of themselves ${percent(heldBefore / saidBefore)}`,
  );
}
