// Alarm rules in force, in memory by product; read again when this process changes one and, for other processes' changes,
// every few seconds.
import type { BaseLogger } from 'pino';
import type { Condition } from '../contracts/rule-conditions.ts';
import type { RuleMode, Schedule } from '../contracts/rules.ts';
import { DAY_MS } from '../contracts/time.ts';
import type { Clock } from '../contracts/time.ts';
import type { Severity } from '../contracts/work-order-states.ts';
import type { Queryable } from '../db/database.ts';
import type { RulePlan } from './core/plan.ts';
import { type Span, spansOf, without } from './core/rules/in-force.ts';

export interface RuleBook {
  /** Versions that count, or will, for one device. */
  rulesFor(product: string, deviceId: number): readonly RulePlan[];
  /** Grows with every change. */
  revision(): number;
  refresh(): Promise<void>;
  close(): void;
}

export interface RuleBookOptions {
  db: Queryable;
  clock: Clock;
  log: BaseLogger;
  everyMs: number;
}

export interface VersionRow {
  component: string | null;
  name_en: string;
  name_zh: string;
  condition: Condition;
  severity: Severity;
  refractory_minutes: number;
  schedule: Schedule | null;
  is_off: boolean;
}

interface Row extends VersionRow {
  decision_id: bigint;
  rule_id: number;
  version: number;
  product_code: string;
  device_id: number | null;
  overrides: number | null;
  decision: 'activated' | 'deactivated';
  mode: RuleMode | null;
  effective_from: Date;
}

/** One rule with everything that was decided about it. */
interface Entry {
  row: Row;
  spans: (Span & { by: { row: Row } })[];
}

const MINUTE_MS = 60_000;
/** A version that has not counted for longer is forgotten: readings this late are not judged. */
const BACK_MS = 30 * DAY_MS;

const DECISIONS = `
  SELECT d.id AS decision_id, d.rule_id, d.version, d.decision, d.mode, d.effective_from,
         r.product_code, r.device_id, r.overrides,
         v.component, v.name_en, v.name_zh, v.condition, v.severity, v.refractory_minutes, v.schedule, v.is_off
  FROM rule_decision d JOIN rule r ON r.id = d.rule_id
  JOIN rule_version v ON v.rule_id = d.rule_id AND v.version = d.version ORDER BY d.rule_id, d.id`;

export const planOfVersion = (
  row: VersionRow,
  rest: Pick<RulePlan, 'id' | 'version' | 'mode' | 'effectiveFromMs' | 'untilMs'>,
): RulePlan => ({
  ...rest,
  name: { en: row.name_en, zh: row.name_zh },
  component: row.component,
  condition: row.condition,
  severity: row.severity,
  refractoryMs: row.refractory_minutes * MINUTE_MS,
  schedule: row.schedule,
});

function entriesOf(rows: readonly Row[], sinceMs: number): Entry[] {
  const byRule = new Map<number, Row[]>();
  for (const row of rows) byRule.set(row.rule_id, [...(byRule.get(row.rule_id) ?? []), row]);
  return [...byRule.values()].map((decisions) => ({
    row: decisions[0] as Row,
    spans: spansOf(
      decisions.map((row) => ({ decision: row.decision, fromMs: row.effective_from.getTime(), row })),
    ).filter(({ untilMs }) => untilMs > sinceMs),
  }));
}

function plansFor(entries: readonly Entry[], deviceId: number): RulePlan[] {
  const overrides = entries.filter(({ row }) => row.overrides !== null && row.device_id === deviceId);
  return entries.flatMap(({ row, spans }) => {
    if (row.device_id !== null && row.device_id !== deviceId) return [];
    const cuts = overrides.filter((one) => one.row.overrides === row.rule_id).flatMap((one) => one.spans);
    return spans.flatMap((span) => {
      const { row: version } = span.by;
      if (version.is_off || version.mode === null) return [];
      const { rule_id: id, mode } = version;
      return without(span, cuts).map(({ fromMs, untilMs }) =>
        planOfVersion(version, { id, version: version.version, mode, effectiveFromMs: fromMs, untilMs }),
      );
    });
  });
}

export async function openRuleBook({ db, clock, log, everyMs }: RuleBookOptions): Promise<RuleBook> {
  let entries: Entry[] = [];
  let fingerprint = '';
  let revision = 0;

  async function refresh(): Promise<void> {
    const { rows } = await db.query<Row>(DECISIONS);
    const now = rows.map(({ decision_id: id }) => id).join();
    if (now === fingerprint) return;
    fingerprint = now;
    entries = entriesOf(rows, clock.now() - BACK_MS);
    revision += 1;
  }

  await refresh();
  const timer = setInterval(() => {
    refresh().catch((error: unknown) => log.warn({ error }, 'alarm rules could not be read again'));
  }, everyMs);
  return {
    rulesFor: (product, deviceId) =>
      plansFor(
        entries.filter(({ row }) => row.product_code === product),
        deviceId,
      ),
    revision: () => revision,
    refresh,
    close: () => clearInterval(timer),
  };
}
