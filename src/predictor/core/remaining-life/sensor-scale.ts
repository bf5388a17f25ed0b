// Brings sensors to one scale: how many standard deviations a value lies from the mean of its regime, as training saw it.
// A sensor that never moves within any regime says nothing and is left out.
import { regimeOf, UNSEEN, type Regimes } from './regimes.ts';
import type { Run } from './run.ts';

export interface SensorScale {
  /** Sensors that say something, by their place in the reading. */
  readonly used: readonly number[];
  /** By regime, then by used sensor. */
  readonly means: readonly (readonly number[])[];
  readonly deviations: readonly (readonly number[])[];
}

/** A spread below this share of the value itself is the rounding of a constant. */
const CONSTANT = 1e-7;

export function scaleSensors(
  runs: readonly Run[],
  regimes: Regimes,
  shape: { conditions: number; sensors: number },
): SensorScale {
  const sums = regimes.centres.map(() => Array.from({ length: shape.sensors }, () => ({ n: 0, mean: 0, square: 0 })));
  for (const run of runs) {
    for (let step = 0; step < run.steps; step++) {
      const regime = regimeOf(regimes, run.conditions, step * shape.conditions);
      if (regime === UNSEEN) continue;
      for (let sensor = 0; sensor < shape.sensors; sensor++) {
        const value = run.sensors[step * shape.sensors + sensor] as number;
        if (!Number.isFinite(value)) continue;
        const sum = (sums[regime] as { n: number; mean: number; square: number }[])[sensor] as (typeof sums)[0][0];
        sum.n += 1;
        const delta = value - sum.mean;
        sum.mean += delta / sum.n;
        sum.square += delta * (value - sum.mean);
      }
    }
  }
  const deviations = sums.map((bySensor) =>
    bySensor.map(({ n, mean, square }) => {
      const deviation = n < 2 ? 0 : Math.sqrt(square / (n - 1));
      return deviation > CONSTANT * Math.abs(mean) ? deviation : 0;
    }),
  );
  const used = Array.from({ length: shape.sensors }, (_, sensor) => sensor).filter((sensor) =>
    deviations.some((bySensor) => (bySensor[sensor] as number) > 0),
  );
  const pick = (rows: number[][]): number[][] => rows.map((row) => used.map((sensor) => row[sensor] as number));
  return { used, means: pick(sums.map((row) => row.map(({ mean }) => mean))), deviations: pick(deviations) };
}

/** Fills `into`, one number for each used sensor; NaN where the sensor or the regime says nothing. */
export function scaled(
  scale: SensorScale,
  regime: number,
  sensors: Float64Array,
  offset: number,
  into: Float64Array,
): void {
  for (let index = 0; index < scale.used.length; index++) {
    const deviation = regime === UNSEEN ? 0 : (scale.deviations[regime]?.[index] as number);
    const value = sensors[offset + (scale.used[index] as number)] as number;
    into[index] = deviation > 0 ? (value - (scale.means[regime]?.[index] as number)) / deviation : Number.NaN;
  }
}
