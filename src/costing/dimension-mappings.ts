// Values of a dimension that were merged: facts stay as they were posted, pivots count one value as another. Entries are
// only ever added; the newest of a value is in force.
import type { Dimension } from '../contracts/costs.ts';
import type { DimensionMapping, NewDimensionMapping } from '../contracts/http/dimension-mappings.ts';
import { Problem } from '../contracts/problems.ts';
import type { Queryable, Transaction } from '../db/database.ts';
import { appendEvent } from '../db/event-log.ts';
import { createMappings, loopOf, type ValueMapping, type ValueMappings } from './core/value-mapping.ts';
import { COLUMN_OF } from './dimension-columns.ts';
import { type ProposalKind, type ProposedRow, toProposed } from './proposals.ts';
import { unknownCodes } from './receiver-values.ts';

/** Mappings in force; more is a recoding, which belongs into an import. */
export const MAPPINGS_LIMIT = 10_000;
/** Entries take turns, so that two that are fine alone make no loop together. */
const MAPPING_LOCK = 7_201_032;

interface MappingRow extends ProposedRow {
  dimension: Dimension;
  from_code: string;
  to_code: string | null;
  reason: string;
  is_in_force: boolean;
}

const IN_FORCE = `SELECT DISTINCT ON (dimension, from_code) dimension, from_code, to_code FROM dimension_mapping
  WHERE decision = 'approved' ORDER BY dimension, from_code, id DESC`;

export async function mappingsInForce(db: Queryable): Promise<ValueMapping[]> {
  const { rows } = await db.prepared<{ dimension: Dimension; from_code: string; to_code: string }>(
    'dimension-mappings',
    `SELECT * FROM (${IN_FORCE}) m WHERE to_code IS NOT NULL`,
    [],
  );
  return rows.map(({ dimension, from_code, to_code }) => ({ dimension, from: from_code, to: to_code }));
}

export const readMappings = async (db: Queryable): Promise<ValueMappings> => createMappings(await mappingsInForce(db));

const NEWER = `SELECT FROM dimension_mapping newer WHERE newer.dimension = m.dimension AND newer.from_code = m.from_code
  AND newer.id > m.id AND newer.decision = 'approved'`;
const ENTRIES = `SELECT *, decision IS NOT DISTINCT FROM 'approved' AND NOT EXISTS (${NEWER}) AS is_in_force FROM dimension_mapping m`;

const toMapping = (row: MappingRow): DimensionMapping =>
  ({
    dimension: row.dimension,
    from: row.from_code,
    to: row.to_code,
    reason: row.reason,
    isInForce: row.is_in_force,
    ...toProposed(row),
  }) as DimensionMapping;

export async function listMappings(db: Queryable): Promise<DimensionMapping[]> {
  const { rows } = await db.query<MappingRow>(`${ENTRIES} ORDER BY id DESC LIMIT ${MAPPINGS_LIMIT}`);
  return rows.map(toMapping);
}

/** Refuses what would let a value stand for itself, through however many others. */
async function refuseLoop(tx: Transaction, { dimension, from, to }: NewDimensionMapping): Promise<void> {
  await tx.query('SELECT pg_advisory_xact_lock($1)', [MAPPING_LOCK]);
  const others = (await mappingsInForce(tx)).filter((each) => each.dimension !== dimension || each.from !== from);
  if (others.length >= MAPPINGS_LIMIT) {
    throw new Problem('refused', `${MAPPINGS_LIMIT} values are merged already; recode the master data instead`);
  }
  const loop = to === null ? null : loopOf(others, { dimension, from, to });
  if (loop) throw new Problem('refused', `${loop.join(' counts as ')}: a value cannot stand for itself`);
}

/** A value is one of master data or of a word list, or one that a fact was posted with; a typing error is none of these. */
async function refuseUnknown(tx: Transaction, { dimension, from, to }: NewDimensionMapping): Promise<void> {
  const unlisted = await unknownCodes(tx, dimension, to === null ? [from] : [from, to]);
  const { rows } = await tx.query<{ code: string }>(
    `SELECT code FROM unnest($1::text[]) AS asked (code)
     WHERE NOT EXISTS (SELECT FROM cost_fact f WHERE f.${COLUMN_OF[dimension]} = asked.code)`,
    [unlisted],
  );
  if (rows.length === 0) return;
  const unknown = rows.map(({ code }) => `"${code}"`).join(' and ');
  throw new Problem('refused', `Neither master data nor any cost has ${unknown} as ${dimension}; look at the codes`);
}

export const DIMENSION_MAPPINGS: ProposalKind<NewDimensionMapping, DimensionMapping> = {
  table: 'dimension_mapping',
  name: 'entry',
  async read(db, id) {
    return (await db.query<MappingRow>(`${ENTRIES} WHERE id = $1`, [id])).rows.map(toMapping)[0] ?? null;
  },
  async insert(tx, mapping, author, at) {
    await refuseUnknown(tx, mapping);
    await refuseLoop(tx, mapping);
    const { dimension, from, to, reason } = mapping;
    const { rows } = await tx.query<{ id: number }>(
      `INSERT INTO dimension_mapping (dimension, from_code, to_code, reason, author, created_at)
       VALUES ($1, $2, $3, $4, $5, $6) RETURNING id`,
      [dimension, from, to, reason, author, at],
    );
    return rows[0]?.id ?? 0;
  },
  /** Others may have been approved since it was proposed. */
  async onApproved(tx, mapping, at) {
    await refuseLoop(tx, mapping);
    const { dimension, from, isInForce } = mapping;
    if (!isInForce)
      throw new Problem('out-of-date', `What ${from} counts as was decided anew since then; propose it again`);
    appendEvent(tx, {
      type: 'registry.changed',
      at,
      payload: { resource: 'dimension-mapping', code: `${dimension}:${from}` },
    });
  },
};
