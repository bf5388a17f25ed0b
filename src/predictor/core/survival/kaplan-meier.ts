// The share of components still alive by age as it was seen, without any distribution: the product-limit estimate, with lives
// that came under watch late and lives that have not ended.
import type { Life } from './weibull.ts';

export interface SurvivalStep {
  hours: number;
  alive: number;
  /** 90 % interval (Greenwood, on the log-log scale). */
  low: number;
  high: number;
  /** Under watch just before this age. */
  atRisk: number;
}

const Z95 = 1.6448536269514722;

/** One step per age at which something failed, youngest first. */
export function survivalSteps(lives: readonly Life[]): SurvivalStep[] {
  const ages = [...new Set(lives.flatMap(({ toHours, failed }) => (failed ? [toHours] : [])))].sort((a, b) => a - b);
  const steps: SurvivalStep[] = [];
  let alive = 1;
  let spread = 0;
  for (const hours of ages) {
    let atRisk = 0;
    let failures = 0;
    for (const life of lives) {
      if (life.fromHours < hours && life.toHours >= hours) atRisk++;
      if (life.failed && life.toHours === hours) failures++;
    }
    if (atRisk === 0) continue;
    alive *= 1 - failures / atRisk;
    spread += failures / (atRisk * Math.max(1, atRisk - failures));
    steps.push({ hours, alive, ...intervalOf(alive, spread), atRisk });
  }
  return steps;
}

function intervalOf(alive: number, spread: number): { low: number; high: number } {
  if (alive <= 0 || alive >= 1) return { low: alive, high: alive };
  const wide = Math.exp((Z95 * Math.sqrt(spread)) / Math.abs(Math.log(alive)));
  return { low: alive ** wide, high: alive ** (1 / wide) };
}

/** Age by which half have failed; null when more than half were still alive at the end. */
export const medianLife = (steps: readonly SurvivalStep[]): number | null =>
  steps.find(({ alive }) => alive <= 0.5)?.hours ?? null;
