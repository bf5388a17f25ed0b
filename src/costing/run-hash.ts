// The hash of a run: of every pool's result with what each receiver carries, and of the flows between pools. A repeated run must
// come to the same.
import { createHash } from 'node:crypto';
import type { StoredFlow } from './allocation-flows.ts';
import { bigintsAsBytes, integersAsBytes } from './packed-arrays.ts';
import type { Placement } from './placements.ts';
import { keyOfResult } from './result-rows.ts';

const sha256 = (...parts: readonly (Buffer | string)[]): Buffer => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

const sumOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0);

function hashOfPlacement(placement: Placement, hashOfList: (ids: Int32Array) => Buffer): string {
  const { pool, element, currency, ownMinor, receivedMinor, sentMinor, unallocatedMinor, unusedMinor } = placement;
  const { receiverIds, amountsMinor } = placement;
  const sums = [ownMinor, receivedMinor, sentMinor, sumOf(amountsMinor), unallocatedMinor, unusedMinor];
  const head = [pool, element, currency, ...sums].join('|');
  return sha256(head, hashOfList(receiverIds), sha256(bigintsAsBytes(amountsMinor))).toString('hex');
}

/** Whatever order they come in. */
export function hashOfRun(placements: Iterable<Placement>, flows: readonly StoredFlow[]): string {
  // Many results share a list of receivers.
  const lists = new Map<Int32Array, Buffer>();
  const hashOfList = (ids: Int32Array): Buffer => {
    const hash = lists.get(ids) ?? sha256(integersAsBytes(ids));
    lists.set(ids, hash);
    return hash;
  };
  const results = Array.from(placements, (each) => `${keyOfResult(each)} ${hashOfPlacement(each, hashOfList)}\n`);
  const flowLines = flows.map((f) => `${f.from} ${f.to} ${f.element} ${f.currency} ${f.amountMinor}\n`);
  return sha256(...results.toSorted(), ...flowLines.toSorted()).toString('hex');
}
