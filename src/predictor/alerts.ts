// Reading alert episodes: lists within a person's scope, and one with its history, next step and similar past cases.
import { EVERYTHING, type Scope } from '../contracts/access.ts';
import type { Alert, AlertAccount, AlertDetail, AlertQuery } from '../contracts/http/alerts.ts';
import type { Named, Page } from '../contracts/http/page.ts';
import type { Product } from '../contracts/product.ts';
import type { Queryable } from '../db/database.ts';
import { type AlertRow, productsOf, SELECT_ALERTS, toAlert } from './alert-rows.ts';
import { keyOf, limitOf, pageOf } from '../contracts/http/cursor.ts';
import { explain } from './explanation/explain.ts';
import { similarCases } from './explanation/past.ts';
import type { DataQuality } from './ports.ts';

export interface AlertReads {
  list(query: AlertQuery, scope: Scope): Promise<Page<Alert>>;
  /** `null` where there is none within the scope. */
  one(id: number, scope: Scope): Promise<AlertAccount | null>;
  /** Those that exist, in no particular order. */
  many(ids: readonly number[]): Promise<Alert[]>;
}

const IN_SCOPE = `($1::text[] IS NULL OR s.region_code = ANY ($1)) AND ($2::text[] IS NULL OR d.customer_code = ANY ($2))`;

const SEVERITY_RANK = "array_position(ARRAY['warning', 'minor', 'major', 'critical'], a.severity)";

const SORTS = {
  '-lastSeenAt': {
    column: 'a.last_seen_at',
    type: 'timestamptz',
    part: 'instant',
    valueOf: (row: AlertRow) => row.last_seen_at.toISOString(),
  },
  '-severity': {
    column: SEVERITY_RANK,
    type: 'integer',
    part: 'integer',
    valueOf: (row: AlertRow) => String(['warning', 'minor', 'major', 'critical'].indexOf(row.severity) + 1),
  },
  '-raisedAt': {
    column: 'a.raised_at',
    type: 'timestamptz',
    part: 'instant',
    valueOf: (row: AlertRow) => row.raised_at.toISOString(),
  },
  '-valueAtRisk': {
    column: 'coalesce(a.value_at_risk_minor, -1)',
    type: 'bigint',
    part: 'integer',
    valueOf: (row: AlertRow) => String(row.value_at_risk_minor ?? -1n),
  },
} as const;

/** `quality`: absent where nobody watches the data. */
export function createAlertReads(db: Queryable, quality: DataQuality | null = null): AlertReads {
  async function views(rows: readonly AlertRow[]): Promise<Alert[]> {
    const products = await productsOf(db, rows);
    return rows.map((row) => toAlert(row, products.get(row.product_code)));
  }

  return {
    async list(query, scope) {
      const limit = limitOf(query);
      const { column, type, part, valueOf } = SORTS[query.sort ?? '-raisedAt'];
      const after = keyOf(query, part, 'integer');
      const { rows } = await db.query<AlertRow>(
        `${SELECT_ALERTS}
         WHERE ${IN_SCOPE}
           AND ($3::boolean IS NULL OR $3 = (a.cleared_at IS NULL AND a.state NOT IN ('resolved', 'closed')))
           AND ($4::text IS NULL OR a.state = $4) AND ($5::text IS NULL OR a.severity = $5)
           AND ($6::text IS NULL OR d.code = $6)
           AND ($7::text IS NULL OR d.product_code = $7) AND ($8::text IS NULL OR d.customer_code = $8)
           AND ($9::text IS NULL OR s.region_code = $9) AND ($10::text IS NULL OR a.component = $10)
           AND ($11::text IS NULL OR a.cause = $11) AND ($12::text IS NULL OR a.assignee = $12)
           AND ($13::boolean IS NULL OR $13 = (a.shelved_until IS NOT NULL))
           AND ($14::timestamptz IS NULL OR a.raised_at >= $14) AND ($15::timestamptz IS NULL OR a.raised_at < $15)
           AND ($16::${type} IS NULL OR (${column}, a.id) < ($16::${type}, $17::bigint))
         ORDER BY ${column} DESC, a.id DESC LIMIT $18`,
        [
          scope.regions,
          scope.customers,
          query.open ?? null,
          query.state ?? null,
          query.severity ?? null,
          query.device ?? null,
          query.product ?? null,
          query.customer ?? null,
          query.region ?? null,
          query.component ?? null,
          query.cause ?? null,
          query.assignee ?? null,
          query.shelved ?? null,
          query.from ?? null,
          query.to ?? null,
          after?.[0] ?? null,
          after?.[1] ?? null,
          limit + 1,
        ],
      );
      const products = await productsOf(db, rows);
      return pageOf(
        rows,
        limit,
        (row) => [valueOf(row), String(row.id)],
        (row) => toAlert(row, products.get(row.product_code)),
      );
    },
    async one(id, scope) {
      const text = `${SELECT_ALERTS} WHERE ${IN_SCOPE} AND a.id = $3`;
      const row = (await db.query<AlertRow>(text, [scope.regions, scope.customers, id])).rows[0];
      if (row === undefined) return null;
      const product = (await productsOf(db, [row])).get(row.product_code);
      return {
        alert: toAlert(row, product),
        history: await historyOf(db, id),
        nextStep: await nextStepOf(db, row, product),
        similar: await similarCases(db, row, scope),
        explanation: await explain({ db, row, product, quality }),
      };
    },
    async many(ids) {
      const { regions, customers } = EVERYTHING;
      const text = `${SELECT_ALERTS} WHERE ${IN_SCOPE} AND a.id = ANY ($3::bigint[])`;
      return views((await db.query<AlertRow>(text, [regions, customers, ids])).rows);
    },
  };
}

interface ChangeRow {
  at: Date;
  recorded_at: Date;
  actor: string;
  change: string;
  note: string | null;
}

async function historyOf(db: Queryable, id: number): Promise<AlertDetail['history']> {
  const { rows } = await db.query<ChangeRow>(
    'SELECT at, recorded_at, actor, change, note FROM alert_change WHERE alert_id = $1 ORDER BY id',
    [id],
  );
  return rows.map(({ at, recorded_at, actor, change, note }) => ({
    at: at.toISOString(),
    recordedAt: recorded_at.toISOString(),
    actor,
    change,
    note,
  }));
}

async function nextStepOf(
  db: Queryable,
  row: AlertRow,
  product: Product | undefined,
): Promise<AlertDetail['nextStep']> {
  const component = product?.components.find(({ code }) => code === row.component);
  const mode = component?.failureModes.find(({ code }) => code === row.failure_mode);
  if (mode === undefined) return null;
  const { remedy, part, labourHours, people, remote } = mode;
  return { remedy, part, labourHours, people, remote, engineer: await proposedEngineer(db, row) };
}

/** Of the device's station, with the skill for its kind: whom a job would be given to. */
async function proposedEngineer(db: Queryable, row: AlertRow): Promise<Named | null> {
  const { rows } = await db.query<Named>(
    `SELECT code, jsonb_build_object('en', name_en, 'zh', name_zh) AS name FROM engineer
     WHERE station_code = $1 AND $2 = ANY (skills) ORDER BY code LIMIT 1`,
    [row.station_code, row.product_kind],
  );
  return rows[0] ?? null;
}
