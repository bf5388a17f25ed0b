// Cost lines in columns: every dimension as a number of its dictionary, beside the amount. Lines are only ever added.
import { FACT_DIMENSION_COLUMNS } from '../dimension-columns.ts';
import { type CodeColumn, type Codes, createCodeColumn } from './code-column.ts';
import { createDictionary, createNumberDictionary, type Dictionary } from './dictionary.ts';

export const LINE_COLUMNS = [...FACT_DIMENSION_COLUMNS, 'element', 'pool', 'work_order_id', 'currency'] as const;
export type LineColumn = (typeof LINE_COLUMNS)[number];

export type Dictionaries = Readonly<Record<LineColumn, Dictionary>>;

export const createDictionaries = (): Dictionaries =>
  Object.fromEntries(
    LINE_COLUMNS.map((column) => [column, column === 'work_order_id' ? createNumberDictionary() : createDictionary()]),
  ) as Record<LineColumn, Dictionary>;

const FIRST_CAPACITY = 256;
/** Up to here a sum of whole numbers in floating point is the sum, whatever the order. */
export const EXACT_LIMIT = BigInt(Number.MAX_SAFE_INTEGER);

/** Many lines at once: codes of a column as `codeOf` translates them into those of its dictionary. */
export interface LineArrays {
  amounts: Float64Array;
  /** Amounts that a float cannot hold, by place. */
  large: ReadonlyMap<number, bigint>;
  columns: Readonly<Record<LineColumn, { codes: Codes; codeOf: Uint32Array }>>;
}

export interface Lines {
  readonly length: number;
  /** Sum of the absolute amounts: no partial sum is larger. */
  readonly magnitude: bigint;
  readonly columns: Readonly<Record<LineColumn, CodeColumn>>;
  /** Whole minor units; exact only while `magnitude` is within `EXACT_LIMIT`. */
  readonly amounts: Float64Array;
  amountAt(index: number): bigint;
  /** One code a column, in the order of `LINE_COLUMNS`. */
  add(codes: readonly number[], amountMinor: bigint): void;
  append(packed: LineArrays): void;
  bytes(): number;
}

export function createLines(): Lines {
  const columns = Object.fromEntries(LINE_COLUMNS.map((column) => [column, createCodeColumn()])) as Record<
    LineColumn,
    CodeColumn
  >;
  const inOrder = LINE_COLUMNS.map((column) => columns[column]);
  /** Amounts that a float cannot hold, by line. */
  const large = new Map<number, bigint>();
  let amounts = new Float64Array(FIRST_CAPACITY);
  let length = 0;
  let magnitude = 0n;
  /** Gathered as a float while that is exact: a bigint for each line would be most of the work of loading. */
  let pending = 0;

  const settle = (): void => {
    magnitude += BigInt(pending);
    pending = 0;
  };

  function reserve(capacity: number): void {
    if (capacity <= amounts.length) return;
    const longer = new Float64Array(Math.max(capacity, amounts.length * 2));
    longer.set(amounts);
    amounts = longer;
  }

  /** `amountMinor` of an amount that a float cannot hold. */
  function noteAmount(at: number, amount: number, amountMinor: bigint | null): void {
    amounts[at] = amount;
    if (amountMinor !== null) {
      large.set(at, amountMinor);
      magnitude += amountMinor < 0n ? -amountMinor : amountMinor;
      return;
    }
    const size = Math.abs(amount);
    if (pending + size > Number.MAX_SAFE_INTEGER) settle();
    pending += size;
  }

  return {
    get length() {
      return length;
    },
    get magnitude() {
      settle();
      return magnitude;
    },
    columns,
    get amounts() {
      return amounts;
    },
    amountAt: (index) => large.get(index) ?? BigInt(amounts[index] ?? 0),
    add(codes, amountMinor) {
      reserve(length + 1);
      for (let column = 0; column < inOrder.length; column += 1) inOrder[column]?.push(codes[column] as number);
      const amount = Number(amountMinor);
      noteAmount(length, amount, Math.abs(amount) > Number.MAX_SAFE_INTEGER ? amountMinor : null);
      length += 1;
    },
    append(added) {
      reserve(length + added.amounts.length);
      for (const column of LINE_COLUMNS)
        columns[column].append(added.columns[column].codes, added.columns[column].codeOf);
      added.amounts.forEach((amount, i) => noteAmount(length + i, amount, added.large.get(i) ?? null));
      length += added.amounts.length;
    },
    bytes: () => amounts.byteLength + inOrder.reduce((sum, { codes }) => sum + codes.byteLength, 0),
  };
}
