// Where an amount of a cost screen comes from: one level of the way down at a time, and at its end the evidence of a fact.
import { Type, type Static } from 'typebox';
import { COST_ELEMENTS } from '../costs.ts';
import { Currency, Money } from '../money.ts';
import { Text } from '../text.ts';
import { ALLOCATION_METHODS, DRIVERS } from './allocation.ts';
import { CostFact, Filter, PeriodRange } from './costs.ts';
import { Contributor, Probability } from './devices.ts';
import { Choice, Instant, Nullable, PageQuery } from './page.ts';

export const ExplainQuery = Type.Interface([PageQuery], {
  /** As the filter of a summary; none: all cost. */
  cell: Type.Optional(Filter),
  period: Type.Optional(PeriodRange),
  currency: Type.Optional(Currency),
  path: Type.Optional(
    Type.String({
      maxLength: 1000,
      description:
        'from `path` of a node of the answer before, to go down to it; `own`: what was posted into the pools of the cell',
    }),
  ),
});
export type ExplainQuery = Static<typeof ExplainQuery>;

export const EXPLAINED_KINDS = [
  'cell',
  'currency',
  'direct',
  'allocated',
  'unallocated',
  'line',
  'receiver',
  'unplaced',
  'unused',
  'waiting',
  'own',
  'from-pool',
  'rounding',
  'fact',
] as const;

/** A receiver of shared cost, and what of the driver it moved. */
const Receiver = Type.Object({
  kind: Type.String(),
  code: Type.String(),
  workOrderId: Nullable(Type.Integer()),
  device: Nullable(Type.String()),
  customer: Nullable(Type.String()),
  /** In the unit of the driver; null: the run stored none. */
  quantity: Nullable(Type.Number()),
});

export const ExplainedNode = Type.Object({
  kind: Choice(EXPLAINED_KINDS),
  /** Sent back as `path` it opens the node; null: there is nothing below it, or not for the caller. */
  path: Nullable(Type.String()),
  label: Text,
  /** What of the explained amount it is: the nodes of a level, all pages together, add up to the node above. */
  amount: Money,
  /** The whole it is a part of, where it is a part. */
  whole: Nullable(Money),
  /** In the currency of the answer, where it was posted in another. */
  converted: Nullable(Money),
  period: Nullable(Type.String()),
  pool: Nullable(Type.String()),
  element: Nullable(Choice(COST_ELEMENTS)),
  receiver: Nullable(Receiver),
  fact: Nullable(CostFact),
});
export type ExplainedNode = Static<typeof ExplainedNode>;

/** How a pool was shared out; what concerns the whole pool is null for whose view is cut. */
export const SharedBy = Type.Object({
  run: Type.Integer(),
  status: Choice(['provisional', 'final']),
  cycle: Type.String(),
  version: Type.Integer(),
  method: Choice(ALLOCATION_METHODS),
  /** null: a time equation of several drivers, or a pool without driver. */
  driver: Nullable(Type.Object({ code: Choice(DRIVERS), name: Text, unit: Type.String(), source: Text })),
  /** Minutes of a time equation. */
  isTimeDriven: Type.Boolean(),
  total: Nullable(Type.Object({ quantity: Type.Number(), unused: Type.Number(), receivers: Type.Integer() })),
  pool: Nullable(
    Type.Object({
      own: Money,
      received: Money,
      sent: Money,
      placed: Money,
      unallocated: Money,
      unused: Money,
    }),
  ),
});
export type SharedBy = Static<typeof SharedBy>;

export const KEPT = ['readings', 'rollups', 'nothing'] as const;
/** What is behind a fact of a job. A part is null where there is none; `withheld` names parts the caller may not see. */
export const FactEvidence = Type.Object({
  reversedBy: Nullable(Type.Integer()),
  job: Nullable(
    Type.Object({
      id: Type.Integer(),
      kind: Type.String(),
      state: Type.String(),
      title: Text,
      openedAt: Instant,
      device: Type.String(),
    }),
  ),
  alert: Nullable(
    Type.Object({
      id: Type.Integer(),
      severity: Type.String(),
      reason: Text,
      raisedAt: Instant,
      findings: Type.Integer(),
    }),
  ),
  prognosis: Nullable(
    Type.Object({
      id: Type.Integer(),
      model: Type.String(),
      version: Type.String(),
      madeAt: Instant,
      probability: Probability,
      horizonHours: Type.Number(),
      contributors: Type.Array(Contributor),
    }),
  ),
  /** The readings that spoke, strongest first. */
  telemetry: Type.Array(
    Type.Object({
      device: Type.String(),
      metric: Type.String(),
      name: Text,
      unit: Type.String(),
      from: Instant,
      to: Instant,
      kept: Choice(KEPT),
    }),
  ),
  withheld: Type.Array(Choice(['job', 'alert', 'telemetry'])),
});
export type FactEvidence = Static<typeof FactEvidence>;

export const Explained = Type.Object({
  from: Type.String(),
  to: Type.String(),
  currency: Currency,
  /** From the cell down to the node that is open. */
  trail: Type.Array(ExplainedNode),
  items: Type.Array(ExplainedNode),
  next: Nullable(Type.String()),
  sharedBy: Nullable(SharedBy),
  evidence: Nullable(FactEvidence),
  /** Why the way ends here: it needs a view that is not cut, or it went through as many pools as are followed. */
  endsFor: Nullable(Choice(['cut-view', 'depth'])),
  /** Position of the event log that the cell includes. */
  position: Type.Integer(),
});
export type Explained = Static<typeof Explained>;
