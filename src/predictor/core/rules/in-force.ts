// Which version of which rule counts when: the decisions of people, in the order they were made, as spans of time that never
// overlap; and a device's overrides, which take the place of their rule wholly while they are in force.
import type { EpochMs } from '../../../contracts/time.ts';

export interface Decision {
  decision: 'activated' | 'deactivated';
  fromMs: EpochMs;
}

export interface Span {
  fromMs: EpochMs;
  untilMs: EpochMs;
}

/** Later than everything; a finite number, as state and JSON know no infinity. */
export const FOREVER_MS = 8.64e15;

/**
 * Spans in time order. A later decision ends what was in force at its date and calls off whatever was decided for after it.
 */
export function spansOf<D extends Decision>(decisions: readonly D[]): (Span & { by: D })[] {
  const spans: (Span & { by: D })[] = [];
  for (const by of decisions) {
    while ((spans.at(-1)?.fromMs ?? -Infinity) >= by.fromMs) spans.pop();
    const last = spans.at(-1);
    if (last !== undefined) last.untilMs = Math.min(last.untilMs, by.fromMs);
    if (by.decision === 'activated') spans.push({ fromMs: by.fromMs, untilMs: FOREVER_MS, by });
  }
  return spans;
}

/** What is left of a span when others are cut out of it, in time order. */
export function without(span: Span, cuts: readonly Span[]): Span[] {
  let left: Span[] = [{ fromMs: span.fromMs, untilMs: span.untilMs }];
  for (const cut of cuts) {
    left = left.flatMap(({ fromMs, untilMs }) =>
      [
        { fromMs, untilMs: Math.min(untilMs, cut.fromMs) },
        { fromMs: Math.max(fromMs, cut.untilMs), untilMs },
      ].filter((part) => part.fromMs < part.untilMs),
    );
  }
  return left;
}
