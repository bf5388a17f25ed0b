// Alarm rules in force, in memory by product; read again when this process changes one and, for other processes' changes,
// every few seconds.
import type { BaseLogger } from 'pino';
import type { Condition } from '../contracts/rules.ts';
import type { Severity } from '../contracts/work-order-states.ts';
import type { Queryable } from '../db/database.ts';
import type { RulePlan } from './core/plan.ts';

export interface RuleBook {
  /** Rules for one device, by id. */
  rulesFor(product: string, deviceId: number): readonly RulePlan[];
  /** Grows with every change. */
  revision(): number;
  refresh(): Promise<void>;
  close(): void;
}

interface Row {
  id: number;
  version: number;
  product_code: string;
  device_id: number | null;
  component: string | null;
  name_en: string;
  name_zh: string;
  condition: Condition;
  severity: Severity;
  refractory_minutes: number;
  effective_from: Date;
}

const MINUTE_MS = 60_000;

const toPlan = (row: Row): RulePlan => ({
  id: row.id,
  version: row.version,
  name: { en: row.name_en, zh: row.name_zh },
  component: row.component,
  condition: row.condition,
  severity: row.severity,
  refractoryMs: row.refractory_minutes * MINUTE_MS,
  effectiveFromMs: row.effective_from.getTime(),
});

export async function openRuleBook(db: Queryable, log: BaseLogger, everyMs: number): Promise<RuleBook> {
  let rows: Row[] = [];
  let fingerprint = '';
  let revision = 0;

  async function refresh(): Promise<void> {
    const found = await db.query<Row>(
      `SELECT id, version, product_code, device_id, component, name_en, name_zh, condition, severity, refractory_minutes,
              effective_from FROM rule WHERE active ORDER BY id`,
    );
    const now = found.rows.map(({ id, version }) => `${id}.${version}`).join();
    if (now === fingerprint) return;
    fingerprint = now;
    rows = found.rows;
    revision += 1;
  }

  await refresh();
  const timer = setInterval(() => {
    refresh().catch((error: unknown) => log.warn({ error }, 'alarm rules could not be read again'));
  }, everyMs);
  return {
    rulesFor: (product, deviceId) =>
      rows
        .filter((row) => row.product_code === product && (row.device_id === null || row.device_id === deviceId))
        .map(toPlan),
    revision: () => revision,
    refresh,
    close: () => clearInterval(timer),
  };
}
