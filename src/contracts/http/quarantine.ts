// Payloads that were refused and are held whole: looked at, counted, mended by a mapping, let in again or discarded.
import { Type, type Static } from 'typebox';
import { PayloadMapping } from '../payload-mapping.ts';
import { Code } from '../product.ts';
import { Choice, Day, Instant, Nullable, PageQuery } from './page.ts';

export const QUARANTINE_STATES = ['held', 'replayed', 'discarded'] as const;
export type QuarantineState = (typeof QUARANTINE_STATES)[number];

export const Quarantined = Type.Object({
  id: Type.Integer(),
  device: Type.String(),
  topic: Type.String(),
  reason: Type.String(),
  detail: Type.String(),
  receivedAt: Instant,
  /** How often the device has sent it. */
  seen: Type.Integer(),
  state: Choice(QUARANTINE_STATES),
  bytes: Type.Integer(),
  /** The payload as text where it is UTF-8, else base64; cut at 4 KiB. */
  preview: Type.String(),
  decidedAt: Nullable(Instant),
  decidedBy: Nullable(Type.String()),
  note: Nullable(Type.String()),
});
export type Quarantined = Static<typeof Quarantined>;

/** One entry to be looked at: JSON set out in lines, other text as it is, anything else in hexadecimal. */
export const QuarantinedDetail = Type.Interface([Quarantined], {
  format: Choice(['json', 'text', 'hex']),
  body: Type.String(),
  /** The body ends before the payload does. */
  isCut: Type.Boolean(),
});
export type QuarantinedDetail = Static<typeof QuarantinedDetail>;

const filter = {
  state: Type.Optional(Choice(QUARANTINE_STATES)),
  device: Type.Optional(Type.String({ minLength: 1, maxLength: 64, pattern: '^[^\\u0000]*$' })),
  product: Type.Optional(Code),
  reason: Type.Optional(Code),
  from: Type.Optional(Instant),
  to: Type.Optional(Instant),
};
export const QuarantineFilter = Type.Object(filter);
export type QuarantineFilter = Static<typeof QuarantineFilter>;
export const QuarantineQuery = Type.Interface([PageQuery], filter);
export type QuarantineQuery = Static<typeof QuarantineQuery>;

const Count = { entries: Type.Integer(), seen: Type.Integer() };
export const QuarantineSummary = Type.Object({
  byState: Type.Array(
    Type.Object({ state: Choice(QUARANTINE_STATES), entries: Type.Integer(), bytes: Type.Integer() }),
  ),
  byReason: Type.Array(Type.Object({ reason: Type.String(), devices: Type.Integer(), ...Count })),
  /** The devices with the most entries. */
  byDevice: Type.Array(Type.Object({ device: Type.String(), ...Count })),
  /** The last days (UTC). */
  byDay: Type.Array(Type.Object({ day: Day, entries: Type.Integer() })),
  /** Deleted by limits of age and size in the last 30 days. */
  trimmed: Type.Array(
    Type.Object({ state: Type.String(), cause: Type.String(), entries: Type.Integer(), bytes: Type.Integer() }),
  ),
});
export type QuarantineSummary = Static<typeof QuarantineSummary>;

export const BulkDiscard = Type.Object({
  filter: QuarantineFilter,
  note: Type.String({ minLength: 1, maxLength: 500, pattern: '\\S' }),
});
export const BulkReplay = Type.Object({ filter: QuarantineFilter });
export const Discard = Type.Object({ note: Type.Optional(Type.String({ maxLength: 500, pattern: '^[^\\u0000]*$' })) });

/** Of a product or of one device, never both. */
const target = { product: Type.Optional(Code), device: Type.Optional(Code) };
export const NewMapping = Type.Object({
  ...target,
  mapping: PayloadMapping,
  note: Type.String({ minLength: 1, maxLength: 500, pattern: '\\S' }),
});
export type NewMapping = Static<typeof NewMapping>;
export const MappingTrial = Type.Object({ ...target, mapping: PayloadMapping });
export type MappingTrial = Static<typeof MappingTrial>;
export const MappingQuery = Type.Interface([PageQuery], target);
export type MappingQuery = Static<typeof MappingQuery>;

export const MappingVersion = Type.Object({
  id: Type.Integer(),
  product: Nullable(Code),
  device: Nullable(Code),
  version: Type.Integer(),
  mapping: PayloadMapping,
  note: Type.String(),
  createdAt: Instant,
  createdBy: Type.String(),
  /** The newest of its product or device; an empty one mends nothing. */
  isInForce: Type.Boolean(),
});
export type MappingVersion = Static<typeof MappingVersion>;

export const MappingPreview = Type.Object({
  /** Held telemetry that was tried: the newest, up to the limit. */
  tried: Type.Integer(),
  repaired: Type.Integer(),
  /** Why the rest still does not fit. */
  remaining: Type.Array(Type.Object({ reason: Type.String(), entries: Type.Integer() })),
  examples: Type.Array(
    Type.Object({ id: Type.Integer(), before: Type.String(), after: Type.String(), refusal: Nullable(Type.String()) }),
  ),
});
export type MappingPreview = Static<typeof MappingPreview>;
