// The edge nodes that are heard of, by name and by the device that speaks as them: bounded, the one first heard of goes
// first.
import type { SparkplugTopic } from '../../contracts/sparkplug-topics.ts';
import { newSession, type NodeSession } from './node-session.ts';

export interface Node {
  name: string;
  topic: SparkplugTopic;
  /** The MQTT identity it speaks with. */
  speaker: string;
  session: NodeSession;
  askedAtMs: number;
  /** The message before: the next one is taken when it is through. */
  last: Promise<unknown>;
}

export interface Nodes {
  /** Of a second speaker a node apart: it is not known yet which of them may speak. */
  of(topic: SparkplugTopic, speaker: string): Node;
  /** The speaker was found to be the right one: whoever tried before has no session. */
  adopt(node: Node): void;
  /** The speaker was found to be a wrong one. */
  drop(node: Node): void;
  spokenBy(device: string): Node[];
}

/** One beyond it is asked for its birth again. */
const MAX_NODES = 20_000;

export function createNodes(onForgotten: (name: string) => void, limit = MAX_NODES): Nodes {
  const nodes = new Map<string, Node>();
  const speakers = new Map<string, Set<Node>>();

  function keep(node: Node): void {
    nodes.set(node.name, node);
    const own = speakers.get(node.speaker) ?? new Set();
    speakers.set(node.speaker, own.add(node));
    if (nodes.size > limit) forget(nodes.values().next().value as Node);
  }

  function forget(node: Node): void {
    nodes.delete(node.name);
    const own = speakers.get(node.speaker);
    own?.delete(node);
    if (own?.size === 0) speakers.delete(node.speaker);
    onForgotten(node.name);
  }

  return {
    of(topic, speaker) {
      const name = `${topic.group}/${topic.node}`;
      const known = nodes.get(name);
      if (known?.speaker === speaker) return known;
      const node = { name, topic, speaker, session: newSession(), askedAtMs: 0, last: Promise.resolve() };
      if (!known) keep(node);
      return node;
    },
    adopt(node) {
      const known = nodes.get(node.name);
      if (known === node) return;
      if (known) forget(known);
      keep(node);
    },
    drop(node) {
      if (nodes.get(node.name) === node) forget(node);
    },
    spokenBy: (device) => [...(speakers.get(device) ?? [])],
  };
}
