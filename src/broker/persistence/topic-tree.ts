// Values under topics or topic filters, found by the other: who subscribes to this topic, which retained topics does this
// filter take (MQTT-4.7). Pure.

interface Node<Key, Value> {
  children: Map<string, Node<Key, Value>>;
  values: Map<Key, Value>;
}

export interface TopicTree<Key, Value> {
  set(path: string, key: Key, value: Value): void;
  delete(path: string, key: Key): void;
  /** What stands under the filters that take `topic`, once for each such filter. */
  underFiltersFor(topic: string, found: (key: Key, value: Value) => void): void;
  /** What stands under the topics that `filter` takes. */
  underTopicsOf(filter: string, found: (key: Key, value: Value) => void): void;
}

/** MQTT-4.7.2-1: a wildcard in the first level takes no topic of the server's own. */
const isOwnTopic = (level: string | undefined): boolean => level?.startsWith('$') ?? false;

const createNode = <Key, Value>(): Node<Key, Value> => ({ children: new Map(), values: new Map() });

export function createTopicTree<Key, Value>(): TopicTree<Key, Value> {
  const root = createNode<Key, Value>();

  function remove(node: Node<Key, Value>, levels: readonly string[], depth: number, key: Key): void {
    const level = levels[depth];
    if (level === undefined) return void node.values.delete(key);
    const child = node.children.get(level);
    if (!child) return;
    remove(child, levels, depth + 1, key);
    if (child.values.size === 0 && child.children.size === 0) node.children.delete(level);
  }

  return {
    set(path, key, value) {
      let node = root;
      for (const level of path.split('/')) {
        const child = node.children.get(level) ?? createNode<Key, Value>();
        node.children.set(level, child);
        node = child;
      }
      node.values.set(key, value);
    },
    delete: (path, key) => remove(root, path.split('/'), 0, key),
    underFiltersFor: (topic, found) => matchTopic(root, topic.split('/'), 0, found),
    underTopicsOf: (filter, found) => matchFilter(root, filter.split('/'), 0, found),
  };
}

type Found<Key, Value> = (key: Key, value: Value) => void;

function tell<Key, Value>({ values }: Node<Key, Value>, found: Found<Key, Value>): void {
  for (const [key, value] of values) found(key, value);
}

function matchTopic<Key, Value>(
  node: Node<Key, Value>,
  levels: readonly string[],
  depth: number,
  found: Found<Key, Value>,
): void {
  const level = levels[depth];
  const mayBeWild = depth > 0 || !isOwnTopic(level);
  // `a/#` takes `a` as well (MQTT-4.7.1.2).
  const rest = mayBeWild ? node.children.get('#') : undefined;
  if (rest) tell(rest, found);
  if (level === undefined) return tell(node, found);
  const same = node.children.get(level);
  if (same) matchTopic(same, levels, depth + 1, found);
  const any = mayBeWild ? node.children.get('+') : undefined;
  if (any) matchTopic(any, levels, depth + 1, found);
}

function matchFilter<Key, Value>(
  node: Node<Key, Value>,
  levels: readonly string[],
  depth: number,
  found: Found<Key, Value>,
): void {
  const level = levels[depth];
  if (level === undefined) return tell(node, found);
  if (level === '#') return tellAll(node, depth, found);
  if (level !== '+') {
    const same = node.children.get(level);
    if (same) matchFilter(same, levels, depth + 1, found);
    return;
  }
  for (const [name, child] of node.children) {
    if (depth > 0 || !isOwnTopic(name)) matchFilter(child, levels, depth + 1, found);
  }
}

function tellAll<Key, Value>(node: Node<Key, Value>, depth: number, found: Found<Key, Value>): void {
  tell(node, found);
  for (const [name, child] of node.children) {
    if (depth > 0 || !isOwnTopic(name)) tellAll(child, depth + 1, found);
  }
}
