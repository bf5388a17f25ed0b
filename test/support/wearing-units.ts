// Units that wear out: two sensors drift ever faster towards the end, one is noise, one never moves; the conditions jump
// between three set points that shift every sensor.
import type { Run } from '../../src/predictor/core/remaining-life/run.ts';
import { seededRandom } from '../../src/predictor/core/random.ts';

export const WEARING_SHAPE = { conditions: 2, sensors: 4 };
const SET_POINTS = [
  [0, 100],
  [20, 60],
  [42, 40],
] as const;

export function wearingUnits(count: number, seed: number): Run[] {
  const random = seededRandom(seed);
  const noise = (): number => random() + random() + random() - 1.5;
  return Array.from({ length: count }, (_, unit) => {
    const steps = 60 + Math.floor(random() * 60);
    const [conditions, sensors]: [number[], number[]] = [[], []];
    for (let step = 0; step < steps; step++) {
      const [height, throttle] = SET_POINTS[Math.floor(random() * 3)] as (typeof SET_POINTS)[number];
      const wear = Math.exp((step - steps) / 20);
      conditions.push(height + 0.001 * noise(), throttle);
      sensors.push(600 + height + 5 * wear + 0.4 * noise(), 20 - throttle / 10 - 2 * wear + 0.2 * noise(), noise(), 7);
    }
    return {
      id: String(unit + 1),
      steps,
      usage: Float64Array.from({ length: steps }, (_step, step) => step + 1),
      conditions: Float64Array.from(conditions),
      sensors: Float64Array.from(sensors),
    };
  });
}

/** The first steps of a run, as a unit under way has shown them. */
export const firstSteps = (run: Run, steps: number): Run => ({
  id: run.id,
  steps,
  usage: run.usage.slice(0, steps),
  conditions: run.conditions.slice(0, steps * WEARING_SHAPE.conditions),
  sensors: run.sensors.slice(0, steps * WEARING_SHAPE.sensors),
});
