// Device tokens: made, replaced with an overlap in which the old one still works, revoked, and checked at sign-in.
import type { CredentialEntry } from '../contracts/http/device-access.ts';
import type { Credential } from '../contracts/http/devices.ts';
import { Problem } from '../contracts/problems.ts';
import { type Clock, HOUR_MS, isoOf } from '../contracts/time.ts';
import type { Database, Transaction } from '../db/database.ts';
import { appendEvent } from '../db/event-log.ts';
import { createBatchLane } from '../db/batch-lane.ts';
import { createBoundedCache } from './bounded-cache.ts';
import { listCredentials } from './credential-list.ts';
import type { Directory } from './directory.ts';
import { createLastUsed } from './last-used.ts';
import type { RandomBytes } from './random.ts';
import { notFound } from './refusals.ts';
import { hashOf, isSameHash, newSecret } from './tokens.ts';

export interface RotateOptions {
  /** How long the tokens before stay good; 0 ends them at once (a token that leaked). */
  overlapHours?: number;
  /** Who asked for it. */
  actor?: string;
}

export interface Credentials {
  /** A new token, to be shown once. */
  rotate(device: string, options?: RotateOptions): Promise<Credential>;
  /** In the order of `devices`; all or none. */
  rotateMany(devices: readonly string[], options?: RotateOptions): Promise<Credential[]>;
  /** Every token a device ever had, newest first. */
  list(device: string): Promise<CredentialEntry[]>;
  /** Ends every token of a device at once, or just the one with this id. */
  revoke(device: string, options?: { id?: number; actor?: string }): Promise<void>;
  authenticate(device: string, token: string): Promise<boolean>;
  /** Another process ended tokens of this device: they are read again. */
  forget(device: string): void;
  close(): Promise<void>;
}

export interface CredentialsOptions {
  database: Database;
  directory: Directory;
  clock: Clock;
  random: RandomBytes;
  /** How long a replaced token stays good when nobody says otherwise. */
  overlapHours: number;
}

export const DEFAULT_OVERLAP_HOURS = 24;
/** How long a revocation may go unnoticed here where nobody tells of it. */
const CACHE_MS = 10_000;
const CACHE_LIMIT = 20_000;

interface Valid {
  id: number;
  hash: Buffer;
  expiresAtMs: number;
}

interface Cached {
  credentials: readonly Valid[];
  untilMs: number;
}

interface IdRow {
  id: number;
  code: string;
}

/** Locks the devices, in one order for everybody, so that two rotations take turns. */
async function lockDevices(tx: Transaction, codes: readonly string[]): Promise<Map<string, number>> {
  const { rows } = await tx.query<IdRow>('SELECT id, code FROM device WHERE code = ANY ($1) ORDER BY id FOR UPDATE', [
    codes,
  ]);
  const ids = new Map(rows.map(({ id, code }) => [code, id]));
  const missing = codes.filter((code) => !ids.has(code));
  if (missing.length > 0) {
    throw new Problem('not-found', `device ${missing.slice(0, 10).join(', ')} does not exist; register it first`);
  }
  return ids;
}

/** Gives the tokens before their end; tells which devices had one that was still good. */
async function endPrevious(tx: Transaction, ids: readonly number[], now: Date, end: Date): Promise<Set<number>> {
  const { rows } = await tx.query<{ device_id: number }>(
    `UPDATE device_credential SET expires_at = least(expires_at, $3)
     WHERE device_id = ANY ($1) AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)
     RETURNING device_id`,
    [ids, now, end],
  );
  return new Set(rows.map((row) => row.device_id));
}

export function createCredentials(parts: CredentialsOptions): Credentials {
  const { database, directory, clock, random, overlapHours: usualOverlapHours } = parts;
  const lastUsed = createLastUsed({ database, clock, table: 'device_credential' });
  const cache = createBoundedCache<number, Cached>(CACHE_LIMIT);
  /** Counts what made cached credentials stale, so that a read that began before it is not kept. */
  let changes = 0;

  function forgetIds(ids: Iterable<number>): void {
    changes += 1;
    for (const id of ids) cache.delete(id);
  }

  const read = createBatchLane<number, readonly Valid[]>(async (ids) => {
    const before = changes;
    const { rows } = await database.prepared<{
      id: bigint;
      device_id: number;
      token_hash: Buffer;
      expires_at: Date | null;
    }>(
      'credential-read',
      `SELECT id, device_id, token_hash, expires_at FROM device_credential
       WHERE device_id = ANY ($1) AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > $2)`,
      [ids, new Date(clock.now())],
    );
    const found = new Map<number, Valid[]>(ids.map((id) => [id, []]));
    for (const row of rows) {
      const expiresAtMs = row.expires_at?.getTime() ?? Number.POSITIVE_INFINITY;
      found.get(row.device_id)?.push({ id: Number(row.id), hash: row.token_hash, expiresAtMs });
    }
    const untilMs = clock.now() + CACHE_MS;
    if (changes === before) for (const [id, credentials] of found) cache.set(id, { credentials, untilMs });
    return ids.map((id) => found.get(id) ?? []);
  });

  async function rotateMany(
    devices: readonly string[],
    { overlapHours = usualOverlapHours, actor }: RotateOptions = {},
  ): Promise<Credential[]> {
    const secrets = new Map([...new Set(devices)].map((device) => [device, newSecret(random)]));
    const nowMs = clock.now();
    const endMs = nowMs + overlapHours * HOUR_MS;
    const { ids, replaced } = await database.transaction(async (tx) => {
      const locked = await lockDevices(tx, [...secrets.keys()]);
      const ended = await endPrevious(tx, [...locked.values()], new Date(nowMs), new Date(endMs));
      await tx.query(
        `INSERT INTO device_credential (device_id, token_hash, created_at, created_by)
         SELECT device_id, token_hash, $3, $4 FROM unnest($1::integer[], $2::bytea[]) AS made(device_id, token_hash)`,
        [
          [...secrets.keys()].map((device) => locked.get(device)),
          [...secrets.values()].map(({ hash }) => hash),
          new Date(nowMs),
          actor ?? null,
        ],
      );
      for (const [device, id] of locked) {
        if (overlapHours === 0 && ended.has(id)) appendRevoked(tx, device, nowMs, actor);
        const payload = { device, kind: 'token', actor: actor ?? null } as const;
        appendEvent(tx, { type: 'device.credential-issued', at: isoOf(nowMs), payload });
      }
      return { ids: locked, replaced: ended };
    });
    forgetIds(ids.values());
    return [...secrets].map(([device, { token }]) => {
      const hasPrevious = overlapHours > 0 && replaced.has(ids.get(device) ?? -1);
      return { device, token, previousValidUntil: hasPrevious ? isoOf(endMs) : null };
    });
  }

  return {
    rotateMany,
    async rotate(device, options) {
      const [credential] = await rotateMany([device], options);
      if (!credential) throw new Error('a rotation gave no credential');
      return credential;
    },
    list: (device) => listCredentials(database, device, clock.now()),
    async revoke(device, { id, actor } = {}) {
      const nowMs = clock.now();
      const ids = await database.transaction(async (tx) => {
        const locked = await lockDevices(tx, [device]);
        const { rowCount } = await tx.query(
          `UPDATE device_credential SET revoked_at = $2
           WHERE device_id = ANY ($1) AND revoked_at IS NULL AND ($3::bigint IS NULL OR id = $3)`,
          [[...locked.values()], new Date(nowMs), id ?? null],
        );
        if (rowCount > 0) appendRevoked(tx, device, nowMs, actor);
        else if (id !== undefined) throw notFound('token that is not revoked yet', String(id));
        return locked;
      });
      forgetIds(ids.values());
    },
    async authenticate(device, token) {
      const entry = await directory.load(device);
      if (!entry || entry.lifecycle === 'decommissioned') return false;
      const cached = cache.get(entry.id);
      const isFresh = cached !== undefined && cached.untilMs > clock.now();
      const credentials = isFresh ? cached.credentials : await read(entry.id);
      const hash = hashOf(token);
      // Every one is compared, so that the time taken does not tell which was close.
      const matches = credentials.filter((valid) => isSameHash(valid.hash, hash) && valid.expiresAtMs > clock.now());
      for (const { id } of matches) lastUsed.note(id);
      return matches.length > 0;
    },
    forget(device) {
      const entry = directory.find(device);
      if (entry) forgetIds([entry.id]);
    },
    close: () => lastUsed.settled(),
  };
}

export function appendRevoked(tx: Transaction, device: string, nowMs: number, actor?: string): void {
  const payload = actor === undefined ? { device } : { device, actor };
  appendEvent(tx, { type: 'device.credentials-revoked', at: isoOf(nowMs), payload });
}
