// One socket's subscription to one topic. Until its first answer is out it holds changes back, then sends those newer
// than the answer: so nothing falls between a snapshot and the changes after it.
import type { Principal } from '../../contracts/access.ts';
import type { Change, LiveTopic } from '../../contracts/live.ts';
import { changeFor, type Outgoing } from './audience.ts';

export interface Subscription {
  readonly topic: LiveTopic;
  offer(outgoing: Outgoing): void;
  /** The answer holds everything up to `position`: go on from there. */
  release(position: number): void;
}

/** Changes held back while an answer is loaded; more and the client has to begin again. */
const HELD_LIMIT = 5000;

export function createSubscription(
  topic: LiveTopic,
  principal: Principal,
  send: (change: Change) => void,
  giveUp: () => void,
): Subscription {
  let held: Outgoing[] | null = [];
  let from = 0;
  let last = 0;

  function pass(outgoing: Outgoing): void {
    // Readings are newer than any snapshot and in no order with events: they always pass.
    if (outgoing.message.type !== 'readings' && outgoing.position <= from) return;
    const change = changeFor(principal, outgoing);
    if (!change) return;
    // A client may have been ahead of this process; readings then still carry no smaller position than it has seen.
    last = Math.max(last, change.position);
    send({ ...change, position: last });
  }

  return {
    topic,
    offer(outgoing) {
      if (held === null) pass(outgoing);
      else if (held.push(outgoing) > HELD_LIMIT) giveUp();
    },
    release(position) {
      from = position;
      last = position;
      const waiting = held ?? [];
      held = null;
      for (const outgoing of waiting) pass(outgoing);
    },
  };
}
