// How long the components of a product live: a Weibull fit with its intervals, the share alive as it was seen, and the same for
// cohorts of devices of one firmware or components of one lot.
import { Type, type Static } from 'typebox';
import { Code } from '../product.ts';
import { Text } from '../text.ts';
import { Choice, Nullable } from './page.ts';

export const COHORT_KINDS = ['product', 'firmware', 'lot'] as const;

const Interval = Type.Object({ value: Type.Number(), low: Type.Number(), high: Type.Number() });

/** Shape above 1: it ages. Scale: the age in hours by which 63 % have failed. 90 % intervals. */
const Fit = Type.Object({
  shape: Interval,
  scaleHours: Interval,
  /** Age by which half have failed. */
  medianHours: Type.Number(),
});

export const Cohort = Type.Object({
  kind: Choice(COHORT_KINDS),
  /** The firmware or lot; empty for the product as a whole. */
  code: Type.String(),
  failures: Type.Integer(),
  /** Lives that have not ended in failure, or not yet. */
  censored: Type.Integer(),
  /** null: none of them has failed. A cohort's is drawn to that of the whole product where its failures are few. */
  fit: Nullable(Fit),
});
export type Cohort = Static<typeof Cohort>;

export const SurvivalPoint = Type.Object({
  hours: Type.Number(),
  alive: Type.Number(),
  low: Type.Number(),
  high: Type.Number(),
});
export type SurvivalPoint = Static<typeof SurvivalPoint>;

/** What age means to a component that has come to it; 90 % intervals. */
export const AtAge = Type.Object({
  hours: Type.Number(),
  /** Failures a component and year at that age. */
  hazardPerYear: Interval,
  /** Mean hours left of those that have come to it. */
  meanLeftHours: Interval,
});
export type AtAge = Static<typeof AtAge>;

/** How long such components were watched, and what that says where none has failed. */
export const Watched = Type.Object({
  years: Type.Number(),
  /** With 95 % confidence no more failures a component and year than this; null: some have failed, or nothing was watched. */
  atMostPerYear: Nullable(Type.Number()),
  /** Middle age of those in use. */
  typicalAgeHours: Nullable(Type.Number()),
});
export type Watched = Static<typeof Watched>;

export const ComponentSurvival = Type.Object({
  component: Code,
  name: Text,
  cohorts: Type.Array(Cohort),
  /** R(age) of the whole product's fit with its 90 % interval; empty without a fit. */
  fitted: Type.Array(SurvivalPoint),
  /** The product-limit estimate: one step per age at which something failed. */
  seen: Type.Array(SurvivalPoint),
  watched: Watched,
  /** By age, the typical one of today first; empty without a fit. */
  atAges: Type.Array(AtAge),
});
export type ComponentSurvival = Static<typeof ComponentSurvival>;

export const ProductSurvival = Type.Object({ product: Code, components: Type.Array(ComponentSurvival) });
export type ProductSurvival = Static<typeof ProductSurvival>;
