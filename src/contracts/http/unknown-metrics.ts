// Names that devices send and their products do not have: of one device with its values, and of the fleet by product.
import { Type, type Static } from 'typebox';
import { Code } from '../product.ts';
import { Choice, Instant, Nullable, PageQuery } from './page.ts';

/** Stored under their own name, or neither number, truth nor state and so not stored. */
const Problem = Choice(['unknown', 'unsupported-type']);

export const UnknownMetric = Type.Object({
  metric: Type.String(),
  problem: Problem,
  /** UCUM; empty when the device gave none. */
  unit: Type.String(),
  firstAt: Instant,
  lastAt: Nullable(Instant),
  value: Nullable(Type.Number()),
  label: Type.Optional(Type.String()),
  readingsLastDay: Type.Integer(),
});
export type UnknownMetric = Static<typeof UnknownMetric>;

export const UnknownMetricQuery = Type.Interface([PageQuery], { product: Type.Optional(Code) });
export type UnknownMetricQuery = Static<typeof UnknownMetricQuery>;

export const FleetUnknownMetric = Type.Object({
  product: Code,
  metric: Type.String(),
  problem: Problem,
  devices: Type.Integer(),
  /** One of them, to look at. */
  exampleDevice: Code,
  firstAt: Instant,
});
export type FleetUnknownMetric = Static<typeof FleetUnknownMetric>;
