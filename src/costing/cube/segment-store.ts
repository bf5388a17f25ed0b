// Direct facts of a period brought into memory: what was kept of them in columns, and only what came since read one by one. What
// is kept is held against the facts before it is used: facts never change, so the same number of them up to the same one is the same.
import type { Period } from '../../contracts/time.ts';
import type { Database, Transaction } from '../../db/database.ts';
import { createLines, type Dictionaries, type Lines } from './lines.ts';
import { readDirectFacts } from './read-facts.ts';
import { packLines, unpackLines } from './segment-codec.ts';

/** Lines of one row; about 10 MB at most. */
const PART_LINES = 500_000;
/** Two processes that keep the same period take turns. */
const KEEP_LOCK = 7_201_044;

interface PartRow {
  part: number;
  last_fact_id: bigint;
  facts_until: bigint;
  columns: Buffer;
}

/** Where what is kept of a period ends: parts, and the facts up to the last of them. */
interface KeptUntil {
  parts: number;
  lastFactId: bigint;
}

/** Lines that were read one by one, to be kept behind what is kept already, or instead of it. */
export interface ToKeep {
  period: Period;
  lines: Lines;
  from: number;
  to: number;
  before: KeptUntil;
  isInstead: boolean;
  lastFactId: bigint;
  factsUntil: bigint;
}

export interface DirectRead {
  lines: Lines;
  /** What was read fact by fact. */
  toKeep: ToKeep;
}

async function countFacts(tx: Transaction, period: Period, until: bigint) {
  const { rows } = await tx.query<{ all: bigint; until: bigint; last: bigint }>(
    `SELECT count(*) AS all, count(*) FILTER (WHERE id <= $2) AS until, coalesce(max(id), 0) AS last
     FROM cost_fact WHERE period = $1`,
    [period, until],
  );
  return rows[0] ?? { all: 0n, until: 0n, last: 0n };
}

/** Within one snapshot. */
export async function readDirect(tx: Transaction, period: Period, dictionaries: Dictionaries): Promise<DirectRead> {
  const { rows: parts } = await tx.query<PartRow>(
    'SELECT part, last_fact_id, facts_until, columns FROM cost_segment WHERE period = $1 ORDER BY part',
    [period],
  );
  const last = parts.at(-1);
  const before = { parts: parts.length, lastFactId: last?.last_fact_id ?? 0n };
  const facts = await countFacts(tx, period, before.lastFactId);
  // A fact with a smaller number may come into sight after one with a larger.
  const isStale = last !== undefined && facts.until !== last.facts_until;
  const lines = createLines();
  if (!isStale) for (const { columns } of parts) lines.append(await unpackLines(columns, dictionaries));
  const from = lines.length;
  await readDirectFacts(tx, { period, after: isStale ? 0n : before.lastFactId }, dictionaries, lines);
  const read = { period, lines, from, to: lines.length, lastFactId: facts.last, factsUntil: facts.all };
  return { lines, toKeep: { ...read, before, isInstead: isStale } };
}

/** Keeps them, unless another process did meanwhile. */
export async function keepDirect(
  database: Database,
  { period, lines, from, to, before, isInstead, lastFactId, factsUntil }: ToKeep,
  dictionaries: Dictionaries,
): Promise<void> {
  const packed: { lines: number; columns: Buffer }[] = [];
  for (let at = from; at < to; at += PART_LINES) {
    const end = Math.min(to, at + PART_LINES);
    packed.push({ lines: end - at, columns: await packLines(lines, at, end, dictionaries) });
  }
  await database.transaction(async (tx) => {
    await tx.query('SELECT pg_advisory_xact_lock($1, hashtext($2))', [KEEP_LOCK, period]);
    const { rows } = await tx.query<{ parts: number; last: bigint }>(
      'SELECT count(*)::integer AS parts, coalesce(max(last_fact_id), 0) AS last FROM cost_segment WHERE period = $1',
      [period],
    );
    if (rows[0]?.parts !== before.parts || rows[0].last !== before.lastFactId) return;
    if (isInstead) await tx.query('DELETE FROM cost_segment WHERE period = $1', [period]);
    const first = isInstead ? 0 : before.parts;
    for (const [index, part] of packed.entries()) {
      await tx.query(
        `INSERT INTO cost_segment (period, part, lines, last_fact_id, facts_until, columns) VALUES ($1, $2, $3, $4, $5, $6)`,
        [period, first + index, part.lines, lastFactId, factsUntil, part.columns],
      );
    }
  });
}
