// Models as the API shows them: versions with their figures, history and drift. The content itself is read for export alone.
import { keyOf, limitOf, pageOf } from '../../contracts/http/cursor.ts';
import type {
  DriftFigures,
  Learnable,
  Model,
  ModelChange,
  ModelDetail,
  ModelFigures,
  ModelFile,
  ModelKindName,
  ModelMode,
  ModelPlots,
  ModelQuery,
  ModelState,
  TrainedOn,
} from '../../contracts/http/models.ts';
import type { Page } from '../../contracts/http/page.ts';
import { Problem } from '../../contracts/problems.ts';
import type { Queryable } from '../../db/database.ts';
import { FEWEST_FAILURES } from '../core/horizon/train.ts';
import { FEWEST_RUNS } from '../core/remaining-life/train.ts';
import { plotsOf } from './model-plots.ts';

export interface ModelReads {
  list(query: ModelQuery): Promise<Page<Model>>;
  one(id: number): Promise<ModelDetail | null>;
  export(id: number): Promise<ModelFile | null>;
  /** Throws `not-found` for a model nobody knows; `null` where nothing was kept to draw. */
  plots(id: number): Promise<ModelPlots | null>;
  learnable(): Promise<Learnable[]>;
}

type LearnableRow = Omit<Learnable, 'needed'>;

interface DriftRow {
  at: Date;
  figures: Omit<DriftFigures, 'at' | 'proposal'>;
  proposal_en: string | null;
  proposal_zh: string | null;
}

interface Row {
  id: number;
  kind: ModelKindName;
  product_code: string | null;
  component: string | null;
  version: number;
  state: ModelState;
  mode: ModelMode;
  content_hash: string;
  bytes: number;
  code_version: string;
  author: string;
  approver: string | null;
  created_at: Date;
  training: TrainedOn | Record<string, never>;
  figures: ModelFigures | Record<string, never>;
  refused: string | null;
  drift: (Omit<DriftRow, 'at'> & { at: string }) | null;
}

const SELECT = `
  SELECT m.id, m.kind, m.product_code, m.component, m.version, m.state, m.mode, m.content_hash, octet_length(m.content) AS bytes,
    m.code_version, m.author, m.approver, m.created_at, m.training, m.figures, m.refused,
    (SELECT to_jsonb(d) FROM (SELECT at, figures, proposal_en, proposal_zh FROM model_drift d WHERE d.model_id = m.id
       ORDER BY at DESC LIMIT 1) d) AS drift
  FROM model m`;

const HISTORY_LIMIT = 200;
const DRIFT_LIMIT = 120;

function driftOf({ at, figures, proposal_en: en, proposal_zh: zh }: DriftRow): DriftFigures {
  return { at: at.toISOString(), ...figures, proposal: en === null || zh === null ? null : { en, zh } };
}

const filled = <T extends object>(value: T | Record<string, never>): T | null =>
  Object.keys(value).length === 0 ? null : (value as T);

const toModel = (row: Row): Model => ({
  id: row.id,
  kind: row.kind,
  product: row.product_code,
  component: row.component,
  version: row.version,
  state: row.state,
  mode: row.mode,
  contentHash: row.content_hash,
  contentBytes: row.bytes,
  codeVersion: row.code_version,
  author: row.author,
  approver: row.approver,
  createdAt: row.created_at.toISOString(),
  trainedOn: filled(row.training),
  figures: filled(row.figures),
  refused: row.refused,
  drift: row.drift === null ? null : driftOf({ ...row.drift, at: new Date(row.drift.at) }),
});

export function createModelReads(db: Queryable): ModelReads {
  async function rowOf(id: number): Promise<Row | null> {
    return (await db.query<Row>(`${SELECT} WHERE m.id = $1`, [id])).rows[0] ?? null;
  }

  return {
    async list(query) {
      const key = keyOf(query, 'integer');
      const limit = limitOf(query);
      const { kind = null, product = null, state = null } = query;
      const { rows } = await db.query<Row>(
        `${SELECT} WHERE ($1::text IS NULL OR m.kind = $1) AND ($2::text IS NULL OR m.product_code = $2)
           AND ($3::text IS NULL OR m.state = $3) AND ($4::bigint IS NULL OR m.id < $4) ORDER BY m.id DESC LIMIT $5`,
        [kind, product, state, key?.[0] ?? null, limit + 1],
      );
      return pageOf(rows, limit, ({ id }) => [String(id)], toModel);
    },
    async one(id) {
      const row = await rowOf(id);
      if (row === null) return null;
      const changes = await db.query<Omit<ModelChange, 'at'> & { at: Date }>(
        `SELECT at, actor, change, mode, note FROM model_change WHERE model_id = $1 ORDER BY id DESC LIMIT ${HISTORY_LIMIT}`,
        [id],
      );
      const drift = await db.query<DriftRow>(
        `SELECT at, figures, proposal_en, proposal_zh FROM model_drift WHERE model_id = $1 ORDER BY at DESC LIMIT ${DRIFT_LIMIT}`,
        [id],
      );
      return {
        model: toModel(row),
        history: changes.rows.map((change) => ({ ...change, at: change.at.toISOString() })),
        drift: drift.rows.map(driftOf),
      };
    },
    async learnable() {
      const { rows } = await db.query<LearnableRow>(
        `SELECT p.code AS product, p.definition->'name' AS name, coalesce(f.components, '[]') AS components
         FROM product p LEFT JOIN LATERAL (
           SELECT jsonb_agg(jsonb_build_object('component', c->>'code', 'name', c->'name', 'failures', coalesce(k.n, 0))
             ORDER BY coalesce(k.n, 0) DESC, c->>'code') AS components
           FROM jsonb_array_elements(p.definition->'components') c LEFT JOIN (
             SELECT component, count(*)::integer AS n FROM known_failure WHERE product_code = p.code GROUP BY component
           ) k ON k.component = c->>'code') f ON true
         ORDER BY (f.components->0->>'failures')::integer DESC NULLS LAST, p.code`,
      );
      const needed = { horizon: FEWEST_FAILURES, 'remaining-life': FEWEST_RUNS };
      return rows.map((row) => ({ ...row, needed }));
    },
    async plots(id) {
      const known = await db.query('SELECT FROM model WHERE id = $1', [id]);
      if (known.rowCount === 0) throw new Problem('not-found', `There is no model ${id}`);
      return plotsOf(db, id);
    },
    async export(id) {
      const row = await rowOf(id);
      if (row === null) return null;
      const stored = await db.query<{ content: string }>('SELECT content FROM model WHERE id = $1', [id]);
      const { kind, product, component, version, codeVersion, trainedOn, figures, contentHash } = toModel(row);
      const content: unknown = JSON.parse((stored.rows[0] as { content: string }).content);
      return {
        stethosModel: 1,
        kind,
        product,
        component,
        version,
        codeVersion,
        trainedOn,
        figures,
        contentHash,
        content,
      };
    },
  };
}
