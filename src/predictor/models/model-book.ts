// Models in force and in shadow, checked and loaded into memory; read again when this process changes one and, for other
// processes' changes, every few seconds. A corrupt one is refused by name, and the last good one of its place judges on.
import type { BaseLogger } from 'pino';
import type { ModelKindName } from '../../contracts/http/models.ts';
import type { Database } from '../../db/database.ts';
import { canonicalJson } from './canonical.ts';
import type { ModelKinds } from './kinds.ts';
import { type LoadedModel, loadModel, type ModelRow } from './load-model.ts';

export interface ModelBook {
  active(kind: ModelKindName, product: string, component?: string | null): LoadedModel | null;
  shadow(kind: ModelKindName, product: string, component?: string | null): LoadedModel | null;
  /** Grows with every change. */
  revision(): number;
  refresh(): Promise<void>;
  close(): void;
}

interface Row extends ModelRow {
  state: 'active' | 'shadow';
}

export interface ModelBookOptions {
  database: Database;
  kinds: ModelKinds;
  log: BaseLogger;
  everyMs: number;
}

const placeOf = (kind: string, product: string | null, component: string | null, state: string): string =>
  [state, kind, product ?? '', component ?? ''].join('\n');

const LAST_GOOD = `
  SELECT m.id, m.kind, m.product_code, m.component, m.version, m.mode FROM model m
  JOIN model_change c ON c.model_id = m.id AND c.change IN ('activated', 'rolled-back')
  WHERE m.kind = $1 AND m.product_code IS NOT DISTINCT FROM $2 AND m.component IS NOT DISTINCT FROM $3 AND m.id <> $4
  ORDER BY c.id DESC LIMIT 20`;

export async function openModelBook({ database, kinds, log, everyMs }: ModelBookOptions): Promise<ModelBook> {
  let places = new Map<string, LoadedModel>();
  let fingerprint = '';
  let revision = 0;

  const load = (row: Omit<Row, 'state'>): Promise<LoadedModel | string> => loadModel(database, kinds, row);

  async function refuse(row: Row, reason: string): Promise<void> {
    log.error({ model: row.kind, version: row.version, product: row.product_code, reason }, 'a model was refused');
    await database.transaction(async (tx) => {
      const text = 'UPDATE model SET refused = $2 WHERE id = $1 AND refused IS DISTINCT FROM $2';
      const { rowCount } = await tx.query(text, [row.id, reason]);
      if (rowCount === 0) return;
      await tx.query(
        `INSERT INTO model_change (model_id, at, actor, change, note) VALUES ($1, clock_timestamp(), 'system', 'refused', $2)`,
        [row.id, reason],
      );
    });
  }

  /** The one that judged last and can still be loaded. */
  async function lastGood(row: Row): Promise<LoadedModel | null> {
    const values = [row.kind, row.product_code, row.component, row.id];
    const { rows } = await database.query<Omit<Row, 'state'>>(LAST_GOOD, values);
    for (const earlier of rows) {
      const loaded = await load(earlier);
      if (typeof loaded !== 'string') return loaded;
    }
    return null;
  }

  async function place(row: Row): Promise<LoadedModel | null> {
    const known = places.get(placeOf(row.kind, row.product_code, row.component, row.state));
    if (known?.id === row.id) return { ...known, mode: row.mode };
    const loaded = await load(row);
    if (typeof loaded !== 'string') {
      await database.query('UPDATE model SET refused = NULL WHERE id = $1 AND refused IS NOT NULL', [row.id]);
      return loaded;
    }
    await refuse(row, loaded);
    return row.state === 'shadow' ? null : (known ?? lastGood(row));
  }

  async function refresh(): Promise<void> {
    const { rows } = await database.query<Row>(
      `SELECT id, kind, product_code, component, version, state, mode FROM model WHERE state IN ('active', 'shadow') ORDER BY id`,
    );
    const now = canonicalJson(rows);
    if (now === fingerprint) return;
    const next = new Map<string, LoadedModel>();
    for (const row of rows) {
      const loaded = await place(row);
      if (loaded !== null) next.set(placeOf(row.kind, row.product_code, row.component, row.state), loaded);
    }
    places = next;
    fingerprint = now;
    revision += 1;
  }

  const find =
    (state: 'active' | 'shadow') =>
    (kind: ModelKindName, product: string, component: string | null = null) =>
      places.get(placeOf(kind, product, component, state)) ?? places.get(placeOf(kind, null, component, state)) ?? null;

  await refresh();
  const timer = setInterval(() => {
    refresh().catch((error: unknown) => log.warn({ error }, 'models could not be read again'));
  }, everyMs);
  return {
    active: find('active'),
    shadow: find('shadow'),
    revision: () => revision,
    refresh,
    close: () => clearInterval(timer),
  };
}
