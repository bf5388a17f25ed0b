// The chart of accounts and which element goes where: accounts are added, a mapping is a draft until a second person puts it in
// force, from a month nothing was entered in.
import type { Account, AccountMapping, NewAccountMapping } from '../contracts/http/journal.ts';
import { Problem } from '../contracts/problems.ts';
import type { Database, Queryable } from '../db/database.ts';

interface AccountRow {
  code: string;
  name_en: string;
  name_zh: string;
  kind: Account['kind'];
}
export const toAccount = ({ code, name_en, name_zh, kind }: AccountRow): Account => ({
  code,
  name: { en: name_en, zh: name_zh },
  kind,
});

export async function listAccounts(db: Queryable): Promise<Account[]> {
  return (await db.query<AccountRow>('SELECT * FROM account ORDER BY code')).rows.map(toAccount);
}

export async function addAccount(db: Queryable, account: Account): Promise<Account> {
  const { code, name, kind } = account;
  const { rowCount } = await db.query(
    'INSERT INTO account (code, name_en, name_zh, kind) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
    [code, name.en, name.zh, kind],
  );
  if (rowCount === 0) throw new Problem('already-exists', `There is an account ${code} already`);
  return account;
}

interface MappingRow {
  id: number;
  element: AccountMapping['element'];
  role: AccountMapping['role'];
  account: string;
  effective_from: string;
  author: string;
  created_at: Date;
  actor: string | null;
  at: Date | null;
}
const toMapping = (row: MappingRow): AccountMapping => ({
  id: row.id,
  element: row.element,
  role: row.role,
  account: row.account,
  effectiveFrom: row.effective_from,
  author: row.author,
  createdAt: row.created_at.toISOString(),
  approvedBy: row.actor,
  approvedAt: row.at?.toISOString() ?? null,
});
const MAPPINGS = `SELECT m.*, a.actor, a.at FROM account_mapping m LEFT JOIN account_mapping_approval a ON a.mapping_id = m.id`;

/** In the order of elements and roles, the newest first. */
export async function listAccountMappings(db: Queryable): Promise<AccountMapping[]> {
  const { rows } = await db.query<MappingRow>(`${MAPPINGS} ORDER BY element, role, effective_from DESC, id DESC`);
  return rows.map(toMapping);
}

async function readMapping(db: Queryable, id: number): Promise<AccountMapping> {
  const { rows } = await db.query<MappingRow>(`${MAPPINGS} WHERE m.id = $1`, [id]);
  if (!rows[0]) throw new Problem('not-found', `There is no account mapping ${id}`);
  return toMapping(rows[0]);
}

export async function draftMapping(
  db: Queryable,
  mapping: NewAccountMapping,
  author: string,
  at: string,
): Promise<AccountMapping> {
  const { element, role, account, effectiveFrom } = mapping;
  const known = await db.query('SELECT FROM account WHERE code = $1', [account]);
  if (known.rows.length === 0) throw new Problem('refused', `There is no account ${account}; create it first`);
  const { rows } = await db.query<{ id: number }>(
    `INSERT INTO account_mapping (element, role, account, effective_from, author, created_at)
     VALUES ($1, $2, $3, $4, $5, $6) RETURNING id`,
    [element, role, account, effectiveFrom, author, at],
  );
  return readMapping(db, (rows[0] as { id: number }).id);
}

export async function approveMapping(
  database: Database,
  id: number,
  actor: string,
  at: string,
): Promise<AccountMapping> {
  await database.transaction(async (tx) => {
    // Nothing is entered while it is looked whether something was.
    await tx.query('LOCK TABLE journal IN SHARE MODE');
    const mapping = await readMapping(tx, id);
    if (mapping.approvedBy !== null) throw new Problem('refused', `Mapping ${id} is in force already`);
    if (mapping.author === actor)
      throw new Problem('refused', 'You wrote this mapping; a second person has to put it in force');
    const { rows } = await tx.query<{ period: string | null }>('SELECT max(period) AS period FROM journal');
    const newest = rows[0]?.period ?? '';
    if (newest >= mapping.effectiveFrom)
      throw new Problem('refused', `The journal has entries up to ${newest}; let the mapping begin in a later month`);
    await tx.query('INSERT INTO account_mapping_approval (mapping_id, actor, at) VALUES ($1, $2, $3)', [id, actor, at]);
  });
  return readMapping(database, id);
}
