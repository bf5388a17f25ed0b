// Cells of several currencies brought into one: amounts by key, the rates that were used, and what has no rate. Each currency and
// month is brought over by itself, so that a month comes to the same whatever other months it is shown with.
import type { NotConverted, UsedRate } from '../contracts/http/costs.ts';
import { moneyOf } from '../contracts/money.ts';
import type { Queryable } from '../db/database.ts';
import { convertedParts, rateOf, roundRows } from './core/conversion.ts';
import { type Amounts, byOrigin, plus, totalOf } from './core/origins.ts';
import type { CellRow, Cells } from './cube/cells.ts';
import { exchangeRatesFor } from './exchange-rates.ts';

export interface ConvertedCells {
  rows: CellRow[];
  rates: UsedRate[];
  notConverted: NotConverted[];
}

const map = (amounts: Amounts, to: (minor: bigint) => bigint): Amounts => byOrigin((origin) => to(amounts[origin]));

function addTo(rows: Map<string, CellRow>, { keys, amounts, lines }: CellRow): void {
  const key = JSON.stringify(Object.values(keys));
  const row = rows.get(key);
  if (!row) {
    rows.set(key, { keys, amounts, lines });
    return;
  }
  row.lines += lines;
  row.amounts = plus(row.amounts, amounts);
}

const unconverted = ({ currency, period, rows }: Cells): NotConverted => ({
  period: period ?? '',
  amount: moneyOf(
    rows.reduce((sum, { amounts }) => sum + totalOf(amounts), 0n),
    currency,
  ),
  lines: rows.reduce((sum, { lines }) => sum + lines, 0),
});

export async function convertCells(db: Queryable, cells: readonly Cells[], into: string): Promise<ConvertedCells> {
  const foreign = cells.filter(({ currency }) => currency !== into);
  const currencies = [...new Set(foreign.map(({ currency }) => currency))];
  const periods = [...new Set(foreign.flatMap(({ period }) => (period === null ? [] : [period])))];
  const inForce = foreign.length === 0 ? [] : await exchangeRatesFor(db, currencies, into, periods);
  const rows = new Map<string, CellRow>();
  const rates: UsedRate[] = [];
  const notConverted: NotConverted[] = [];
  for (const group of cells) {
    const used = inForce.find(({ currency, period }) => currency === group.currency && period === group.period);
    const rate = used ? rateOf(used) : null;
    if (group.currency === into) {
      for (const row of group.rows) addTo(rows, row);
    } else if (used && rate) {
      rates.push(used);
      const exactly = (minor: bigint): bigint => convertedParts(minor, rate, group.currency, into);
      const rounded = roundRows(group.rows.map(({ amounts }) => map(amounts, exactly)));
      group.rows.forEach((row, index) => addTo(rows, { ...row, amounts: rounded[index] ?? row.amounts }));
    } else notConverted.push(unconverted(group));
  }
  return { rows: [...rows.values()], rates, notConverted };
}
