// Retained messages: the last of each topic, found by filter, all in memory and bounded (MQTT-3.3.1.3).
import type { SessionLimits } from './limits.ts';
import type { Change, Message } from './ledger.ts';
import { createTopicTree } from './topic-tree.ts';

export interface Retained {
  readonly count: number;
  get(topic: string): Message | undefined;
  /** Topics that `filter` takes. */
  topicsOf(filter: string): string[];
  /** What is to be kept because of this message: nothing when it changes nothing, `full` when there is no room. */
  put(message: Message): Change[] | 'full';
  /** Takes what the ledger had. */
  restore(messages: readonly Message[]): void;
}

export function createRetained(limits: SessionLimits): Retained {
  const messages = new Map<string, Message>();
  const tree = createTopicTree<string, string>();
  let bytes = 0;

  function set(message: Message): void {
    bytes += message.payload.length - (messages.get(message.topic)?.payload.length ?? 0);
    messages.set(message.topic, message);
    tree.set(message.topic, message.topic, message.topic);
  }

  /** A payload of no bytes takes the topic's message away (MQTT-3.3.1-10). */
  function clear(topic: string): Change[] {
    const before = messages.get(topic);
    if (!before) return [];
    bytes -= before.payload.length;
    messages.delete(topic);
    tree.delete(topic, topic);
    return [{ of: 'retained', topic, row: null }];
  }

  return {
    get count() {
      return messages.size;
    },
    get: (topic) => messages.get(topic),
    topicsOf(filter) {
      const topics: string[] = [];
      tree.underTopicsOf(filter, (topic) => topics.push(topic));
      return topics;
    },
    put({ topic, payload, qos }) {
      if (payload.length === 0) return clear(topic);
      const before = messages.get(topic);
      const isOverBytes = bytes + payload.length - (before?.payload.length ?? 0) > limits.maxRetainedBytes;
      if (isOverBytes || (!before && messages.size >= limits.maxRetained)) return 'full';
      const row = { topic, payload, qos };
      set(row);
      return [{ of: 'retained', topic, row }];
    },
    restore(kept) {
      for (const message of kept) set(message);
    },
  };
}
