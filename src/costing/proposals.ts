// What takes two people: one proposes a rate, a value that counts as another, a posting by hand; another approves, or it is
// withdrawn. The database holds the same: nobody approves their own, and what was decided stays.
import type { Proposed } from '../contracts/http/second-person.ts';
import { Problem } from '../contracts/problems.ts';
import { type Clock, isoOf } from '../contracts/time.ts';
import type { Database, Queryable, Transaction } from '../db/database.ts';

type Decision = NonNullable<Proposed['decision']>;

export interface ProposedRow {
  id: number;
  author: string;
  created_at: Date;
  decision: Decision | null;
  decided_by: string | null;
  decided_at: Date | null;
}

export const toProposed = (row: ProposedRow): Proposed => ({
  id: row.id,
  author: row.author,
  createdAt: row.created_at.toISOString(),
  decision: row.decision,
  decidedBy: row.decided_by,
  decidedAt: row.decided_at?.toISOString() ?? null,
});

/** One sort of proposal: where it stands and what its approval brings about. */
export interface ProposalKind<New, Entry> {
  table: 'rate' | 'exchange_rate' | 'dimension_mapping' | 'manual_posting';
  /** What one is called in a refusal. */
  name: string;
  read(db: Queryable, id: number): Promise<Entry | null>;
  /** Checks and writes it; gives back its id. */
  insert(tx: Transaction, entry: New, author: string, at: string): Promise<number>;
  /** In the transaction of the approval: refuses what no longer holds, and does what follows. */
  onApproved(tx: Transaction, entry: Entry, at: string): Promise<void>;
}

export interface Proposals<New, Entry> {
  create(entry: New, actor: string): Promise<Entry>;
  /** Puts in force what somebody else proposed. */
  approve(id: number, actor: string): Promise<Entry>;
  withdraw(id: number, actor: string): Promise<Entry>;
}

async function decide(
  tx: Transaction,
  { table, name }: { table: string; name: string },
  act: { id: number; decision: Decision; actor: string; at: string },
): Promise<void> {
  const { id, decision, actor, at } = act;
  const { rows } = await tx.query<Pick<ProposedRow, 'author' | 'decision' | 'decided_by'>>(
    `SELECT author, decision, decided_by FROM ${table} WHERE id = $1 FOR UPDATE`,
    [id],
  );
  const [row] = rows;
  if (!row) throw new Problem('not-found', `There is no ${name} ${id}`);
  if (row.decision !== null)
    throw new Problem('refused', `The ${name} was ${row.decision} by ${row.decided_by} already`);
  if (decision === 'approved' && row.author === actor)
    throw new Problem('refused', `You proposed this ${name}; a second person has to approve it`);
  await tx.query(`UPDATE ${table} SET decision = $2, decided_by = $3, decided_at = $4 WHERE id = $1`, [
    id,
    decision,
    actor,
    at,
  ]);
}

export function createProposals<New, Entry>(
  database: Database,
  clock: Clock,
  kind: ProposalKind<New, Entry>,
): Proposals<New, Entry> {
  async function one(db: Queryable, id: number): Promise<Entry> {
    const entry = await kind.read(db, id);
    if (entry === null) throw new Error(`${kind.name} ${id} was written and is not there`);
    return entry;
  }
  async function settle(id: number, decision: Decision, actor: string): Promise<Entry> {
    const at = isoOf(clock.now());
    await database.transaction(async (tx) => {
      await decide(tx, kind, { id, decision, actor, at });
      if (decision === 'approved') await kind.onApproved(tx, await one(tx, id), at);
    });
    return one(database, id);
  }
  return {
    create: (entry, actor) =>
      database.transaction(async (tx) => one(tx, await kind.insert(tx, entry, actor, isoOf(clock.now())))),
    approve: (id, actor) => settle(id, 'approved', actor),
    withdraw: (id, actor) => settle(id, 'withdrawn', actor),
  };
}
