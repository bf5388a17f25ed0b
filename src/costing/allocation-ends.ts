// Who shares a pool's rest and by what weights, as runs store it: once for all pools that are shared out alike, named by the hash
// of its content. What each receiver carries is worked out from it and from what the pool placed.
import { createHash } from 'node:crypto';
import type { Queryable, Transaction } from '../db/database.ts';
import { endWeightOf, type PoolEnds } from './core/allocation.ts';
import { bigintsAsBytes, integersAsBytes, numbersOf } from './packed-arrays.ts';

const sha256 = (...parts: readonly Buffer[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** In hexadecimal digits; `null` of ends that carry nothing, which are not stored. */
export type EndsHash = (ends: PoolEnds) => string | null;

/** Remembers the hashes of what it has seen, because a fact changes the ends of few pools. The database has the same: `ends_hash`. */
export function createEndsHash(): EndsHash {
  const ofEnds = new WeakMap<PoolEnds, string | null>();
  const ofLists = new WeakMap<Int32Array, Buffer>();
  const hashOfList = (ids: Int32Array): Buffer => {
    const hash = ofLists.get(ids) ?? sha256(integersAsBytes(ids));
    ofLists.set(ids, hash);
    return hash;
  };
  const hashOf = (ends: PoolEnds): string | null => {
    const { receiverIds, weights, unusedWeight } = ends;
    if (endWeightOf(ends) === 0n) return null;
    const unused = Buffer.alloc(8);
    unused.writeBigInt64BE(BigInt(unusedWeight));
    return sha256(hashOfList(receiverIds), sha256(bigintsAsBytes(weights)), unused).toString('hex');
  };
  return (ends) => {
    const known = ofEnds.get(ends);
    if (known !== undefined) return known;
    const hash = hashOf(ends);
    ofEnds.set(ends, hash);
    return hash;
  };
}

export const bytesOfHash = (hash: string | null): Buffer | null => (hash === null ? null : Buffer.from(hash, 'hex'));

export async function writeEnds(tx: Transaction, runId: number, fresh: ReadonlyMap<string, PoolEnds>): Promise<void> {
  for (const [hash, { receiverIds, weights, unusedWeight }] of fresh) {
    await tx.prepared(
      'allocation-ends',
      `INSERT INTO allocation_ends (run_id, hash, receiver_ids, weights, unused_weight)
       VALUES ($1, $2, $3::integer[], $4::bigint[], $5) ON CONFLICT DO NOTHING`,
      [runId, bytesOfHash(hash), integersAsBytes(receiverIds), bigintsAsBytes(weights), unusedWeight],
    );
  }
}

/** Those no result of the run names any more. */
export async function deleteEnds(tx: Transaction, runId: number, hashes: readonly string[]): Promise<void> {
  if (hashes.length === 0) return;
  await tx.prepared(
    'allocation-ends-gone',
    'DELETE FROM allocation_ends WHERE run_id = $1 AND hash = ANY ($2::bytea[])',
    [runId, hashes.map(bytesOfHash)],
  );
}

/** Ends of a run by their hash. */
export async function readEnds(
  db: Queryable,
  runId: number,
  hashes: readonly string[],
): Promise<Map<string, PoolEnds>> {
  if (hashes.length === 0) return new Map();
  const { rows } = await db.prepared<{ hash: string; ids: string; weights: string; unused: bigint }>(
    'allocation-ends-read',
    `SELECT encode(hash, 'hex') AS hash, receiver_ids::text AS ids, weights::text, unused_weight AS unused
     FROM allocation_ends WHERE run_id = $1 AND hash = ANY ($2::bytea[])`,
    [runId, hashes.map(bytesOfHash)],
  );
  return new Map(
    rows.map(({ hash, ids, weights, unused }) => [
      hash,
      { receiverIds: Int32Array.from(numbersOf(ids)), weights: numbersOf(weights), unusedWeight: Number(unused) },
    ]),
  );
}
