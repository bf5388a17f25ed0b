// A device's tokens as a person sees them: when each was made and last used, and whether it is still good.
import type { CredentialEntry } from '../contracts/http/device-access.ts';
import type { EpochMs } from '../contracts/time.ts';
import type { Queryable } from '../db/database.ts';

/** Older ones are of no interest to anybody. */
const SHOWN = 100;

interface Row {
  id: bigint;
  created_at: Date;
  created_by: string | null;
  last_used_at: Date | null;
  expires_at: Date | null;
  revoked_at: Date | null;
}

function stateOf({ expires_at, revoked_at }: Row, nowMs: EpochMs): CredentialEntry['state'] {
  if (revoked_at !== null) return 'revoked';
  if (expires_at === null) return 'valid';
  return expires_at.getTime() > nowMs ? 'ending' : 'expired';
}

export async function listCredentials(db: Queryable, device: string, nowMs: EpochMs): Promise<CredentialEntry[]> {
  const { rows } = await db.query<Row>(
    `SELECT c.id, c.created_at, c.created_by, c.last_used_at, c.expires_at, c.revoked_at
     FROM device_credential c JOIN device d ON d.id = c.device_id WHERE d.code = $1 ORDER BY c.id DESC LIMIT ${SHOWN}`,
    [device],
  );
  return rows.map((row) => ({
    id: Number(row.id),
    createdAt: row.created_at.toISOString(),
    createdBy: row.created_by,
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
    expiresAt: row.expires_at?.toISOString() ?? null,
    revokedAt: row.revoked_at?.toISOString() ?? null,
    state: stateOf(row, nowMs),
  }));
}
