// A ledger for a broker without a database: what it keeps ends with the process.
import type { Change, Ledger, QueuedMessage } from './ledger.ts';

export function createMemoryLedger(): Ledger {
  const queues = new Map<string, Map<number, QueuedMessage>>();

  function apply(change: Change): void {
    if (change.of === 'session' && change.row === null) queues.delete(change.clientId);
    if (change.of !== 'queued') return;
    const queue = queues.get(change.clientId) ?? new Map<number, QueuedMessage>();
    queues.set(change.clientId, queue);
    const { seq, row } = change;
    const kept = queue.get(seq);
    if (row === null) queue.delete(seq);
    else if (row !== 'released') queue.set(seq, row);
    else if (kept) queue.set(seq, { ...kept, isReleased: true });
  }

  return {
    load: async () => ({ sessions: [], retained: [], wills: [] }),
    async write(changes) {
      for (const change of changes) apply(change);
    },
    isSettled: true,
    async queuedAfter(clientId, seq, limit) {
      const found: QueuedMessage[] = [];
      for (const message of queues.get(clientId)?.values() ?? []) {
        if (message.seq > seq) found.push(message);
        if (found.length >= limit) break;
      }
      return found;
    },
    async close() {},
  };
}
