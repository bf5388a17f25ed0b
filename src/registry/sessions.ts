// Signing in and staying signed in: opaque tokens that can be ended at once, of which only hashes are kept.
import type { Principal } from '../contracts/access.ts';
import type { Tokens } from '../contracts/http/auth.ts';
import { Problem } from '../contracts/problems.ts';
import { type Clock, DAY_MS, type EpochMs } from '../contracts/time.ts';
import type { Database, Queryable } from '../db/database.ts';
import { createBoundedCache } from './bounded-cache.ts';
import { createLoginAttempts } from './login-attempts.ts';
import { hashPassword, isPassword } from './passwords.ts';
import type { RandomBytes } from './random.ts';
import { judgeRefresh, newPart, parseRefresh, printRefresh, refreshHashOf } from './session-tokens.ts';
import { hashOf, newSecret } from './tokens.ts';
import { normalEmail, type UserRow } from './users.ts';

export interface Sessions {
  /** `address` is where the caller comes from; wrong guesses are counted for the two together. */
  login(email: string, password: string, address: string): Promise<Tokens>;
  /** New tokens for the refresh token; the old ones are no longer good. Shown twice, it ends the session. */
  refresh(refreshToken: string): Promise<Tokens>;
  logout(accessToken: string): Promise<void>;
  /** Who holds the token; `null` when it is not (or no longer) good. */
  authenticate(accessToken: string): Promise<Principal | null>;
  /** Nothing that is remembered of a person holds any longer. */
  forget(): void;
}

export interface SessionsOptions {
  database: Database;
  clock: Clock;
  random: RandomBytes;
}

const ACCESS_MS = 30 * 60_000;
const REFRESH_MS = 14 * DAY_MS;
/** How long the end of a session may go unnoticed in another process. */
const CACHE_MS = 5_000;
const CACHE_LIMIT = 10_000;

type AccountRow = UserRow & { password_hash: string };
type SessionRow = UserRow & { refresh_hash: Buffer; access_hash: Buffer };

const USER = 'u.id, u.email, u.name, u.role, u.regions, u.customers, u.engineer_code AS engineer';

const principalOf = ({ id, email, name, role, regions, customers, engineer }: UserRow): Principal => ({
  userId: id,
  email,
  name,
  role,
  scope: { regions, customers },
  engineer,
});

const tokensOf = (access: string, refresh: string, row: UserRow): Tokens => {
  const { id, email, name, role, regions, customers, engineer } = row;
  const user = { id, email, name, role, regions, customers, engineer };
  return { accessToken: access, refreshToken: refresh, expiresInS: ACCESS_MS / 1_000, user };
};

const endSession = async (db: Queryable, sessionId: number, nowMs: EpochMs): Promise<void> => {
  const text = 'UPDATE user_session SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL';
  await db.query(text, [sessionId, new Date(nowMs)]);
};

const notSignedIn = (): Problem => new Problem('not-signed-in', 'The session has ended; sign in again');

export async function createSessions({ database, clock, random }: SessionsOptions): Promise<Sessions> {
  const attempts = createLoginAttempts(clock);
  const cache = createBoundedCache<string, { principal: Principal; untilMs: EpochMs }>(CACHE_LIMIT);
  /** Compared with when there is no such account: the answer takes as long as a wrong password. */
  const nobody = await hashPassword(newPart(random), random);

  async function openSession(row: UserRow): Promise<Tokens> {
    const nowMs = clock.now();
    const access = newSecret(random);
    const parts = { lasting: newPart(random), changing: newPart(random) };
    const { rows } = await database.query<{ id: bigint }>(
      `INSERT INTO user_session (user_id, access_hash, refresh_hash, access_expires_at, refresh_expires_at)
       VALUES ($1, $2, $3, $4, $5) RETURNING id`,
      [row.id, access.hash, refreshHashOf(parts), new Date(nowMs + ACCESS_MS), new Date(nowMs + REFRESH_MS)],
    );
    return tokensOf(access.token, printRefresh({ sessionId: Number(rows[0]?.id), ...parts }), row);
  }

  async function login(givenEmail: string, password: string, address: string): Promise<Tokens> {
    const email = normalEmail(givenEmail);
    attempts.begin(email, address);
    const { rows } = await database.query<AccountRow>(
      `SELECT ${USER}, u.password_hash FROM user_account u WHERE u.email = $1 AND u.active`,
      [email],
    );
    const row = rows[0];
    const isRight = await isPassword(password, row?.password_hash ?? nobody);
    if (!row || !isRight) throw new Problem('wrong-credentials', 'E-mail or password is wrong');
    attempts.succeeded(email, address);
    return openSession(row);
  }

  /** The session and its person, locked, so that of two refreshes with one token the second sees the first. */
  async function lockSession(db: Queryable, sessionId: number, nowMs: EpochMs): Promise<SessionRow | undefined> {
    const { rows } = await db.query<SessionRow>(
      `SELECT ${USER}, s.refresh_hash, s.access_hash FROM user_session s JOIN user_account u ON u.id = s.user_id
       WHERE s.id = $1 AND s.revoked_at IS NULL AND s.refresh_expires_at > $2 AND u.active FOR UPDATE OF s`,
      [sessionId, new Date(nowMs)],
    );
    return rows[0];
  }

  async function refresh(text: string): Promise<Tokens> {
    const shown = parseRefresh(text);
    if (!shown) throw notSignedIn();
    const nowMs = clock.now();
    // A value, not an exception: the end of the session must be committed.
    const tokens = await database.transaction(async (tx) => {
      const row = await lockSession(tx, shown.sessionId, nowMs);
      if (!row) return null;
      const verdict = judgeRefresh(shown, row.refresh_hash);
      if (verdict === 'foreign') return null;
      cache.delete(row.access_hash.toString('hex'));
      if (verdict === 'reused') {
        await endSession(tx, shown.sessionId, nowMs);
        return null;
      }
      const access = newSecret(random);
      const next = { ...shown, changing: newPart(random) };
      await tx.query(
        `UPDATE user_session SET access_hash = $2, refresh_hash = $3, access_expires_at = $4, refresh_expires_at = $5
         WHERE id = $1`,
        [shown.sessionId, access.hash, refreshHashOf(next), new Date(nowMs + ACCESS_MS), new Date(nowMs + REFRESH_MS)],
      );
      return tokensOf(access.token, printRefresh(next), row);
    });
    if (!tokens) throw notSignedIn();
    return tokens;
  }

  async function readPrincipal(hash: Buffer, key: string): Promise<Principal | null> {
    const nowMs = clock.now();
    const { rows } = await database.prepared<UserRow & { access_expires_at: Date }>(
      'session-read',
      `SELECT ${USER}, s.access_expires_at FROM user_session s JOIN user_account u ON u.id = s.user_id
       WHERE s.access_hash = $1 AND s.revoked_at IS NULL AND s.access_expires_at > $2 AND u.active`,
      [hash, new Date(nowMs)],
    );
    const row = rows[0];
    if (!row) return null;
    const principal = principalOf(row);
    cache.set(key, { principal, untilMs: Math.min(nowMs + CACHE_MS, row.access_expires_at.getTime()) });
    return principal;
  }

  return {
    login,
    refresh,
    async logout(accessToken) {
      const hash = hashOf(accessToken);
      await database.query('UPDATE user_session SET revoked_at = $2 WHERE access_hash = $1 AND revoked_at IS NULL', [
        hash,
        new Date(clock.now()),
      ]);
      cache.delete(hash.toString('hex'));
    },
    async authenticate(accessToken) {
      const hash = hashOf(accessToken);
      const key = hash.toString('hex');
      const cached = cache.get(key);
      return cached && cached.untilMs > clock.now() ? cached.principal : readPrincipal(hash, key);
    },
    forget: () => cache.clear(),
  };
}

/** Deletes sessions that ended longer ago than a refresh token lives. */
export async function purgeSessions(db: Queryable, nowMs: EpochMs): Promise<number> {
  const text = 'DELETE FROM user_session WHERE refresh_expires_at < $1 OR revoked_at < $1';
  const { rowCount } = await db.query(text, [new Date(nowMs - REFRESH_MS)]);
  return rowCount;
}
