// Puts many changes together: of several of one row the last counts, and a session that ends takes what was its own
// with it. Pure.
import type { Change } from './ledger.ts';

/** Changes that may be written kind by kind: first the sessions that end, then everything else. */
export interface Round {
  ended: Set<string>;
  /** By kind and key; no two of one row. */
  changes: Map<string, Change>;
}

function keyOf(change: Change): string {
  switch (change.of) {
    case 'session':
    case 'will':
      return `${change.of}\0${change.clientId}`;
    case 'subscription':
      return `${change.of}\0${change.clientId}\0${change.filter}`;
    case 'queued':
      return `${change.of}\0${change.clientId}\0${change.seq}`;
    case 'incoming':
      return `${change.of}\0${change.clientId}\0${change.packetId}`;
    case 'retained':
      return `${change.of}\0${change.topic}`;
  }
}

const createRound = (): Round => ({ ended: new Set(), changes: new Map() });

export function roundsOf(batches: Iterable<readonly Change[]>): Round[] {
  let round = createRound();
  const rounds = [round];
  let touched = new Set<string>();

  function end(clientId: string): void {
    // What was written for it before must be there to be deleted.
    if (touched.has(clientId)) {
      round = createRound();
      rounds.push(round);
      touched = new Set();
    }
    round.ended.add(clientId);
  }

  function put(change: Change): void {
    const key = keyOf(change);
    const before = round.changes.get(key);
    // Released in the batch that stored it: it is stored as released.
    if (change.of === 'queued' && change.row === 'released' && before?.of === 'queued') {
      const { row } = before;
      if (row !== null && row !== 'released') round.changes.set(key, { ...before, row: { ...row, isReleased: true } });
      return;
    }
    round.changes.set(key, change);
    if (change.of !== 'retained' && change.of !== 'will') touched.add(change.clientId);
  }

  for (const batch of batches) {
    for (const change of batch) {
      if (change.of === 'session' && change.row === null) end(change.clientId);
      else put(change);
    }
  }
  return rounds;
}
