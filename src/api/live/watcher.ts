// One connected person: their subscriptions, answered one at a time, within limits; ended when the socket is too slow
// to keep up, so that nothing piles up in memory and the client resumes where it was.
import type { Principal } from '../../contracts/access.ts';
import { type Change, type LiveTopic, parseLiveTopic, type SubscribeAnswer } from '../../contracts/live.ts';
import { Problem } from '../../contracts/problems.ts';
import { mayWatch, type Outgoing } from './audience.ts';
import { createSubscription, type Subscription } from './subscription.ts';

export interface WatcherOptions {
  principal: Principal;
  send: (change: Change) => void;
  /** Cuts the connection; the client comes back by itself with `since`. */
  drop: () => void;
  /** Position to hold from, taken before anything is loaded. */
  position: () => number;
  answer: (topic: LiveTopic, principal: Principal, since: number | undefined, position: number) => Promise<Answered>;
  onWatch: (topic: LiveTopic) => void;
  onUnwatch: (topic: LiveTopic) => void;
}

export type Answered = Exclude<SubscribeAnswer, { error: string }>;

export interface Watcher {
  readonly principal: Principal;
  subscribe(request: unknown, reply: (answer: SubscribeAnswer) => void): void;
  unsubscribe(topic: unknown): void;
  offer(outgoing: Outgoing): void;
  drop(): void;
  close(): void;
}

const SUBSCRIPTION_LIMIT = 50;

export function createWatcher(options: WatcherOptions): Watcher {
  const { principal, send, position, answer, onWatch, onUnwatch } = options;
  const subscriptions = new Map<LiveTopic, Subscription>();
  let answering: Promise<void> = Promise.resolve();
  let waiting = 0;
  let isClosed = false;

  function remove(topic: LiveTopic): void {
    if (subscriptions.delete(topic)) onUnwatch(topic);
  }

  function close(): void {
    isClosed = true;
    for (const topic of subscriptions.keys()) remove(topic);
  }

  /** Subscriptions end at once: a change sent after this would hide from the resume that the client has to start over. */
  function drop(): void {
    close();
    options.drop();
  }

  async function begin(topic: LiveTopic, since: number | undefined): Promise<SubscribeAnswer> {
    if (isClosed) return { error: 'the connection has ended' };
    remove(topic);
    const subscription = createSubscription(topic, principal, send, drop);
    subscriptions.set(topic, subscription);
    onWatch(topic);
    try {
      return await answer(topic, principal, since, position());
    } catch (error) {
      if (subscriptions.get(topic) === subscription) remove(topic);
      if (error instanceof Problem) return { error: `${error.code}: ${error.message}` };
      throw error;
    }
  }

  async function subscribe(request: unknown, reply: (answer: SubscribeAnswer) => void): Promise<void> {
    const wanted = read(request, principal);
    if (typeof wanted === 'string') return reply({ error: wanted });
    if (!subscriptions.has(wanted.topic) && subscriptions.size >= SUBSCRIPTION_LIMIT) {
      return reply({ error: `too-many-requests: at most ${SUBSCRIPTION_LIMIT} topics at once; unsubscribe from some` });
    }
    const answered = await begin(wanted.topic, wanted.since);
    reply(answered);
    if ('position' in answered) subscriptions.get(wanted.topic)?.release(answered.position);
  }

  return {
    principal,
    subscribe(request, reply) {
      if (waiting >= SUBSCRIPTION_LIMIT) return reply({ error: 'too-many-requests: wait for the answers before' });
      waiting += 1;
      answering = answering
        .then(() => subscribe(request, reply))
        .catch(drop)
        .finally(() => {
          waiting -= 1;
        });
    },
    unsubscribe(topic) {
      const parsed = parseLiveTopic(topic);
      if (parsed) remove(parsed);
    },
    offer(outgoing) {
      subscriptions.get(outgoing.topic)?.offer(outgoing);
    },
    drop,
    close,
  };
}

function read(request: unknown, principal: Principal): { topic: LiveTopic; since?: number } | string {
  const { topic: name, since } = (typeof request === 'object' && request !== null ? request : {}) as {
    topic?: unknown;
    since?: unknown;
  };
  const topic = parseLiveTopic(name);
  if (!topic) return 'validation-failed: topic must be fleet, alerts, work-orders, costs, rules or device:{id}';
  if (!mayWatch(principal, topic)) return `not-permitted: the role ${principal.role} may not watch ${topic}`;
  if (since === undefined || since === null) return { topic };
  if (typeof since === 'number' && Number.isSafeInteger(since) && since >= 0) return { topic, since };
  return 'validation-failed: since must be a position';
}
