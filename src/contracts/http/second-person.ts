// What one person proposes and another puts in force: who, when, and what was decided. Until then nothing uses it.
import { Type, type Static } from 'typebox';
import { Choice, Instant, Nullable } from './page.ts';

export const Proposed = Type.Object({
  id: Type.Integer(),
  author: Type.String(),
  createdAt: Instant,
  /** null: it waits for a second person. */
  decision: Nullable(Choice(['approved', 'withdrawn'])),
  decidedBy: Nullable(Type.String()),
  decidedAt: Nullable(Instant),
});
export type Proposed = Static<typeof Proposed>;
