// Messages that are held until the birth that explains them: which entries of the quarantine they are, by node and
// device. Only of the running session, because the next one may give its aliases another meaning.
import { createHash } from 'node:crypto';
import type { UpMessage } from '../ports.ts';

export interface HeldEntry {
  device: string;
  topic: string;
  hash: Buffer;
}

export interface Waiting {
  /** `full`: it stays held until a person replays it. */
  add(node: string, scope: string | null, message: UpMessage): 'added' | 'full';
  take(node: string, scope: string | null): HeldEntry[];
  forget(node: string): void;
}

/** Of all nodes together. */
const DEFAULT_LIMIT = 100_000;

export function createWaiting(limit = DEFAULT_LIMIT): Waiting {
  const nodes = new Map<string, Map<string | null, HeldEntry[]>>();
  let count = 0;
  return {
    add(node, scope, { device, topic, payload }) {
      if (count >= limit) return 'full';
      const scopes = nodes.get(node) ?? new Map<string | null, HeldEntry[]>();
      nodes.set(node, scopes);
      const entries = scopes.get(scope) ?? [];
      scopes.set(scope, entries);
      entries.push({ device, topic, hash: createHash('sha256').update(payload).digest() });
      count += 1;
      return 'added';
    },
    take(node, scope) {
      const entries = nodes.get(node)?.get(scope) ?? [];
      nodes.get(node)?.delete(scope);
      count -= entries.length;
      return entries;
    },
    forget(node) {
      for (const entries of nodes.get(node)?.values() ?? []) count -= entries.length;
      nodes.delete(node);
    },
  };
}
