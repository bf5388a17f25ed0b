// Episodes of rules in shadow mode: kept apart from alerts, so that nobody is called and everybody can compare.
import type { EpochMs } from '../contracts/time.ts';
import type { Transaction } from '../db/database.ts';
import type { JudgedDevice, Speaking } from './alert-store.ts';
import type { Advice } from './core/advice.ts';
import { ruleIdOfCause } from './core/plan.ts';

const FOUND = `
  INSERT INTO rule_shadow_episode AS e (rule_id, version, device_id, severity, raised_at, last_seen_at, reason, contributors)
  VALUES ($1, $2, $3, $4, $5, $5, $6, $7)
  ON CONFLICT (rule_id, device_id) WHERE cleared_at IS NULL DO UPDATE SET findings = e.findings + 1,
    last_seen_at = excluded.last_seen_at, reason = excluded.reason, contributors = excluded.contributors`;

export async function writeShadowFinding(
  tx: Transaction,
  device: JudgedDevice,
  { subject: { rule }, atMs }: Speaking,
  { severity, reason, contributors }: Advice,
): Promise<void> {
  if (rule === null) return;
  const values = [rule.id, rule.version, device.id, severity, new Date(atMs)];
  await tx.prepared('shadow-found', FOUND, [...values, JSON.stringify(reason), JSON.stringify(contributors)]);
}

export async function writeShadowClear(
  tx: Transaction,
  device: JudgedDevice,
  cause: string,
  atMs: EpochMs,
): Promise<void> {
  await tx.prepared(
    'shadow-clear',
    `UPDATE rule_shadow_episode SET cleared_at = greatest($3, raised_at)
     WHERE rule_id = $1 AND device_id = $2 AND cleared_at IS NULL`,
    [ruleIdOfCause(cause), device.id, new Date(atMs)],
  );
}
