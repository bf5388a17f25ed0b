// Turns what the database refuses into a Problem that says what to do: a code that is taken, one that does not exist,
// a value that does not fit. Everything else stays the error it is.
import { Problem } from '../contracts/problems.ts';
import { isDataError, sqlStateOf } from '../db/errors.ts';

/** What was being written. */
export interface Written {
  noun: string;
  table: string;
  code: string;
  columns: Readonly<Record<string, unknown>>;
  /** Column -> what its code is a code of. */
  references: Readonly<Record<string, string>>;
}

const constraintOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'constraint' in error ? String(error.constraint) : '';

/** The constraint's name tells the column, whatever language the server speaks in its messages. */
function missingReference(error: unknown, { table, columns, references }: Written): Problem | null {
  for (const [column, noun] of Object.entries(references)) {
    if (constraintOf(error) === `${table}_${column}_fkey`) {
      return new Problem('refused', `${noun} ${String(columns[column])} does not exist; create it first`);
    }
  }
  return null;
}

export function refusalOf(error: unknown, written: Written): unknown {
  const { noun, code } = written;
  const state = sqlStateOf(error);
  if (state === '23505') return new Problem('already-exists', `${noun} ${code} exists already; codes are never reused`);
  if (state === '23503') return missingReference(error, written) ?? error;
  if (!isDataError(error)) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new Problem('validation-failed', `${noun} ${code} cannot be stored: ${reason}`);
}

export async function withRefusals<T>(written: Written, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    throw refusalOf(error, written);
  }
}

export const notFound = (noun: string, code: string): Problem =>
  new Problem('not-found', `${noun} ${code} does not exist or is outside of your scope`);
