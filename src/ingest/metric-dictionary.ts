// Integer keys of metrics and codes of state labels: created on demand, kept in memory. Bounded, because names come
// from devices and a device that invents a new name a second must not fill the table.
import type { Queryable } from '../db/database.ts';

export interface DictionaryLimits {
  maxMetrics: number;
  maxLabelsPerMetric: number;
}

export const DEFAULT_DICTIONARY: DictionaryLimits = { maxMetrics: 20_000, maxLabelsPerMetric: 1_000 };

/** Names met in a batch that have no key yet. */
export interface Wanted {
  metrics: Set<string>;
  /** Labels by metric. */
  labels: Map<string, Set<string>>;
}

export interface MetricKeys {
  idOf(metric: string): number | undefined;
  codeOf(metric: string, label: string): number | undefined;
}

export interface MetricDictionary extends MetricKeys {
  /** Creates keys for what is wanted, as far as the limits allow. */
  learn(wanted: Wanted): Promise<void>;
}

/** Two processes may take the same code for different labels; one of them then tries again. */
const LABEL_ATTEMPTS = 20;

export async function loadMetricDictionary(db: Queryable, limits: DictionaryLimits): Promise<MetricDictionary> {
  const ids = new Map<string, number>();
  const labels = new Map<number, Map<string, number>>();

  async function loadMetrics(codes: readonly string[] | null): Promise<void> {
    const text = 'SELECT id, code FROM metric WHERE $1::text[] IS NULL OR code = ANY ($1)';
    const { rows } = await db.query<{ id: number; code: string }>(text, [codes]);
    for (const { id, code } of rows) ids.set(code, id);
  }

  async function loadLabels(metricId: number | null): Promise<void> {
    const text = 'SELECT metric_id, code, label FROM metric_state WHERE $1::int IS NULL OR metric_id = $1';
    const { rows } = await db.query<{ metric_id: number; code: number; label: string }>(text, [metricId]);
    for (const row of rows) {
      const known = labels.get(row.metric_id) ?? new Map<string, number>();
      labels.set(row.metric_id, known.set(row.label, row.code));
    }
  }

  async function learnMetrics(wanted: ReadonlySet<string>): Promise<void> {
    const fresh = [...wanted].sort().slice(0, Math.max(0, limits.maxMetrics - ids.size));
    if (fresh.length === 0) return;
    await db.query('INSERT INTO metric (code) SELECT unnest($1::text[]) ON CONFLICT (code) DO NOTHING', [fresh]);
    await loadMetrics(fresh);
  }

  async function learnLabel(metricId: number, label: string): Promise<void> {
    for (let attempt = 0; attempt < LABEL_ATTEMPTS; attempt++) {
      const known = labels.get(metricId);
      if (known?.has(label) || (known?.size ?? 0) >= limits.maxLabelsPerMetric) return;
      await db.query(
        `INSERT INTO metric_state (metric_id, code, label)
         SELECT $1, coalesce(max(code) + 1, 0), $2 FROM metric_state WHERE metric_id = $1 ON CONFLICT DO NOTHING`,
        [metricId, label],
      );
      await loadLabels(metricId);
    }
  }

  await loadMetrics(null);
  await loadLabels(null);
  const codeOf = (metric: string, label: string): number | undefined => labels.get(ids.get(metric) ?? -1)?.get(label);
  return {
    idOf: (metric) => ids.get(metric),
    codeOf,
    async learn(wanted) {
      await learnMetrics(wanted.metrics);
      for (const [metric, names] of wanted.labels) {
        const metricId = ids.get(metric);
        if (metricId === undefined) continue;
        for (const label of names) await learnLabel(metricId, label);
      }
    },
  };
}
