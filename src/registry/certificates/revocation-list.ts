// The signed list of revoked certificates: made anew with each revocation and before it runs out, kept in the database
// for the processes that have no key. A list that ran out is not handed to TLS, which would then refuse every device;
// the check at sign-in does not depend on it.
import { DAY_MS, type EpochMs, isoOf } from '../../contracts/time.ts';
import type { Database, Queryable, Transaction } from '../../db/database.ts';
import { appendEvent } from '../../db/event-log.ts';
import type { Authority, Revoked } from './authority.ts';
import { pemOf } from './der.ts';

const VALID_DAYS = 30;
/** Signed again when less than this is left. */
const RENEW_BEFORE_MS = 15 * DAY_MS;

interface Row {
  list: Buffer;
  next_update: Date;
}

const read = async (db: Queryable, authority: Authority): Promise<Row | null> => {
  const { rows } = await db.query<Row>('SELECT list, next_update FROM revocation_list WHERE authority = $1', [
    authority.id,
  ]);
  return rows[0] ?? null;
};

/** PEM; null when there is none that still holds. */
export async function currentList(db: Queryable, authority: Authority, nowMs: EpochMs): Promise<string | null> {
  const row = await read(db, authority);
  return row && row.next_update.getTime() > nowMs ? pemOf('X509 CRL', row.list) : null;
}

/** Signs the next list from what is revoked by now; does nothing where the key is not. */
export async function signList(tx: Transaction, authority: Authority, nowMs: EpochMs): Promise<void> {
  if (!authority.signer) return;
  // Takes the row first, so that two revocations at once take turns and the later list holds both.
  const { rows: numbers } = await tx.query<{ number: bigint }>(
    `INSERT INTO revocation_list (authority, number, list, next_update) VALUES ($1, 1, '', $2)
     ON CONFLICT (authority) DO UPDATE SET number = revocation_list.number + 1 RETURNING number`,
    [authority.id, new Date(nowMs)],
  );
  const { rows } = await tx.query<{ serial: string; revoked_at: Date }>(
    `SELECT serial, revoked_at FROM device_certificate
     WHERE authority = $1 AND revoked_at IS NOT NULL AND not_after > $2 ORDER BY id`,
    [authority.id, new Date(nowMs)],
  );
  const revoked = rows.map(({ serial, revoked_at }): Revoked => ({ serial, revokedAtMs: revoked_at.getTime() }));
  const nextMs = nowMs + VALID_DAYS * DAY_MS;
  const number = Number(numbers[0]?.number);
  const list = authority.signer.revocationList({ number, revoked, atMs: nowMs, nextMs });
  await tx.query('UPDATE revocation_list SET list = $2, next_update = $3 WHERE authority = $1', [
    authority.id,
    list,
    new Date(nextMs),
  ]);
  appendEvent(tx, { type: 'device.revocation-list-signed', at: isoOf(nowMs), payload: { number } });
}

/** Signs the list again when it is due; says in one line what was done. */
export async function renewList(database: Database, authority: Authority | null, nowMs: EpochMs): Promise<string> {
  if (!authority?.signer) return 'there is no authority here that could sign';
  const row = await read(database, authority);
  if (row && row.next_update.getTime() - nowMs >= RENEW_BEFORE_MS) return 'not due yet';
  await database.transaction((tx) => signList(tx, authority, nowMs));
  return 'signed anew';
}
