// The parts of a condition that look at other parts: held for a while, repeated, all of them, any of them. What is not known
// yet decides nothing (Kleene's logic).
import type { GroupCondition } from '../../../contracts/rule-conditions.ts';
import type { EpochMs } from '../../../contracts/time.ts';
import type { NodeState } from '../state.ts';

/** Settles a part after those inside it, which say `inner`. */
export function settleGroup(
  condition: GroupCondition,
  state: NodeState,
  inner: readonly (boolean | null)[],
  atMs: EpochMs,
): void {
  switch (condition.kind) {
    case 'all':
      return join(state, inner, atMs, false);
    case 'any':
      return join(state, inner, atMs, true);
    case 'duration':
      return holdFor(state, inner[0] ?? null, atMs, condition.forSeconds * 1000);
    case 'repeating': {
      const { times, withinSeconds } = condition;
      return repeat(state, inner[0] ?? null, { atMs, times, withinMs: withinSeconds * 1000 });
    }
  }
}

/** `decides`: the value of one part that settles the whole. */
function join(state: NodeState, inner: readonly (boolean | null)[], atMs: EpochMs, decides: boolean): void {
  if (inner.includes(decides)) turn(state, decides, atMs);
  else turn(state, inner.includes(null) ? null : !decides, atMs);
}

function turn(state: NodeState, value: boolean | null, atMs: EpochMs): void {
  if (state.value === value) return;
  state.value = value;
  state.sinceMs = value === true ? atMs : null;
}

function holdFor(state: NodeState, inner: boolean | null, atMs: EpochMs, forMs: number): void {
  if (inner !== true) {
    state.value = inner;
    state.sinceMs = null;
    return;
  }
  state.sinceMs ??= atMs;
  state.value = atMs - state.sinceMs >= forMs;
}

/** `worst` is 1 while what repeats is on, so that each beginning counts once. */
function repeat(
  state: NodeState,
  inner: boolean | null,
  { atMs, times, withinMs }: { atMs: EpochMs; times: number; withinMs: number },
): void {
  if (inner === true && state.worst === 0) state.marks.push(atMs);
  state.worst = inner === true ? 1 : 0;
  while (state.marks.length > times) state.marks.shift();
  const first = state.marks[0];
  if (first === undefined) state.value = inner;
  else state.value = state.marks.length === times && first > atMs - withinMs;
  state.sinceMs = state.value === true ? (first ?? null) : null;
}
