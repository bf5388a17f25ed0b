// Alarm rules and their versions as the database has them, and the views of them.
import type { Rule, RuleDecision, RuleMode, RuleVersion } from '../contracts/rules.ts';
import type { Queryable } from '../db/database.ts';
import type { VersionRow } from './rule-book.ts';

export interface StoredVersion extends VersionRow {
  rule_id: number;
  version: number;
  effective_from: Date | null;
  why: string | null;
  author: string;
  created_at: Date;
}

interface DecisionRow {
  rule_id: number;
  version: number;
  decision: 'activated' | 'deactivated';
  mode: RuleMode | null;
  effective_from: Date;
  actor: string;
  at: Date;
  note: string | null;
}

export interface RuleRow {
  id: number;
  product_code: string;
  device: string | null;
  overrides: number | null;
  revision: number;
  open_episodes: number;
}

export const SELECT_RULES = `
  SELECT r.id, r.product_code, d.code AS device, r.overrides, r.revision,
    (SELECT count(*)::int FROM alert a WHERE a.rule_id = r.id AND a.cleared_at IS NULL AND a.state NOT IN ('resolved', 'closed'))
      + (SELECT count(*)::int FROM rule_shadow_episode e WHERE e.rule_id = r.id AND e.cleared_at IS NULL) AS open_episodes
  FROM rule r LEFT JOIN device d ON d.id = r.device_id`;

const contentOf = (row: StoredVersion) => ({
  version: row.version,
  component: row.component,
  name: { en: row.name_en, zh: row.name_zh },
  condition: row.condition,
  severity: row.severity,
  refractoryMinutes: row.refractory_minutes,
  schedule: row.schedule,
  off: row.is_off,
});

const decisionOf = (row: DecisionRow): RuleDecision => ({
  decision: row.decision,
  mode: row.mode,
  effectiveFrom: row.effective_from.toISOString(),
  actor: row.actor,
  at: row.at.toISOString(),
  note: row.note,
});

const versionOf = (row: StoredVersion, decisions: readonly DecisionRow[]): RuleVersion => ({
  ...contentOf(row),
  effectiveFrom: row.effective_from?.toISOString() ?? null,
  why: row.why,
  author: row.author,
  createdAt: row.created_at.toISOString(),
  decisions: decisions.filter(({ version }) => version === row.version).map(decisionOf),
});

/** Every version and decision of these rules, oldest first. */
async function readHistory(
  db: Queryable,
  ids: readonly number[],
): Promise<{ versions: StoredVersion[]; decisions: DecisionRow[] }> {
  const versions = await db.query<StoredVersion>(
    'SELECT * FROM rule_version WHERE rule_id = ANY ($1::int[]) ORDER BY rule_id, version',
    [ids],
  );
  const decisions = await db.query<DecisionRow>(
    'SELECT * FROM rule_decision WHERE rule_id = ANY ($1::int[]) ORDER BY rule_id, id',
    [ids],
  );
  return { versions: versions.rows, decisions: decisions.rows };
}

function toRule(row: RuleRow, versions: readonly StoredVersion[], decisions: readonly DecisionRow[]): Rule {
  const newest = versions.at(-1) as StoredVersion;
  const last = decisions.at(-1);
  const isActive = last?.decision === 'activated';
  const shown = (isActive ? versions.find(({ version }) => version === last.version) : undefined) ?? newest;
  const isDecided = decisions.some(({ version }) => version === newest.version);
  return {
    id: row.id,
    product: row.product_code,
    device: row.device,
    overrides: row.overrides,
    ...contentOf(shown),
    effectiveFrom: (isActive ? last.effective_from : (shown.effective_from ?? shown.created_at)).toISOString(),
    active: isActive,
    mode: isActive ? last.mode : null,
    draft: isDecided ? null : newest.version,
    author: shown.author,
    openEpisodes: row.open_episodes,
    revision: row.revision,
  };
}

export async function rulesOf(db: Queryable, rows: readonly RuleRow[]): Promise<Rule[]> {
  if (rows.length === 0) return [];
  const { versions, decisions } = await readHistory(
    db,
    rows.map(({ id }) => id),
  );
  return rows.map((row) =>
    toRule(
      row,
      versions.filter(({ rule_id: id }) => id === row.id),
      decisions.filter(({ rule_id: id }) => id === row.id),
    ),
  );
}

/** Newest first. */
export async function versionsOf(db: Queryable, ruleId: number): Promise<RuleVersion[]> {
  const { versions, decisions } = await readHistory(db, [ruleId]);
  return versions.map((row) => versionOf(row, decisions)).reverse();
}

export async function storedVersion(db: Queryable, ruleId: number, version: number): Promise<StoredVersion | null> {
  const text = 'SELECT * FROM rule_version WHERE rule_id = $1 AND version = $2';
  return (await db.query<StoredVersion>(text, [ruleId, version])).rows[0] ?? null;
}
