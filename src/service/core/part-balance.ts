// What of a part is still out on a job: issues less returns, by serial or lot, at the cost frozen when it was issued.

export interface PartUse {
  quantity: number;
  serial: string | null;
  lot: string | null;
  unitCostMinor: bigint;
  currency: string;
}

export interface Issued {
  unitCostMinor: bigint;
  currency: string;
  quantity: number;
}

/**
 * The lots of cost a return can be taken from: what was issued under the same serial and lot and not returned yet,
 * newest issue first, because what comes back is what was taken last.
 */
export function outstanding(uses: readonly PartUse[], serial: string | null, lot: string | null): Issued[] {
  const issued: Issued[] = [];
  for (const use of uses) {
    if (use.serial !== serial || use.lot !== lot) continue;
    const { unitCostMinor, currency, quantity } = use;
    if (quantity > 0) issued.push({ unitCostMinor, currency, quantity });
    else takeBack(issued, unitCostMinor, currency, -quantity);
  }
  return issued.filter(({ quantity }) => quantity > 0).toReversed();
}

function takeBack(issued: readonly Issued[], unitCostMinor: bigint, currency: string, quantity: number): void {
  let left = quantity;
  for (const issue of issued.toReversed()) {
    if (issue.unitCostMinor !== unitCostMinor || issue.currency !== currency) continue;
    const taken = Math.min(left, issue.quantity);
    issue.quantity -= taken;
    left -= taken;
  }
}

/** The returns that give back `quantity`, each at the cost of its issue; `null` when less than that is out. */
export function returnsFor(issued: readonly Issued[], quantity: number): Issued[] | null {
  const returns: Issued[] = [];
  let left = quantity;
  for (const issue of issued) {
    if (left === 0) break;
    const taken = Math.min(left, issue.quantity);
    returns.push({ ...issue, quantity: taken });
    left -= taken;
  }
  return left === 0 ? returns : null;
}
