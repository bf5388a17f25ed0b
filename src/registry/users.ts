// Accounts of people: their role, the scope their view is cut to, and whether they may sign in at all.
import type { Role } from '../contracts/access.ts';
import type { NewUser, User, UserChanges } from '../contracts/http/auth.ts';
import { keyOf, limitOf, pageOf } from '../contracts/http/cursor.ts';
import type { Page, PageQuery } from '../contracts/http/page.ts';
import { Problem } from '../contracts/problems.ts';
import type { Database, Queryable, Transaction } from '../db/database.ts';
import { hashPassword } from './passwords.ts';
import type { RandomBytes } from './random.ts';
import { notFound, withRefusals } from './refusals.ts';

export interface Users {
  list(query: PageQuery): Promise<Page<User>>;
  one(id: number): Promise<User>;
  create(user: NewUser): Promise<User>;
  patch(id: number, changes: UserChanges): Promise<User>;
  /**
   * Makes FIRST_ADMINISTRATOR when there is no account at all; returns its password when one had to be made up, to be
   * printed once.
   */
  ensureAdministrator(password: string | undefined): Promise<string | null>;
}

export interface UsersOptions {
  database: Database;
  random: RandomBytes;
  /** Called after the commit of an edit: what sessions remember of the person is old now. */
  onChanged: () => void;
}

export interface UserRow {
  id: number;
  email: string;
  name: string;
  role: Role;
  regions: string[] | null;
  customers: string[] | null;
  engineer: string | null;
}

export const FIRST_ADMINISTRATOR = 'admin@stethos.local';
const GENERATED_BYTES = 18;
const COLUMNS = 'id, email, name, role, regions, customers, engineer_code AS engineer, active';

/** E-mail addresses differ in more than case too rarely to let two accounts differ in it. */
export const normalEmail = (email: string): string => email.trim().toLowerCase();

async function selectOne(db: Queryable, id: number, lock = ''): Promise<User> {
  const { rows } = await db.query<User>(`SELECT ${COLUMNS} FROM user_account WHERE id = $1 ${lock}`, [id]);
  const user = rows[0];
  if (!user) throw notFound('user', String(id));
  return user;
}

const writtenOf = (email: string, engineer: string | null) => ({
  noun: 'user',
  table: 'user_account',
  code: email,
  columns: { engineer_code: engineer },
  references: { engineer_code: 'engineer' },
});

/** A scope with a mistyped code would hide everything, in silence. */
async function refuseUnknownScope(db: Queryable, { regions, customers }: Partial<Pick<User, 'regions' | 'customers'>>) {
  for (const [noun, codes] of [
    ['region', regions],
    ['customer', customers],
  ] as const) {
    const { rows } = await db.query<{ code: string }>(
      `SELECT code FROM unnest($1::text[]) AS code WHERE code NOT IN (SELECT code FROM ${noun})`,
      [codes ?? []],
    );
    const missing = rows.map(({ code }) => code);
    if (missing.length > 0) throw new Problem('refused', `${noun} ${missing.join(', ')} does not exist`);
  }
}

async function insertUser(db: Queryable, user: NewUser, passwordHash: string): Promise<User> {
  const email = normalEmail(user.email);
  const { regions = null, customers = null, engineer = null } = user;
  const { rows } = await withRefusals(writtenOf(email, engineer), () =>
    db.query<User>(
      `INSERT INTO user_account (email, name, password_hash, role, regions, customers, engineer_code)
       VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING ${COLUMNS}`,
      [email, user.name, passwordHash, user.role, regions, customers, engineer],
    ),
  );
  const created = rows[0];
  if (!created) throw new Error('an INSERT returned no row');
  return created;
}

/** Somebody must be left who can let others in: accounts are only for those whose view is not cut. */
async function refuseLastAdministrator(tx: Transaction, before: User, after: User): Promise<void> {
  const isAdministrator = ({ role, active, regions, customers }: User) =>
    role === 'administrator' && active && regions === null && customers === null;
  if (!isAdministrator(before) || isAdministrator(after)) return;
  const { rows } = await tx.query(
    `SELECT id FROM user_account WHERE role = 'administrator' AND active AND regions IS NULL AND customers IS NULL
       AND id <> $1 FOR UPDATE`,
    [before.id],
  );
  if (rows.length === 0) {
    throw new Problem(
      'refused',
      `${before.email} is the last active administrator who sees everything; make another one first`,
    );
  }
}

export function createUsers({ database, random, onChanged }: UsersOptions): Users {
  return {
    async list(query) {
      const limit = limitOf(query);
      const after = keyOf(query, 'integer')?.[0] ?? 0;
      const { rows } = await database.query<User>(
        `SELECT ${COLUMNS} FROM user_account WHERE id > $1 ORDER BY id LIMIT $2`,
        [after, limit + 1],
      );
      return pageOf(
        rows,
        limit,
        (user) => [String(user.id)],
        (user) => user,
      );
    },

    one: (id) => selectOne(database, id),

    async create(user) {
      await refuseUnknownScope(database, user);
      return insertUser(database, user, await hashPassword(user.password, random));
    },

    async patch(id, changes) {
      const user = await database.transaction(async (tx) => {
        const before = await selectOne(tx, id, 'FOR UPDATE');
        const after = { ...before, ...changes, id, email: before.email };
        await refuseLastAdministrator(tx, before, after);
        await refuseUnknownScope(tx, changes);
        await withRefusals(writtenOf(before.email, after.engineer), () =>
          tx.query(
            `UPDATE user_account SET name = $2, role = $3, regions = $4, customers = $5, engineer_code = $6, active = $7
             WHERE id = $1`,
            [id, after.name, after.role, after.regions, after.customers, after.engineer, after.active],
          ),
        );
        return selectOne(tx, id);
      });
      onChanged();
      return user;
    },

    async ensureAdministrator(given) {
      const { rows } = await database.query('SELECT 1 FROM user_account LIMIT 1');
      if (rows.length > 0) return null;
      const password = given ?? random(GENERATED_BYTES).toString('base64url');
      const passwordHash = await hashPassword(password, random);
      const { rowCount } = await database.query(
        `INSERT INTO user_account (email, name, password_hash, role) VALUES ($1, 'Administrator', $2, 'administrator')
         ON CONFLICT (email) DO NOTHING`,
        [FIRST_ADMINISTRATOR, passwordHash],
      );
      // Another process that started at the same time was first: its password is the one that counts.
      return rowCount === 1 && given === undefined ? password : null;
    },
  };
}
