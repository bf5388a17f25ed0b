// Everything a version of a cycle is held against before it is put in force: pools and what they hold, versions in force, the
// states of its months, receivers its filters name, and what its segments would meet in a month.
import type { CycleProblem, CycleValidation, NewAllocationCycle } from '../contracts/http/allocation.ts';
import type { Dimension } from '../contracts/costs.ts';
import type { Period } from '../contracts/time.ts';
import type { Queryable } from '../db/database.ts';
import type { MonthsAround, Validity } from './core/cycle-months.ts';
import { type CycleSurroundings, type HeldByPool, problemsOf } from './core/cycle-problems.ts';
import type { UnknownReceiver } from './core/segment-problems.ts';
import { DRIVER_QUERIES } from './driver-queries.ts';
import { unknownCodes } from './receiver-values.ts';
import { segmentEffects } from './segment-effects.ts';

/** In force, with the month each gives way to the next version of its cycle. */
async function validities(db: Queryable): Promise<Validity[]> {
  const { rows } = await db.query<Validity>(
    `SELECT c.code, c.version, effective_from AS "from", least(effective_to, (
         SELECT to_char(min(n.effective_from || '-01')::date - 1, 'YYYY-MM') FROM allocation_cycle n
         JOIN allocation_activation m ON m.cycle = n.code AND m.cycle_version = n.version
         WHERE n.code = c.code AND n.effective_from > c.effective_from)) AS "to"
     FROM allocation_cycle c JOIN allocation_activation a ON a.cycle = c.code AND a.cycle_version = c.version`,
  );
  return rows.filter(({ from, to }) => to === null || to >= from);
}

async function monthsAround(db: Queryable, cycle: NewAllocationCycle): Promise<MonthsAround> {
  const { rows } = await db.query<{ code: string; kind: 'closed' | 'closing' | 'under-way' }>(
    `SELECT p.code, CASE WHEN p.state = 'closed' THEN 'closed' WHEN s.kind = 'close' AND a.step_id IS NULL THEN 'closing'
                         ELSE 'under-way' END AS kind
     FROM period p
     LEFT JOIN LATERAL (SELECT id, kind FROM period_step WHERE period = p.code ORDER BY id DESC LIMIT 1) s ON true
     LEFT JOIN period_step_approval a ON a.step_id = s.id
     LEFT JOIN allocation_run r ON r.period = p.code AND r.superseded_at IS NULL
     WHERE p.code >= $1 AND ($2::text IS NULL OR p.code <= $2)
       AND (p.state = 'closed' OR (s.kind = 'close' AND a.step_id IS NULL) OR (r.cycle, r.cycle_version) <> ($3, $4))
     ORDER BY p.code`,
    [cycle.effectiveFrom, cycle.effectiveTo ?? null, cycle.code, cycle.version],
  );
  const of = (kind: (typeof rows)[number]['kind']): string[] =>
    rows.filter((row) => row.kind === kind).map(({ code }) => code);
  return {
    inForce: await validities(db),
    closed: of('closed'),
    closing: of('closing'),
    underWay: of('under-way'),
  };
}

async function heldByPools(db: Queryable, period: Period): Promise<HeldByPool[]> {
  const { rows } = await db.query<{ pool: string; currency: string; amount: bigint }>(
    `SELECT pool, currency, sum(amount_minor)::bigint AS amount FROM pool_total
     WHERE period = $1 AND amount_minor <> 0 GROUP BY pool, currency ORDER BY pool, currency`,
    [period],
  );
  return rows.map(({ pool, currency, amount }) => ({ pool, currency, amountMinor: amount }));
}

/** Each dimension is asked once for the codes of all filters. */
async function unknownReceivers(db: Queryable, { segments }: NewAllocationCycle): Promise<UnknownReceiver[]> {
  const named = segments.flatMap(({ pool, filter, activities = [] }) =>
    [filter, ...activities.map((activity) => activity.filter)].flatMap((one) =>
      Object.entries(one ?? {}).map(([dimension, codes]) => ({
        pool,
        dimension: dimension as Dimension,
        codes: codes ?? [],
      })),
    ),
  );
  const unknown = new Map<Dimension, Set<string>>();
  for (const dimension of new Set(named.map((one) => one.dimension))) {
    const codes = named.filter((one) => one.dimension === dimension).flatMap((one) => one.codes);
    unknown.set(dimension, new Set(await unknownCodes(db, dimension, [...new Set(codes)])));
  }
  return named
    .map((one) => ({ ...one, codes: one.codes.filter((code) => unknown.get(one.dimension)?.has(code)) }))
    .filter(({ codes }) => codes.length > 0);
}

type AroundRules = Omit<CycleSurroundings, 'held' | 'effects'>;

async function aroundRules(db: Queryable, cycle: NewAllocationCycle, period: Period): Promise<AroundRules> {
  const pools = await db.query<{ code: string }>('SELECT code FROM cost_pool');
  return {
    ...(await monthsAround(db, cycle)),
    pools: new Set(pools.rows.map(({ code }) => code)),
    period,
    unknown: await unknownReceivers(db, cycle),
    driverName: (driver) => DRIVER_QUERIES[driver].name,
  };
}

/** By what the rules say alone, whatever a month brings: all that can block them. */
export async function problemsOfRules(db: Queryable, cycle: NewAllocationCycle): Promise<CycleProblem[]> {
  return problemsOf(cycle, { ...(await aroundRules(db, cycle, cycle.effectiveFrom)), held: [], effects: [] });
}

export interface Look {
  period: Period;
  /** Drivers are looked at in the currencies that the pools hold; where they hold nothing yet, in this one. */
  currency: string;
}

/** Looks at the pools and drivers of a month too; all problems at once. */
export async function validateCycle(
  db: Queryable,
  cycle: NewAllocationCycle,
  { period, currency }: Look,
): Promise<CycleValidation> {
  const held = await heldByPools(db, period);
  const currencies = held.length === 0 ? [currency] : [...new Set(held.map((each) => each.currency))];
  const effects = await segmentEffects(db, cycle, period, currencies);
  return { period, problems: problemsOf(cycle, { ...(await aroundRules(db, cycle, period)), held, effects }) };
}
