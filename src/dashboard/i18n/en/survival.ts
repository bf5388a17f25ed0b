// Words of component life on the models screen.
import type { Cohort } from '../../../contracts/http/survival.ts';

export const survival = {
  title: 'Component life',
  hint: 'Weibull fit with its 90 % band over the share alive as it was seen',
  product: 'Product',
  cohort: 'Cohort',
  kind: { product: 'All devices', firmware: 'Firmware', lot: 'Lot' } satisfies Record<Cohort['kind'], string>,
  failures: 'Failed',
  censored: 'Not failed',
  shape: 'Shape',
  shapeHint: 'Above 1 it ages: the older, the likelier to fail; 1 is chance; below 1 it fails when new',
  median: 'Half failed by',
  days: (n: string) => `${n} d`,
  age: 'Age, days',
  alive: 'Alive',
  chart: (component: string) => `Share of ${component} alive by age`,
  noFailures: (component: string, n: string) => `${component}: none of ${n} has failed; there is no fit yet`,
  atMost: (years: string, share: string) =>
    `Watched for ${years} years in all: with 95 % confidence fewer than ${share} fail a year.`,
  atAge: 'At the age of',
  typicalAge: 'typical today',
  hazard: 'Failures a year',
  hazardHint: 'How often a component of this age fails, a component and year; 90 % interval',
  meanLeft: 'Life left, mean',
  meanLeftHint: 'Of those that have come to this age; 90 % interval',
  none: 'No component of this product has failed yet. Confirmed findings of corrective jobs make lives known.',
};
