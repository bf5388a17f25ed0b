// The newest value of every metric of many devices at once, by column.
import { Type, type Static } from 'typebox';
import { Code } from '../product.ts';
import { Nullable } from './page.ts';

/** Devices in one answer. */
export const MAX_FLEET_DEVICES = 20_000;
const MAX_METRICS = 50;

export const FleetLatestQuery = Type.Object({
  /** Only these; repeat it for several. */
  metric: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 64 }), { maxItems: MAX_METRICS })),
  product: Type.Optional(Code),
  /** The last device of the page before. */
  cursor: Type.Optional(Code),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MAX_FLEET_DEVICES, default: MAX_FLEET_DEVICES })),
});
export type FleetLatestQuery = Static<typeof FleetLatestQuery>;

export const FleetLatestValues = Type.Object({
  /** Ids, ascending; the columns refer to them by place. */
  devices: Type.Array(Code),
  metrics: Type.Array(
    Type.Object({
      metric: Type.String(),
      /** Columns of equal length; a device that never sent the metric is not in them. */
      device: Type.Array(Type.Integer()),
      /** Epoch ms. */
      at: Type.Array(Type.Integer()),
      value: Type.Array(Type.Number()),
      quality: Type.Array(Type.Integer()),
      /** Code -> label of a state metric. */
      labels: Nullable(Type.Record(Type.String(), Type.String())),
    }),
  ),
  next: Nullable(Type.String()),
});
export type FleetLatestValues = Static<typeof FleetLatestValues>;
