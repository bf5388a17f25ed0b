// Components that a device says were replaced while no job says so, and what people decided about them.
import { Type, type Static } from 'typebox';
import { Code } from '../product.ts';
import { Text } from '../text.ts';
import { Choice, Instant, Nullable, PageQuery } from './page.ts';

export const SWAP_DECISIONS = ['confirmed', 'disputed'] as const;
export type SwapDecision = (typeof SWAP_DECISIONS)[number];

/** How much of what was learned before a disputed change counts again. */
export const RESTORATIONS = ['all', 'some', 'none'] as const;
export type Restoration = (typeof RESTORATIONS)[number];

export const ComponentSwap = Type.Object({
  id: Type.Integer(),
  device: Code,
  component: Code,
  /** As the catalogue calls it, else its code. */
  name: Text,
  at: Instant,
  previousSerial: Type.String(),
  serial: Type.String(),
  /** `null` while nobody has decided. */
  decision: Nullable(Choice(SWAP_DECISIONS)),
  decidedBy: Nullable(Type.String()),
  decidedAt: Nullable(Instant),
  note: Nullable(Type.String()),
  /**
   * Of a disputed one, some moments after: `all` counts again; `some` or `none` where a job or another change has made the normal
   * anew since, which stays. `null` before, and of every other.
   */
  restored: Nullable(Choice(RESTORATIONS)),
});
export type ComponentSwap = Static<typeof ComponentSwap>;

export const ComponentSwapQuery = Type.Interface([PageQuery], {
  device: Type.Optional(Code),
  /** Those nobody has decided about. */
  open: Type.Optional(Type.Boolean()),
});
export type ComponentSwapQuery = Static<typeof ComponentSwapQuery>;

export const SwapVerdict = Type.Object({
  /** `disputed`: nothing was replaced; what was learned before counts again, but for what a job has made anew since. */
  decision: Choice(SWAP_DECISIONS),
  /** Needed to dispute. */
  note: Type.Optional(Type.String({ maxLength: 2000 })),
});
export type SwapVerdict = Static<typeof SwapVerdict>;
