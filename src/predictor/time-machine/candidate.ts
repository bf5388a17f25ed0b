// Whom a run judges: a version of a rule or of a model, and the devices it speaks of.
import { Problem } from '../../contracts/problems.ts';
import type { Product } from '../../contracts/product.ts';
import type { Database, Queryable } from '../../db/database.ts';
import { FOREVER_MS } from '../core/rules/in-force.ts';
import type { ModelBook } from '../models/model-book.ts';
import { planOfVersion } from '../rule-book.ts';
import { storedVersion } from '../rule-rows.ts';
import type { Judged } from './facts.ts';
import { readModelCandidate, readModelVersion } from './model-candidate.ts';
import type { ReplayRow } from './replay-store.ts';
import type { Candidate } from './run-replay.ts';

interface Judging {
  candidate: Candidate;
  devices: Judged[];
}

interface DeviceRow {
  id: number;
  code: string;
  product: Product;
  station: string;
}

const DEVICES = `SELECT d.id, d.code, d.station_code AS station, p.definition AS product
  FROM device d JOIN product p ON p.code = d.product_code`;

export async function readCandidate(
  database: Database,
  book: Pick<ModelBook, 'active'>,
  row: ReplayRow,
  most: number,
): Promise<Judging> {
  if (row.rule_id !== null && row.rule_version !== null) {
    return readRule(database, { id: row.rule_id, version: row.rule_version }, most);
  }
  if (row.model_id === null) throw new Problem('refused', 'The model is gone');
  const { model } = await readModelVersion(database, row.model_id);
  const { rows } = await database.query<DeviceRow>(
    `${DEVICES} WHERE $2::text IS NULL OR d.product_code = $2 ORDER BY d.id LIMIT $1`,
    [most + 1, model.product],
  );
  const devices = bounded(rows, most);
  const products = [...new Map(devices.map(({ product }) => [product.code, product])).values()];
  const question = { modelId: row.model_id, mode: row.mode ?? 'auto', products };
  return { candidate: { kind: 'model', ...(await readModelCandidate(database, book, question)) }, devices };
}

async function readRule(
  database: Database,
  { id, version: number }: { id: number; version: number },
  most: number,
): Promise<Judging> {
  const version = await storedVersion(database, id, number);
  if (version === null) throw new Problem('refused', 'The version is gone');
  const { rows } = await database.query<DeviceRow>(
    `${DEVICES} JOIN rule r ON r.product_code = d.product_code AND (r.device_id IS NULL OR r.device_id = d.id)
     WHERE r.id = $1 AND NOT EXISTS (SELECT FROM rule o WHERE o.overrides = r.id AND o.device_id = d.id) ORDER BY d.id LIMIT $2`,
    [id, most + 1],
  );
  // The whole of the time is judged, whatever the version's own effective date.
  const rule = planOfVersion(version, {
    id,
    version: number,
    mode: 'active',
    effectiveFromMs: 0,
    untilMs: FOREVER_MS,
  });
  return { candidate: { kind: 'rule', rule }, devices: bounded(rows, most) };
}

function bounded(rows: readonly DeviceRow[], most: number): Judged[] {
  if (rows.length > most) throw new Problem('refused', `At most ${most} devices are judged in one run`);
  return rows.map(({ id, code, product, station }) => ({ id, code, product, station }));
}

/** Predictive jobs a week, by station that has a cap. */
export async function readCaps(db: Queryable): Promise<Map<string, number>> {
  const { rows } = await db.query<{ station: string; jobs: number }>(
    'SELECT station_code AS station, jobs_per_week AS jobs FROM job_cap',
  );
  return new Map(rows.map(({ station, jobs }) => [station, jobs]));
}
