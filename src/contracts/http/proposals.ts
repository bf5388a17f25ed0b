// Jobs that prognoses ask for: proposed to a person, held back by a station's cap, recorded only; and the caps.
import { Type, type Static } from 'typebox';
import { Money } from '../money.ts';
import { Code } from '../product.ts';
import { WORDS_PATTERN } from '../text.ts';
import { SEVERITIES } from '../work-order-states.ts';
import { Choice, Instant, Named, Nullable, PageQuery } from './page.ts';

export const PROPOSAL_STATES = ['recorded', 'proposed', 'held', 'opened', 'dismissed', 'withdrawn'] as const;
export type ProposalState = (typeof PROPOSAL_STATES)[number];
export const PROPOSAL_REASONS = ['shadow-mode', 'suggest-mode', 'costs-unknown', 'cap-reached', 'worth-it'] as const;
export type ProposalReason = (typeof PROPOSAL_REASONS)[number];

export const Proposal = Type.Object({
  id: Type.Integer(),
  alertId: Type.Integer(),
  device: Code,
  region: Code,
  customer: Named,
  station: Named,
  component: Named,
  failureMode: Named,
  model: Type.String(),
  modelVersion: Type.String(),
  severity: Choice(SEVERITIES),
  probability: Type.Number(),
  /** p*: from this probability on it pays to act; null: nobody knows the costs. */
  threshold: Nullable(Type.Number()),
  /** Probability x what a planned fix would save. */
  value: Nullable(Money),
  madeAt: Instant,
  state: Choice(PROPOSAL_STATES),
  why: Choice(PROPOSAL_REASONS),
  decidedAt: Nullable(Instant),
  decidedBy: Nullable(Type.String()),
  note: Nullable(Type.String()),
  workOrderId: Nullable(Type.Integer()),
});
export type Proposal = Static<typeof Proposal>;

export const ProposalQuery = Type.Interface([PageQuery], {
  state: Type.Optional(Choice(PROPOSAL_STATES)),
  alert: Type.Optional(Type.Integer({ minimum: 1, maximum: 2_147_483_647 })),
  station: Type.Optional(Code),
});
export type ProposalQuery = Static<typeof ProposalQuery>;

export const DismissProposal = Type.Object({ note: Type.String({ pattern: WORDS_PATTERN, maxLength: 500 }) });

export const JobCap = Type.Object({
  station: Named,
  /** null: any number. */
  jobsPerWeek: Nullable(Type.Integer()),
  openedThisWeek: Type.Integer(),
  held: Type.Integer(),
});
export type JobCap = Static<typeof JobCap>;
export const SetJobCap = Type.Object({
  jobsPerWeek: Nullable(Type.Integer({ minimum: 0, maximum: 10_000 })),
});
