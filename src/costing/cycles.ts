// Cycle versions: written as drafts, checked, and put in force by a second person, or withdrawn. A version is never changed; a
// correction is the next one. At most one cycle is in force in a month.
import type { AllocationCycle, CycleProblem, NewAllocationCycle } from '../contracts/http/allocation.ts';
import { Problem } from '../contracts/problems.ts';
import type { Period } from '../contracts/time.ts';
import type { Database, Queryable, Transaction } from '../db/database.ts';
import { appendEvent } from '../db/event-log.ts';
import { problemsOfRules } from './cycle-checks.ts';
import { withMerged } from './core/merged-filters.ts';
import type { ValueMapping } from './core/value-mapping.ts';

interface CycleRow {
  code: string;
  version: number;
  effective_from: Period;
  effective_to: Period | null;
  method: AllocationCycle['method'];
  close_first: string[];
  segments: AllocationCycle['segments'];
  author: string;
  created_at: Date;
  activated_by: string | null;
  activated_at: Date | null;
  withdrawn_by: string | null;
  withdrawn_at: Date | null;
}

const SELECT_CYCLES = `SELECT c.code, c.version, effective_from, effective_to, method, close_first, segments, author, created_at,
    a.actor AS activated_by, a.at AS activated_at, w.actor AS withdrawn_by, w.at AS withdrawn_at
  FROM allocation_cycle c LEFT JOIN allocation_activation a ON a.cycle = c.code AND a.cycle_version = c.version
  LEFT JOIN allocation_withdrawal w ON w.cycle = c.code AND w.cycle_version = c.version`;
const NEWEST_FIRST = 'ORDER BY effective_from DESC, c.version DESC, c.code';

const toCycle = (row: CycleRow): AllocationCycle => ({
  code: row.code,
  version: row.version,
  effectiveFrom: row.effective_from,
  effectiveTo: row.effective_to,
  method: row.method,
  closeFirst: row.close_first,
  segments: row.segments,
  author: row.author,
  createdAt: row.created_at.toISOString(),
  activatedBy: row.activated_by,
  activatedAt: row.activated_at?.toISOString() ?? null,
  withdrawnBy: row.withdrawn_by,
  withdrawnAt: row.withdrawn_at?.toISOString() ?? null,
});

export async function listCycles(db: Queryable): Promise<AllocationCycle[]> {
  const { rows } = await db.query<CycleRow>(`${SELECT_CYCLES} ${NEWEST_FIRST}`);
  return rows.map(toCycle);
}

/** The version in force for a period, as the database tells it to runs too. */
export async function cycleFor(db: Queryable, period: Period): Promise<AllocationCycle | null> {
  const { rows } = await db.prepared<CycleRow>(
    'cycle-for-period',
    `${SELECT_CYCLES} WHERE (c.code, c.version) IN (SELECT f.code, f.version FROM cycle_in_force($1) f)`,
    [period],
  );
  return rows[0] ? toCycle(rows[0]) : null;
}

/** A version of a cycle; when none is named, the newest that was not withdrawn. */
export async function readCycle(db: Queryable, code: string, version?: number): Promise<AllocationCycle> {
  const { rows } = await db.query<CycleRow>(
    `${SELECT_CYCLES} WHERE c.code = $1 AND CASE WHEN $2::integer IS NULL THEN w.cycle IS NULL ELSE c.version = $2 END
     ORDER BY c.version DESC LIMIT 1`,
    [code, version ?? null],
  );
  if (!rows[0])
    throw new Problem('not-found', `There is no ${version === undefined ? '' : `version ${version} of `}cycle ${code}`);
  return toCycle(rows[0]);
}

/** What can neither be written nor tried. */
const SENSELESS: readonly CycleProblem['code'][] = ['unknown-pool', 'pool-twice', 'ends-before-it-begins'];

export function refuseSenseless(problems: readonly CycleProblem[]): void {
  const senseless = problems.filter(({ code }) => SENSELESS.includes(code));
  if (senseless.length > 0) throw new Problem('refused', senseless.map(({ detail }) => detail.en).join('; '));
}

/** The version a run was computed by, its filters as they were then, whatever was merged since. */
export async function rulesOfRun(db: Queryable, runId: number): Promise<AllocationCycle> {
  const { rows } = await db.query<{ cycle: string; cycle_version: number; merged: ValueMapping[] }>(
    'SELECT cycle, cycle_version, merged FROM allocation_run WHERE id = $1',
    [runId],
  );
  const [run] = rows;
  if (!run) throw new Problem('not-found', `There is no allocation run ${runId}`);
  return withMerged(await readCycle(db, run.cycle, run.cycle_version), run.merged);
}

/** Writes a version as a draft. */
export async function createCycle(
  database: Database,
  cycle: NewAllocationCycle,
  author: string,
  at: string,
): Promise<AllocationCycle> {
  refuseSenseless(await problemsOfRules(database, cycle));
  await database.transaction(async (tx) => {
    const { code, version } = cycle;
    const { rowCount } = await tx.query(
      `INSERT INTO allocation_cycle (code, version, effective_from, effective_to, method, close_first, segments, author, created_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING`,
      [
        code,
        version,
        cycle.effectiveFrom,
        cycle.effectiveTo ?? null,
        cycle.method,
        cycle.closeFirst ?? [],
        JSON.stringify(cycle.segments),
        author,
        at,
      ],
    );
    if (rowCount === 0)
      throw new Problem('already-exists', `Version ${version} of cycle ${code} exists; post the next version`);
    appendEvent(tx, { type: 'allocation.cycle-created', at, payload: { cycle: code, version } });
  });
  return readCycle(database, cycle.code, cycle.version);
}

/** What is decided of a draft, once. */
export interface CycleDecision {
  code: string;
  version: number;
  actor: string;
  note: string | null;
  at: string;
}

/** The version as it stands; who else decides of any version waits, so that two that overlap see each other. */
async function lockDraft(tx: Transaction, code: string, version: number): Promise<AllocationCycle> {
  await tx.query('LOCK TABLE allocation_activation IN SHARE ROW EXCLUSIVE MODE');
  const cycle = await readCycle(tx, code, version);
  if (cycle.activatedBy !== null) throw new Problem('refused', `Version ${version} of ${code} is in force already`);
  if (cycle.withdrawnBy !== null)
    throw new Problem(
      'refused',
      `Version ${version} of ${code} was withdrawn by ${cycle.withdrawnBy}; write the next one`,
    );
  return cycle;
}

/** Puts a version in force: not by its author, and not while a problem blocks it. */
export async function activateCycle(database: Database, activation: CycleDecision): Promise<AllocationCycle> {
  const { code, version, actor, note, at } = activation;
  await database.transaction(async (tx) => {
    const cycle = await lockDraft(tx, code, version);
    if (cycle.author === actor)
      throw new Problem('refused', 'You wrote this version; a second person has to put it in force');
    // And a close that begins or is approved meanwhile waits: it is of the rules it was looked at with.
    await tx.query('SELECT FROM period WHERE code >= $1 ORDER BY code FOR SHARE', [cycle.effectiveFrom]);
    const blocking = (await problemsOfRules(tx, cycle)).filter((problem) => problem.blocking);
    if (blocking.length > 0) throw new Problem('refused', blocking.map(({ detail }) => detail.en).join('; '));
    await tx.query(
      'INSERT INTO allocation_activation (cycle, cycle_version, actor, at, note) VALUES ($1, $2, $3, $4, $5)',
      [code, version, actor, at, note],
    );
    appendEvent(tx, { type: 'allocation.cycle-activated', at, payload: { cycle: code, version, actor } });
  });
  return readCycle(database, code, version);
}

/** Takes back a draft that nobody put in force; it stays on record and is offered to nobody. */
export async function withdrawCycle(database: Database, withdrawal: CycleDecision): Promise<AllocationCycle> {
  const { code, version, actor, note, at } = withdrawal;
  await database.transaction(async (tx) => {
    await lockDraft(tx, code, version);
    await tx.query(
      'INSERT INTO allocation_withdrawal (cycle, cycle_version, actor, at, note) VALUES ($1, $2, $3, $4, $5)',
      [code, version, actor, at, note],
    );
    appendEvent(tx, { type: 'allocation.cycle-withdrawn', at, payload: { cycle: code, version, actor } });
  });
  return readCycle(database, code, version);
}
