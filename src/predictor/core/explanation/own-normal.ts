// What is normal for the unit of an alert, worked out from how far its contributor is off. Pure.
import type { Contributor } from '../../../contracts/http/devices.ts';
import type { Metric } from '../../../contracts/product.ts';
import { SETTINGS } from '../settings.ts';

export interface OwnNormal {
  min: number;
  max: number;
  expected: number;
}

/** `null` where no contributor says it: a rule has a limit and no deviation, another name is not about the level. */
export function ownNormalOf(
  { code, name, plausibleMin, plausibleMax }: Pick<Metric, 'code' | 'name' | 'plausibleMin' | 'plausibleMax'>,
  contributors: readonly Contributor[],
): OwnNormal | null {
  // A metric that only became unsteady contributes its scatter, under a name of its own: that is no level to draw.
  const found = contributors.find((one) => one.metric === code && one.name.en === name.en);
  if (!found || found.sigma === 0 || found.value === found.expected) return null;
  const limit = SETTINGS.limitSigma * Math.abs((found.value - found.expected) / found.sigma);
  return {
    // Symmetric in theory; a rate, say, is never below zero.
    min: Math.max(found.expected - limit, plausibleMin ?? -Infinity),
    max: Math.min(found.expected + limit, plausibleMax ?? Infinity),
    expected: found.expected,
  };
}
