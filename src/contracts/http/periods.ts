// Posting periods: the checklist of a month's end, who closed and who approved, what the final run moved, what came late.
import { Type, type Static } from 'typebox';
import { Money } from '../money.ts';
import { Text } from '../text.ts';
import { CostFact } from './costs.ts';
import { Choice, Nullable, PageOf } from './page.ts';

/** What is looked at before a month is closed, in this order. */
export const CLOSE_ITEMS = [
  'open-jobs',
  'parts-not-posted',
  'work-not-posted',
  'events-waiting',
  'events-parked',
  'proposals-waiting',
  'unallocated',
  'journal-differs',
  'totals-differ',
] as const;
export type CloseItem = (typeof CLOSE_ITEMS)[number];

export const ChecklistItem = Type.Object({
  item: Choice(CLOSE_ITEMS),
  /** How many there are; nothing is to be done about none. */
  n: Type.Integer(),
  amounts: Type.Array(Money),
  /** What was found, by name, where the number alone does not tell what to do. */
  details: Type.Optional(Type.Array(Text)),
  /** Who can settle it, and the screen where. */
  owner: Choice(['planner', 'controller', 'administrator'] as const),
  link: Type.String(),
  /** Has to be settled first; otherwise a reason is enough. */
  blocking: Type.Boolean(),
  /** Why it is in order, as the one who closes said. */
  reason: Nullable(Type.String()),
});
export type ChecklistItem = Static<typeof ChecklistItem>;

export const PostingPeriod = Type.Object({
  period: Type.String(),
  /** `closing` and `reopening` wait for a second person; a period that is closing still takes postings. */
  state: Choice(['open', 'closing', 'closed', 'reopening'] as const),
});
export type PostingPeriod = Static<typeof PostingPeriod>;

const Reason = Type.String({ minLength: 3, maxLength: 500, pattern: '\\S' });
export const CloseRequest = Type.Object(
  {
    /** A reason for every item that is neither empty nor blocking. */
    reasons: Type.Optional(
      Type.Partial(
        Type.Object(Object.fromEntries(CLOSE_ITEMS.map((item) => [item, Reason])) as Record<CloseItem, typeof Reason>, {
          additionalProperties: false,
        }),
      ),
    ),
  },
  { additionalProperties: false },
);
export type CloseRequest = Static<typeof CloseRequest>;
export const ReopenRequest = Type.Object({ reason: Reason }, { additionalProperties: false });
export type ReopenRequest = Static<typeof ReopenRequest>;

/** What the final run moved of one value of a dimension. */
export const TrueUp = Type.Object({
  dimension: Type.String(),
  /** `null`: what no receiver carries. */
  value: Nullable(Type.String()),
  provisional: Money,
  final: Money,
  difference: Money,
});
export type TrueUp = Static<typeof TrueUp>;

export const PeriodStep = Type.Object({
  id: Type.Integer(),
  kind: Choice(['close', 'reopen'] as const),
  author: Type.String(),
  at: Type.String(),
  reason: Nullable(Type.String()),
  checklist: Type.Array(ChecklistItem),
  approvedBy: Nullable(Type.String()),
  approvedAt: Nullable(Type.String()),
  /** Who took the request back before anybody approved it. */
  withdrawnBy: Nullable(Type.String()),
  withdrawnAt: Nullable(Type.String()),
  /** The final run that was made or taken back. */
  run: Nullable(Type.Integer()),
  trueUp: Type.Array(TrueUp),
});
export type PeriodStep = Static<typeof PeriodStep>;

export const PeriodDetail = Type.Interface([PostingPeriod], {
  /** As it stands now. */
  checklist: Type.Array(ChecklistItem),
  /** Newest first. */
  steps: Type.Array(PeriodStep),
  /** What occurred in this month and came after it was closed: where it was posted, newest first. */
  late: Type.Object({ n: Type.Integer(), amounts: Type.Array(Money), facts: Type.Array(CostFact) }),
  /** What this month took for earlier ones. */
  adjustments: Type.Object({ n: Type.Integer(), amounts: Type.Array(Money) }),
});
export type PeriodDetail = Static<typeof PeriodDetail>;
export const PeriodPage = PageOf(PostingPeriod);
