// From any cost down to where it comes from, one level an answer: the way that was gone is gone again, so that every level
// knows what it is a part of and the caller's view holds at each.
import type { Scope } from '../../contracts/access.ts';
import type { Explained, ExplainQuery } from '../../contracts/http/cost-explain.ts';
import { Problem } from '../../contracts/problems.ts';
import { inSnapshot } from '../../db/snapshot.ts';
import { parseFilter, parsePeriods } from '../core/cost-query.ts';
import { POSTED, stepsOf, stepText, wrongPath } from '../core/explain/steps.ts';
import type { ValueMappings } from '../core/value-mapping.ts';
import { readCells } from '../cube/cells.ts';
import { TooManyGroups } from '../cube/groups.ts';
import { readMappings } from '../dimension-mappings.ts';
import type { SummaryDefaults, SummarySources } from '../summary.ts';
import { cellPlace } from './cell-places.ts';
import { postedPlace } from './fact-places.ts';
import type { EvidenceAccess, Place } from './place.ts';

/** Pools times elements times periods of a cell; more cannot be gone through. */
const LINE_LIMIT = 20_000;

/** Merged values are found by one another, and every pool is told by its own name. */
const byItself = (mappings: ValueMappings): ValueMappings => ({
  valuesOf: (dimension, value) => mappings.valuesOf(dimension, value),
  standFor: (_, value) => value,
});

function refuseTooMany(error: unknown): never {
  if (!(error instanceof TooManyGroups)) throw error;
  throw new Problem('refused', `More than ${LINE_LIMIT} pools by month and element; ask for fewer months, or filter`);
}

export interface ExplainCaller {
  scope: Scope;
  may: EvidenceAccess;
}

export async function explainCost(
  { database, cube }: SummarySources,
  query: ExplainQuery,
  { scope, may }: ExplainCaller,
  defaults: SummaryDefaults,
): Promise<Explained> {
  const span = parsePeriods(query.period, defaults.period);
  const currency = query.currency ?? defaults.currency;
  const filters = parseFilter(query.cell);
  const path = query.path ?? '';
  const steps = stepsOf(path);
  const mappings = await readMappings(database);
  const question = { by: ['period', 'pool', 'element'] as const, filters, scope, mappings: byItself(mappings) };
  const { position, cells } = await cube
    .ask(span, (view) => ({ position: view.position, cells: readCells(view, question, currency, LINE_LIMIT) }))
    .catch(refuseTooMany);
  return inSnapshot(database, async (tx) => {
    const asking = { db: tx, filters, scope, mappings, may };
    const isPosted = steps[0] !== undefined && stepText(steps[0]) === stepText(POSTED);
    let place: Place | null = isPosted
      ? await postedPlace(asking, { span, currency })
      : await cellPlace(asking, { span, currency, cells });
    const trail = [place.node];
    for (const step of isPosted ? steps.slice(1) : steps) {
      place = await place.open(step);
      if (place === null) throw wrongPath(path);
      trail.push(place.node);
    }
    const { items, next, sharedBy = null, evidence = null, endsFor = null } = await place.level(query);
    return { ...span, currency, trail, items, next, sharedBy, evidence, endsFor, position };
  });
}
