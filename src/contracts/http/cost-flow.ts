// The picture of where shared cost goes: from elements into pools, between pools, and on to who carries it.
import { Type, type Static } from 'typebox';
import { DIMENSIONS } from '../costs.ts';
import { Currency, Money } from '../money.ts';
import { Text } from '../text.ts';
import { PeriodRange } from './costs.ts';
import { Choice, Nullable } from './page.ts';

export const FlowQuery = Type.Object({
  period: Type.Optional(PeriodRange),
  by: Type.Optional(Choice(DIMENSIONS)),
  currency: Type.Optional(Currency),
});
export type FlowQuery = Static<typeof FlowQuery>;

export const FLOW_NODES = ['element', 'pool', 'carrier', 'nobody', 'unused', 'waiting'] as const;

export const FlowNode = Type.Object({
  id: Type.String(),
  kind: Choice(FLOW_NODES),
  /** null: no single one. */
  code: Nullable(Type.String()),
  label: Text,
  /** How many small ones it stands for; 0: it is one. */
  rest: Type.Integer(),
  amount: Money,
});
export type FlowNode = Static<typeof FlowNode>;

export const CostFlow = Type.Object({
  from: Type.String(),
  to: Type.String(),
  currency: Currency,
  by: Choice(DIMENSIONS),
  nodes: Type.Array(FlowNode),
  /** Between pools net: what went round and came back is left out, so that every pool still gives what it gets. */
  links: Type.Array(Type.Object({ from: Type.String(), to: Type.String(), amount: Money })),
  /** What went round between the pools shown. */
  circulated: Money,
  total: Money,
  /** Shared cost of these currencies is not in the picture. */
  otherCurrencies: Type.Array(Currency),
});
export type CostFlow = Static<typeof CostFlow>;
