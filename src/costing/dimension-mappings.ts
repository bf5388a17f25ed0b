// Values of a dimension that were merged: facts stay as they were posted, pivots count one value as another. Entries are
// only ever added; the newest of a value is in force.
import type { Dimension } from '../contracts/costs.ts';
import type { DimensionMapping, NewDimensionMapping } from '../contracts/http/dimension-mappings.ts';
import { Problem } from '../contracts/problems.ts';
import type { Database, Queryable } from '../db/database.ts';
import { appendEvent } from '../db/event-log.ts';
import { createMappings, loopOf, type ValueMapping, type ValueMappings } from './core/value-mapping.ts';

/** Mappings in force; more is a recoding, which belongs into an import. */
export const MAPPINGS_LIMIT = 10_000;
/** Entries take turns, so that two that are fine alone make no loop together. */
const MAPPING_LOCK = 7_201_032;

interface MappingRow {
  id: number;
  dimension: Dimension;
  from_code: string;
  to_code: string | null;
  reason: string;
  mapped_by: string;
  mapped_at: Date;
  is_in_force: boolean;
}

const IN_FORCE = `SELECT DISTINCT ON (dimension, from_code) dimension, from_code, to_code FROM dimension_mapping
  ORDER BY dimension, from_code, id DESC`;

async function mappingsInForce(db: Queryable): Promise<ValueMapping[]> {
  const { rows } = await db.prepared<{ dimension: Dimension; from_code: string; to_code: string }>(
    'dimension-mappings',
    `SELECT * FROM (${IN_FORCE}) m WHERE to_code IS NOT NULL`,
    [],
  );
  return rows.map(({ dimension, from_code, to_code }) => ({ dimension, from: from_code, to: to_code }));
}

export const readMappings = async (db: Queryable): Promise<ValueMappings> => createMappings(await mappingsInForce(db));

export async function listMappings(db: Queryable): Promise<DimensionMapping[]> {
  const { rows } = await db.query<MappingRow>(
    `SELECT *, NOT EXISTS (SELECT FROM dimension_mapping newer WHERE newer.dimension = m.dimension
              AND newer.from_code = m.from_code AND newer.id > m.id) AS is_in_force
     FROM dimension_mapping m ORDER BY id DESC LIMIT ${MAPPINGS_LIMIT}`,
  );
  return rows.map((row) => ({
    id: row.id,
    dimension: row.dimension,
    from: row.from_code,
    to: row.to_code,
    reason: row.reason,
    mappedBy: row.mapped_by,
    mappedAt: row.mapped_at.toISOString(),
    isInForce: row.is_in_force,
  })) as DimensionMapping[];
}

export interface MappingCommand {
  mapping: NewDimensionMapping;
  actor: string;
  at: string;
}

export async function addMapping(
  database: Database,
  { mapping, actor, at }: MappingCommand,
): Promise<DimensionMapping> {
  const { dimension, from, to, reason } = mapping;
  const id = await database.transaction(async (tx) => {
    await tx.query('SELECT pg_advisory_xact_lock($1)', [MAPPING_LOCK]);
    const inForce = (await mappingsInForce(tx)).filter((each) => each.dimension !== dimension || each.from !== from);
    if (inForce.length >= MAPPINGS_LIMIT) {
      throw new Problem('refused', `${MAPPINGS_LIMIT} values are merged already; recode the master data instead`);
    }
    const loop = to === null ? null : loopOf(inForce, { dimension, from, to });
    if (loop) throw new Problem('refused', `${loop.join(' counts as ')}: a value cannot stand for itself`);
    const { rows } = await tx.query<{ id: number }>(
      `INSERT INTO dimension_mapping (dimension, from_code, to_code, reason, mapped_by, mapped_at)
       VALUES ($1, $2, $3, $4, $5, $6) RETURNING id`,
      [dimension, from, to, reason, actor, at],
    );
    appendEvent(tx, {
      type: 'registry.changed',
      at,
      payload: { resource: 'dimension-mapping', code: `${dimension}:${from}` },
    });
    return rows[0]?.id ?? 0;
  });
  return { ...mapping, id, mappedBy: actor, mappedAt: new Date(at).toISOString(), isInForce: true };
}
