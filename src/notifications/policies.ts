// Escalation policies, one a severity, and the teams they may name.
import {
  type EscalationPolicy,
  type NewPolicy,
  type NewTeam,
  NOTIFICATION_LIMITS,
  type Reachable,
  type Recipient,
  type Team,
  type TeamChanges,
} from '../contracts/http/notifications.ts';
import { Problem } from '../contracts/problems.ts';
import type { Clock } from '../contracts/time.ts';
import type { Severity } from '../contracts/work-order-states.ts';
import type { Database, Queryable, Transaction } from '../db/database.ts';

export interface Policies {
  policies(): Promise<EscalationPolicy[]>;
  policy(severity: Severity): Promise<EscalationPolicy>;
  writePolicy(
    severity: Severity,
    policy: NewPolicy,
    change: { actor: string; revision?: number },
  ): Promise<EscalationPolicy>;
  teams(): Promise<Team[]>;
  team(code: string): Promise<Team | null>;
  createTeam(team: NewTeam): Promise<Team>;
  changeTeam(code: string, changes: TeamChanges, revision?: number): Promise<Team>;
  /** Refused while a policy names it. Its code may be given to a new team. */
  deleteTeam(code: string, actor: string, revision?: number): Promise<void>;
  people(): Promise<Reachable['people']>;
}

interface PolicyRow {
  severity: Severity;
  levels: EscalationPolicy['levels'];
  repeat_minutes: number | null;
  revision: number;
  changed_by: string;
  changed_at: Date;
}

const toPolicy = (row: PolicyRow): EscalationPolicy => ({
  severity: row.severity,
  levels: row.levels,
  repeatMinutes: row.repeat_minutes,
  revision: row.revision,
  changedBy: row.changed_by,
  changedAt: row.changed_at.toISOString(),
});

const POLICIES = `SELECT * FROM escalation_policy
  ORDER BY array_position(ARRAY['critical', 'major', 'minor', 'warning'], severity)`;
const TEAMS =
  "SELECT code, jsonb_build_object('en', name_en, 'zh', name_zh) AS name, members, revision FROM notification_team WHERE deleted_at IS NULL";
const outOfDate = (what: string): Problem =>
  new Problem('out-of-date', `${what} was changed by someone else; read it again`);

export function createPolicies(database: Database, clock: Clock): Policies {
  const policies = async (): Promise<EscalationPolicy[]> =>
    (await database.query<PolicyRow>(POLICIES)).rows.map(toPolicy);
  const policy = async (severity: Severity): Promise<EscalationPolicy> => {
    const found = (await policies()).find((one) => one.severity === severity);
    if (found === undefined) throw new Error(`severity ${severity} has no policy row`);
    return found;
  };
  const team = async (code: string): Promise<Team | null> =>
    (await database.query<Team>(`${TEAMS} AND code = $1`, [code])).rows[0] ?? null;

  return {
    policies,
    policy,
    async writePolicy(severity, { levels, repeatMinutes }, { actor, revision }) {
      if (
        levels.some(({ afterMinutes }, index) => index > 0 && afterMinutes <= (levels[index - 1]?.afterMinutes ?? 0))
      ) {
        throw new Problem('refused', 'levels: each level needs a longer time than the one before it');
      }
      await database.transaction(async (tx) => {
        const { rowCount } = await tx.query(
          `UPDATE escalation_policy SET levels = $2, repeat_minutes = $3, changed_by = $4, changed_at = $5, revision = revision + 1
           WHERE severity = $1 AND ($6::int IS NULL OR revision = $6)`,
          [severity, JSON.stringify(levels), repeatMinutes, actor, new Date(clock.now()), revision ?? null],
        );
        if (rowCount === 0) throw outOfDate(`the policy of ${severity}`);
        await refuseUnknown(
          tx,
          levels.flatMap(({ recipients }) => recipients),
        );
        // What is under way is looked at again under the new one.
        await tx.query('UPDATE alert_escalation SET next_at = $2 WHERE severity = $1 AND next_at IS NOT NULL', [
          severity,
          new Date(clock.now()),
        ]);
      });
      return policy(severity);
    },
    teams: async () => (await database.query<Team>(`${TEAMS} ORDER BY code`)).rows,
    team,
    async createTeam({ code, name, members }) {
      await refuseUnknown(
        database,
        members.map((id) => ({ kind: 'person', id })),
      );
      const { rowCount } = await database.query(
        `INSERT INTO notification_team (code, name_en, name_zh, members) SELECT $1, $2, $3, $4
         WHERE (SELECT count(*) FROM notification_team WHERE deleted_at IS NULL) < ${NOTIFICATION_LIMITS.teams}
         ON CONFLICT (code) DO UPDATE SET name_en = $2, name_zh = $3, members = $4, deleted_at = NULL, deleted_by = NULL,
           revision = notification_team.revision + 1 WHERE notification_team.deleted_at IS NOT NULL`,
        [code, name.en, name.zh, members],
      );
      const created = rowCount === 1 ? await team(code) : null;
      if (created !== null) return created;
      if ((await team(code)) !== null) throw new Problem('already-exists', `There is a team ${code} already`);
      throw new Problem('refused', `There are ${NOTIFICATION_LIMITS.teams} teams, which is the limit; use one of them`);
    },
    async changeTeam(code, { name, members }, revision) {
      await refuseUnknown(
        database,
        (members ?? []).map((id) => ({ kind: 'person', id })),
      );
      const { rowCount } = await database.query(
        `UPDATE notification_team SET name_en = coalesce($2, name_en), name_zh = coalesce($3, name_zh),
           members = coalesce($4, members), revision = revision + 1
         WHERE code = $1 AND deleted_at IS NULL AND ($5::int IS NULL OR revision = $5)`,
        [code, name?.en ?? null, name?.zh ?? null, members ?? null, revision ?? null],
      );
      const changed = await team(code);
      if (changed === null) throw new Problem('not-found', `There is no team ${code}`);
      if (rowCount === 0) throw outOfDate(`team ${code}`);
      return changed;
    },
    deleteTeam: (code, actor, revision) =>
      database.transaction(async (tx) => {
        await refuseNamed(tx, `team ${code}`, { kind: 'team', team: code });
        const { rowCount } = await tx.query(
          `UPDATE notification_team SET deleted_at = $2, deleted_by = $3, revision = revision + 1
           WHERE code = $1 AND deleted_at IS NULL AND ($4::int IS NULL OR revision = $4)`,
          [code, new Date(clock.now()), actor, revision ?? null],
        );
        if (rowCount === 0) throw outOfDate(`team ${code}`);
      }),
    people: async () =>
      (
        await database.query<Reachable['people'][number]>(
          'SELECT id, name, email, role FROM user_account WHERE active ORDER BY name, id LIMIT 500',
        )
      ).rows,
  };
}

/** Who a policy names stays: an alert would be told to nobody. Locks the policies, so that none names it meanwhile. */
export async function refuseNamed(tx: Transaction, noun: string, recipient: Recipient): Promise<void> {
  await tx.query('SELECT 1 FROM escalation_policy FOR UPDATE');
  const { rows } = await tx.query<{ severity: Severity }>(
    `SELECT DISTINCT severity FROM escalation_policy, jsonb_array_elements(levels) AS level
     WHERE level->'recipients' @> jsonb_build_array($1::jsonb) ORDER BY severity`,
    [JSON.stringify(recipient)],
  );
  if (rows.length === 0) return;
  const named = rows.map(({ severity }) => severity).join(', ');
  throw new Problem('refused', `${noun} is named by the policy of ${named}; take it out of there first`);
}

/** A policy that names nobody there is would tell nobody, in silence. */
async function refuseUnknown(db: Queryable, recipients: readonly Recipient[]): Promise<void> {
  const missing = async (noun: string, wanted: readonly string[], text: string): Promise<void> => {
    if (wanted.length === 0) return;
    const { rows } = await db.query<{ key: string }>(text, [wanted]);
    const known = new Set(rows.map(({ key }) => key));
    const lost = wanted.filter((one) => !known.has(one));
    if (lost.length > 0) throw new Problem('refused', `${noun} ${lost.join(', ')} does not exist`);
  };
  await missing(
    'user',
    recipients.flatMap((one) => (one.kind === 'person' ? [String(one.id)] : [])),
    'SELECT id::text AS key FROM user_account WHERE active AND id::text = ANY ($1::text[])',
  );
  await missing(
    'team',
    recipients.flatMap((one) => (one.kind === 'team' ? [one.team] : [])),
    'SELECT code AS key FROM notification_team WHERE deleted_at IS NULL AND code = ANY ($1::text[])',
  );
  await missing(
    'webhook',
    recipients.flatMap((one) => (one.kind === 'webhook' ? [String(one.id)] : [])),
    'SELECT id::text AS key FROM notification_webhook WHERE deleted_at IS NULL AND id::text = ANY ($1::text[])',
  );
}
