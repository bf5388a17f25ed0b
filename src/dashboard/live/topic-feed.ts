// One topic's place in the stream: what to ask for, and which changes still count. Pure of sockets, so that the rules
// of resuming can be tested on their own.
import type { Change, LiveTopic, Snapshots, SubscribeAnswer, SubscribeRequest } from '../../contracts/live.ts';

export type Snapshot = Snapshots[keyof Snapshots];
export interface FeedReader {
  onSnapshot(snapshot: Snapshot): void;
  onChange(change: Change): void;
}

export interface TopicFeed {
  request(): SubscribeRequest;
  /** False when the server refused: nothing will come on this topic. */
  answered(answer: SubscribeAnswer): boolean;
  received(change: Change): void;
  /** The connection is gone: what comes next must be asked for again. */
  interrupted(): void;
  /** The next request asks for everything instead of what was missed. */
  startOver(): void;
}

export function createTopicFeed(topic: LiveTopic, reader: FeedReader): TopicFeed {
  let position: number | null = null;
  // Until the answer is here a change may be older than the snapshot: it waits.
  let waiting: Change[] | null = [];

  const apply = (change: Change): void => {
    // Readings carry the position of the last event, so an equal position is not a repetition for them.
    const isNew = position === null || change.position > position;
    if (!isNew && !(change.type === 'readings' && change.position === position)) return;
    position = change.position;
    reader.onChange(change);
  };

  return {
    request: () => (position === null ? { topic } : { topic, since: position }),
    answered(answer) {
      const held = waiting ?? [];
      waiting = null;
      if ('error' in answer) return false;
      if ('snapshot' in answer) {
        reader.onSnapshot(answer.snapshot);
        position = answer.position;
      } else {
        for (const change of answer.missed) apply(change);
        position = Math.max(position ?? 0, answer.position);
      }
      for (const change of held) apply(change);
      return true;
    },
    received(change) {
      if (waiting === null) apply(change);
      else waiting.push(change);
    },
    interrupted() {
      waiting = [];
    },
    startOver() {
      position = null;
      waiting = [];
    },
  };
}
