// Results of pools with the amounts of their receivers as rows of arrays. What is written is what differs: a row, its amounts,
// or the few amounts in it that a fact moved.
import { createHash } from 'node:crypto';
import type { Transaction } from '../db/database.ts';
import { keyOfResult, type SettledMemory, type StoredResult } from './allocation-results.ts';
import { bigintsAsBytes, integersAsBytes } from './packed-arrays.ts';

const sha256 = (...parts: readonly (Buffer | string)[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

/** Bytes of lists of receivers, which many results share, and their hashes. */
const lists = (): ((ids: Int32Array) => Buffer) => {
  const known = new WeakMap<Int32Array, Buffer>();
  return (ids) => {
    const hash = known.get(ids) ?? sha256(integersAsBytes(ids));
    known.set(ids, hash);
    return hash;
  };
};

/** A result with what is stored beside it; the hash is of all the rest, as the database checks it. */
interface Row {
  result: StoredResult;
  sums: readonly number[];
  amounts: Buffer;
  hash: Buffer;
}

const sumOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0);

function rowOf(result: StoredResult, hashOfList: (ids: Int32Array) => Buffer): Row {
  const { pool, element, currency, ownMinor, receivedMinor, sentMinor, unallocatedMinor, unusedMinor } = result;
  const sums = [ownMinor, receivedMinor, sentMinor, sumOf(result.amountsMinor), unallocatedMinor, unusedMinor];
  const amounts = bigintsAsBytes(result.amountsMinor);
  const head = [pool, element, currency, ...sums].join('|');
  return { result, sums, amounts, hash: sha256(head, hashOfList(result.receiverIds), sha256(amounts)) };
}

/** Hashes of results, as they are stored beside them. */
export function resultHasher(): (result: StoredResult) => string {
  const hashOfList = lists();
  return (result) => rowOf(result, hashOfList).hash.toString('hex');
}

const SUMS = ['own_minor', 'received_minor', 'sent_minor', 'placed_minor', 'unallocated_minor', 'unused_minor'];
const SET_SUMS = SUMS.map((name, index) => `${name} = $${index + 5}`).join(', ');
const UPSERT = `INSERT INTO allocation_result (run_id, pool, element, currency, ${SUMS.join(', ')}, amounts_minor, hash, receiver_ids)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::bigint[], $12, $13::integer[])
  ON CONFLICT (run_id, pool, element, currency) DO UPDATE
  SET ${SET_SUMS}, amounts_minor = $11, hash = $12, receiver_ids = $13`;
/** A list of receivers that is left alone is not written again. */
const UPDATE_AMOUNTS = `UPDATE allocation_result SET ${SET_SUMS}, amounts_minor = $11::bigint[], hash = $12
  WHERE run_id = $1 AND pool = $2 AND element = $3 AND currency = $4`;
/** Rows as columns; `places` and `amounts` are those of all rows, one row after the other. */
const PATCH = `UPDATE allocation_result a SET ${SUMS.map((name, index) => `${name} = x.s${index}`).join(', ')}, hash = x.hash,
    amounts_minor = with_amounts(a.amounts_minor, $5, $6, x.first, x.n)
  FROM (SELECT pool, element, currency, ${SUMS.map((_, index) => `s[${index + 1}] AS s${index}`).join(', ')}, hash, was, first, n
    FROM unnest($2::text[], $3::text[], $4::text[], $7::text[], $8::bytea[], $9::bytea[], $10::integer[], $11::integer[])
      AS x (pool, element, currency, sums, hash, was, first, n) CROSS JOIN LATERAL (SELECT sums::bigint[] AS s) sums) x
  WHERE a.run_id = $1 AND a.pool = x.pool AND a.element = x.element AND a.currency = x.currency AND a.hash = x.was`;
/** Where more than this part of a row's amounts differ, all of them are written. */
const PATCHED_SHARE = 1 / 3;

interface Patch {
  row: Row;
  /** The hash of the row that it is a patch of. */
  was: string;
  /** Places of the amounts that differ, from 1. */
  places: Int32Array;
}

/** Places where the amounts differ; `null` where those are many. */
function placesOf(before: Float64Array, after: Float64Array): Int32Array | null {
  const places: number[] = [];
  const most = after.length * PATCHED_SHARE;
  for (let i = 0; i < after.length; i += 1) {
    if (before[i] === after[i]) continue;
    if (places.length >= most) return null;
    places.push(i + 1);
  }
  return Int32Array.from(places);
}

async function writePatches(tx: Transaction, runId: number, patches: readonly Patch[]): Promise<void> {
  if (patches.length === 0) return;
  const ends: number[] = [];
  for (const { places } of patches) ends.push((ends.at(-1) ?? 0) + places.length);
  const places = new Int32Array(ends.at(-1) ?? 0);
  const amounts = new Float64Array(places.length);
  for (const [index, { row, places: its }] of patches.entries()) {
    const first = (ends[index] as number) - its.length;
    places.set(its, first);
    its.forEach((place, i) => {
      amounts[first + i] = row.result.amountsMinor[place - 1] as number;
    });
  }
  const column = <T>(of: (patch: Patch, index: number) => T): T[] => patches.map(of);
  const { rowCount } = await tx.prepared('allocation-patches', PATCH, [
    runId,
    column(({ row }) => row.result.pool),
    column(({ row }) => row.result.element),
    column(({ row }) => row.result.currency),
    integersAsBytes(places),
    bigintsAsBytes(amounts),
    column(({ row }) => `{${row.sums.join(',')}}`),
    column(({ row }) => row.hash),
    column(({ was }) => Buffer.from(was, 'hex')),
    column(({ places: its }, index) => (ends[index] as number) - its.length + 1),
    column(({ places: its }) => its.length),
  ]);
  if (rowCount !== patches.length) throw new Error('the run was changed by somebody else; it is to be read again');
}

/** Writes the results that are other than before, by their hash, and remembers them; answers with their number. */
export async function writeResults(
  tx: Transaction,
  runId: number,
  results: Iterable<StoredResult>,
  before: SettledMemory,
): Promise<number> {
  let written = 0;
  let sending: Promise<unknown> = Promise.resolve();
  const patches: Patch[] = [];
  const hashOfList = lists();
  for (const result of results) {
    const row = rowOf(result, hashOfList);
    const hash = row.hash.toString('hex');
    const key = keyOfResult(result);
    const old = before.get(key);
    if (hash === old?.hash) {
      old.placed = { receiverIds: result.receiverIds, amountsMinor: result.amountsMinor };
      continue;
    }
    const { pool, element, currency, ownMinor, receivedMinor, sentMinor, receiverIds, amountsMinor } = result;
    before.set(key, { ownMinor, receivedMinor, sentMinor, hash, placed: { receiverIds, amountsMinor } });
    written += 1;
    const isSameList = old?.placed?.receiverIds === receiverIds;
    const places = isSameList && old.placed ? placesOf(old.placed.amountsMinor, amountsMinor) : null;
    if (places && old) {
      patches.push({ row, was: old.hash, places });
      continue;
    }
    const values = [runId, pool, element, currency, ...row.sums, row.amounts, row.hash];
    // The next one is worked out while the database writes this one.
    await sending;
    sending = isSameList
      ? tx.prepared('allocation-amounts', UPDATE_AMOUNTS, values)
      : tx.prepared('allocation-results', UPSERT, [...values, integersAsBytes(receiverIds)]);
    sending.catch(() => {});
  }
  await sending;
  await writePatches(tx, runId, patches);
  return written;
}

export async function deleteOtherResults(tx: Transaction, runId: number, keys: readonly string[]): Promise<number> {
  const { rowCount } = await tx.prepared(
    'allocation-results-others',
    `DELETE FROM allocation_result WHERE run_id = $1 AND pool || ' ' || element || ' ' || currency <> ALL ($2::text[])`,
    [runId, keys],
  );
  return rowCount;
}
