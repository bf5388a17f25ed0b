// Allocation of shared cost: pools, the cycle versions that say how they are shared out, and the runs that did it.
import { Type, type Static } from 'typebox';
import { COST_ELEMENTS, DIMENSIONS } from '../costs.ts';
import { Currency, Money } from '../money.ts';
import { Code } from '../product.ts';
import { Text } from '../text.ts';
import { Choice, Instant, Nullable, PageQuery } from './page.ts';

const Month = Type.String({ pattern: '^[1-9]\\d{3}-(0[1-9]|1[0-2])$' });

export const Pool = Type.Object({ code: Code, name: Text });
export type Pool = Static<typeof Pool>;

/** Statistical key figures that shared cost can follow. */
export const DRIVERS = [
  'work-order-hours',
  'visits',
  'installed-devices',
  'parts-value',
  'contract-revenue',
  'remote-minutes',
  'scan-hours',
  'scan-count',
  'exposures',
  'treatments',
  'alarm-count',
] as const;
export type Driver = (typeof DRIVERS)[number];

/** What a driver read in a period; `unknown` are devices in service that told nothing of it: not the same as zero. */
export const DriverReading = Type.Object({
  driver: Choice(DRIVERS),
  name: Text,
  unit: Type.String(),
  source: Text,
  currency: Nullable(Currency),
  total: Type.Number(),
  n: Type.Integer(),
  unknown: Type.Array(Type.String()),
});
export type DriverReading = Static<typeof DriverReading>;

export const DriversQuery = Type.Object({
  period: Type.Optional(Month),
  driver: Type.Optional({
    ...Choice(DRIVERS),
    description: 'this one, in use or not; absent: those of the cycle in force',
  }),
});
export type DriversQuery = Static<typeof DriversQuery>;

const ReceiverFilter = Type.Partial(
  Type.Object(
    Object.fromEntries(DIMENSIONS.map((d) => [d, Type.Array(Type.String(), { minItems: 1, maxItems: 200 })])),
  ),
  { description: 'dimension -> codes; a receiver must match one of each' },
);
export type ReceiverFilter = Static<typeof ReceiverFilter>;

/** A value that a filter of receivers may name. */
export const ReceiverValue = Type.Object({ code: Type.String(), name: Text });
export type ReceiverValue = Static<typeof ReceiverValue>;
export const ReceiverValuesQuery = Type.Interface([PageQuery], {
  dimension: Choice(DIMENSIONS),
  search: Type.Optional(Type.String({ maxLength: 100, description: 'part of a code or name' })),
});
export type ReceiverValuesQuery = Static<typeof ReceiverValuesQuery>;

export const PoolService = Type.Object(
  {
    pool: Code,
    share: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1, multipleOf: 0.000001 })),
    quantity: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1e9, multipleOf: 0.001 })),
  },
  {
    description:
      'what another pool uses: a share of all output, or a quantity in the unit of the driver; one of the two',
  },
);
export type PoolService = Static<typeof PoolService>;

export const Activity = Type.Object({
  driver: Choice(DRIVERS),
  minutes: Type.Number({ exclusiveMinimum: 0, maximum: 1e6, multipleOf: 0.001, description: 'per unit of the driver' }),
  filter: Type.Optional(ReceiverFilter),
});
export type Activity = Static<typeof Activity>;

export const AllocationSegment = Type.Object({
  pool: Code,
  driver: Type.Optional(Choice(DRIVERS)),
  filter: Type.Optional(ReceiverFilter),
  services: Type.Optional(Type.Array(PoolService, { maxItems: 200 })),
  capacityMinutes: Type.Optional(
    Type.Number({
      exclusiveMinimum: 0,
      maximum: 1e8,
      description: 'practical capacity a month, for time-driven costing',
    }),
  ),
  activities: Type.Optional(Type.Array(Activity, { minItems: 1, maxItems: 20, description: 'the time equation' })),
});
export type AllocationSegment = Static<typeof AllocationSegment>;

export const ALLOCATION_METHODS = ['direct', 'step-down', 'reciprocal', 'activity-based'] as const;
export type AllocationMethod = (typeof ALLOCATION_METHODS)[number];

/** Most segments of a cycle: a pool has one. */
export const SEGMENT_LIMIT = 2000;

export const NewAllocationCycle = Type.Object({
  code: Code,
  version: Type.Integer({ minimum: 1, maximum: 1_000_000 }),
  effectiveFrom: Month,
  effectiveTo: Type.Optional(Nullable(Month)),
  method: Choice(ALLOCATION_METHODS),
  closeFirst: Type.Optional(
    Type.Array(Code, { maxItems: SEGMENT_LIMIT, description: 'step-down: these pools close first, in this order' }),
  ),
  segments: Type.Array(AllocationSegment, { minItems: 1, maxItems: SEGMENT_LIMIT }),
});
export type NewAllocationCycle = Static<typeof NewAllocationCycle>;

export const AllocationCycle = Type.Interface([NewAllocationCycle], {
  author: Type.String(),
  createdAt: Instant,
  /** null: a draft, which counts for nothing until a second person has put it in force. */
  activatedBy: Nullable(Type.String()),
  activatedAt: Nullable(Instant),
  /** Set: a draft that was taken back; it is never put in force. */
  withdrawnBy: Nullable(Type.String()),
  withdrawnAt: Nullable(Instant),
});
export type AllocationCycle = Static<typeof AllocationCycle>;

export const CYCLE_PROBLEMS = [
  'unknown-pool',
  'pool-twice',
  'closed-twice',
  'ends-before-it-begins',
  'nobody-receives',
  'service-not-clear',
  'shares-over-one',
  'loop-without-exit',
  'zero-driver',
  'overlapping-validity',
  'newer-in-force',
  'period-closed',
  'period-closing',
  'month-under-way',
  'no-capacity',
  'over-capacity',
  'no-segment',
  'unknown-receiver',
  'negative-driver',
  'credit',
] as const;
export const CycleProblem = Type.Object({
  code: Choice(CYCLE_PROBLEMS),
  pool: Nullable(Type.String()),
  /** What is wrong and what to do. */
  detail: Text,
  /** Blocking ones keep the version from being put in force. */
  blocking: Type.Boolean(),
});
export type CycleProblem = Static<typeof CycleProblem>;
export const CycleValidation = Type.Object({ period: Type.String(), problems: Type.Array(CycleProblem) });
export type CycleValidation = Static<typeof CycleValidation>;

/** Why cost stays in a pool. */
export const WHY_UNALLOCATED = [
  'no-rules',
  'no-segment',
  'loop',
  'zero-driver',
  'nobody-receives',
  'on-its-way',
] as const;
export type WhyUnallocated = (typeof WHY_UNALLOCATED)[number];
export const UnallocatedPool = Type.Object({
  pool: Type.String(),
  label: Text,
  amount: Money,
  why: Choice(WHY_UNALLOCATED),
  loop: Type.Array(Type.String(), { description: 'pools that serve only each other, in their order' }),
  /** The reason and what to do. */
  detail: Text,
});
export type UnallocatedPool = Static<typeof UnallocatedPool>;

export const AllocationRun = Type.Object({
  id: Type.Integer(),
  cycle: Code,
  version: Type.Integer(),
  period: Type.String(),
  status: Choice(['provisional', 'final']),
  computedAt: Instant,
  /** Set: a later run stands in its place. */
  supersededAt: Nullable(Instant),
});
export type AllocationRun = Static<typeof AllocationRun>;

/** own + received = sent + placed + unallocated + unused, and `difference` is zero. */
const Conservation = Type.Object({
  own: Money,
  received: Money,
  sent: Money,
  placed: Money,
  unallocated: Money,
  unused: Money,
  difference: Money,
  receivers: Type.Integer(),
});
export const PoolProof = Type.Interface([Conservation], {
  pool: Type.String(),
  label: Text,
  element: Choice(COST_ELEMENTS),
  currency: Currency,
});
export type PoolProof = Static<typeof PoolProof>;
export const PoolFlow = Type.Object({
  from: Type.String(),
  to: Type.String(),
  element: Choice(COST_ELEMENTS),
  amount: Money,
});
export const RunProof = Type.Interface([AllocationRun], {
  hash: Type.String({ description: 'of all amounts; a repeated run gives the same' }),
  loops: Type.Array(Type.Array(Type.String())),
  drivers: Type.Array(DriverReading),
  /** One a currency: in = out, flows between pools cancelled out. */
  totals: Type.Array(Type.Object({ currency: Currency, in: Money, out: Money })),
  pools: Type.Array(PoolProof),
  flows: Type.Array(PoolFlow),
});
export type RunProof = Static<typeof RunProof>;
export const RunRepeat = Type.Object({
  run: Type.Integer(),
  isSame: Type.Boolean(),
  storedHash: Type.String(),
  repeatedHash: Type.String(),
});
export type RunRepeat = Static<typeof RunRepeat>;

const SharedRow = Type.Object({
  key: Nullable(Type.String()),
  label: Text,
  /** What is in force now. */
  before: Money,
  after: Money,
  difference: Money,
});
/** Where rules are tried, and how what comes of it is shown. */
export const TrialQuery = Type.Object({
  period: Month,
  by: Type.Optional(Choice(DIMENSIONS)),
  currency: Type.Optional(Currency),
});
export type TrialQuery = Static<typeof TrialQuery>;
export const SimulationRequest = Type.Interface([TrialQuery], { version: Type.Optional(Type.Integer({ minimum: 1 })) });
export type SimulationRequest = Static<typeof SimulationRequest>;
export const Simulation = Type.Object({
  cycle: Code,
  version: Type.Integer(),
  period: Type.String(),
  currency: Currency,
  by: Choice(DIMENSIONS),
  problems: Type.Array(CycleProblem),
  /** Largest difference first; what no receiver carries has no key. */
  rows: Type.Array(SharedRow),
});
export type Simulation = Static<typeof Simulation>;

export const MethodsQuery = Type.Object({
  period: Type.Optional(Month),
  by: Type.Optional(Choice(DIMENSIONS)),
  currency: Type.Optional(Currency),
});
export type MethodsQuery = Static<typeof MethodsQuery>;
export const MethodComparison = Type.Object({
  cycle: Code,
  version: Type.Integer(),
  period: Type.String(),
  currency: Currency,
  by: Choice(DIMENSIONS),
  inForce: Choice(ALLOCATION_METHODS),
  /** A method that is refused carries the reason, and has no amounts. */
  refused: Type.Array(Type.Object({ method: Choice(ALLOCATION_METHODS), reason: Text })),
  rows: Type.Array(
    Type.Object({
      key: Nullable(Type.String()),
      label: Text,
      amounts: Type.Record(Type.String(), Money),
      /** Against the method in force: above zero it would carry more. */
      differences: Type.Record(Type.String(), Money),
    }),
  ),
});
export type MethodComparison = Static<typeof MethodComparison>;
