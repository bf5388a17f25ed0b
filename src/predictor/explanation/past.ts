// What the database knows of the past of an alert: cases like it and how they ended, repairs of the component, and how often such
// alerts were right.
import type { Scope } from '../../contracts/access.ts';
import type { AlertDetail } from '../../contracts/http/alerts.ts';
import type { Contributor } from '../../contracts/http/devices.ts';
import type { Explanation } from '../../contracts/http/explanations.ts';
import { DAY_MS } from '../../contracts/time.ts';
import type { Queryable } from '../../db/database.ts';
import type { AlertRow } from '../alert-rows.ts';
import { calibrationOf, chosenOf } from '../core/explanation/calibration-words.ts';
import { mostAlike } from '../core/explanation/similar-cases.ts';
import { dayText } from '../core/quantity.ts';

const SHOWN_CASES = 3;
/** Newest cases that are compared. */
const COMPARED_CASES = 500;
const REPAIR_DAYS = 45;

type SimilarCase = AlertDetail['similar'][number];

interface CaseRow {
  id: bigint;
  device: string;
  raised_at: Date;
  cleared_at: Date | null;
  work_order_id: bigint | null;
  confirmed: boolean | null;
  outcome: SimilarCase['outcome'];
  lead_hours: number | null;
  contributors: Contributor[];
}

/** Of the same product and component (or cause, where there is none) that this reader may see. */
export async function similarCases(db: Queryable, row: AlertRow, scope: Scope): Promise<SimilarCase[]> {
  const { rows } = await db.query<CaseRow>(
    `SELECT a.id, d.code AS device, a.raised_at, a.cleared_at, a.work_order_id, w.finding_confirmed AS confirmed,
       e.outcome, e.lead_hours, a.contributors
     FROM alert a JOIN device d ON d.id = a.device_id JOIN station s ON s.code = d.station_code
     LEFT JOIN work_order w ON w.id = a.work_order_id LEFT JOIN prediction_episode e ON e.alert_id = a.id
     WHERE ($1::text[] IS NULL OR s.region_code = ANY ($1)) AND ($2::text[] IS NULL OR d.customer_code = ANY ($2))
       AND d.product_code = $3 AND (a.cause = $4 OR a.component = $5) AND a.id <> $6 AND a.raised_at <= $7
     ORDER BY a.raised_at DESC, a.id DESC LIMIT ${COMPARED_CASES}`,
    [scope.regions, scope.customers, row.product_code, row.cause, row.component, row.id, row.raised_at],
  );
  const byId = new Map(rows.map((found) => [Number(found.id), found]));
  const cases = rows.map((found) => ({
    id: Number(found.id),
    voices: found.contributors,
    hasOutcome: found.confirmed !== null || found.outcome !== null,
    raisedAtMs: found.raised_at.getTime(),
  }));
  return mostAlike(row.contributors, cases, SHOWN_CASES).flatMap(({ id, likeness }) => {
    const found = byId.get(id);
    if (found === undefined) return [];
    return {
      alertId: id,
      device: found.device,
      raisedAt: found.raised_at.toISOString(),
      clearedAt: found.cleared_at?.toISOString() ?? null,
      workOrderId: found.work_order_id === null ? null : Number(found.work_order_id),
      confirmed: found.confirmed,
      outcome: found.outcome,
      leadHours: found.lead_hours,
      likeness: Math.round(likeness * 100) / 100,
    };
  });
}

interface RepairRow {
  id: bigint;
  completed_at: Date;
  has_part: boolean;
  confirmed: boolean | null;
}

/** The last jobs on the component before it spoke: what was renewed is less likely to fail, what was looked at less likely to hide. */
export async function repairsBefore(db: Queryable, row: AlertRow): Promise<Explanation['counter']> {
  if (row.component === null) return [];
  const { rows } = await db.query<RepairRow>(
    `SELECT w.id, w.completed_at, w.finding_confirmed AS confirmed,
       EXISTS (SELECT 1 FROM part_use p WHERE p.work_order_id = w.id AND p.quantity > 0) AS has_part
     FROM work_order w WHERE w.device_id = $1 AND w.component = $2 AND w.completed_at < $3 AND w.completed_at > $4
     ORDER BY w.completed_at DESC LIMIT 2`,
    [row.device_id, row.component, row.raised_at, new Date(row.raised_at.getTime() - REPAIR_DAYS * DAY_MS)],
  );
  return rows.map(({ id, completed_at: at, has_part: hasPart, confirmed }) => {
    const isRefuted = confirmed === false;
    const [en, zh] = [dayText(at.getTime(), 'en'), dayText(at.getTime(), 'zh')];
    const done = isRefuted
      ? { en: `A visit on ${en} found no fault here.`, zh: `${zh}上门检查未发现该部件故障。` }
      : hasPart
        ? { en: `A part of this component was replaced on ${en}.`, zh: `该部件已于${zh}更换备件。` }
        : { en: `This component was serviced on ${en}.`, zh: `该部件已于${zh}维修保养。` };
    return {
      kind: isRefuted ? ('refuted-before' as const) : ('recent-repair' as const),
      text: done,
      metric: null,
      workOrderId: Number(id),
      alertId: null,
    };
  });
}

interface CountRow {
  mode_n: number;
  mode_right: number;
  product_n: number;
  product_right: number;
  all_n: number;
  all_right: number;
}

/** What is known now. Only a prediction turns out right or wrong: a rule or an unusual metric foretells nothing. */
export async function calibrationFor(db: Queryable, row: AlertRow): Promise<Explanation['calibration']> {
  if (row.failure_mode === null) return calibrationOf(chosenOf([]));
  const { rows } = await db.query<CountRow>(
    `WITH known AS (
       SELECT outcome = 'true-positive' AS is_right, product_code = $1 AS of_product,
         product_code = $1 AND component = $2 AND failure_mode = $3 AS of_mode
       FROM prediction_episode WHERE outcome IN ('true-positive', 'false-positive') AND NOT is_shadow)
     SELECT count(*) FILTER (WHERE of_mode)::int AS mode_n, count(*) FILTER (WHERE of_mode AND is_right)::int AS mode_right,
       count(*) FILTER (WHERE of_product)::int AS product_n, count(*) FILTER (WHERE of_product AND is_right)::int AS product_right,
       count(*)::int AS all_n, count(*) FILTER (WHERE is_right)::int AS all_right
     FROM known`,
    [row.product_code, row.component, row.failure_mode],
  );
  const counts = rows[0] as CountRow;
  return calibrationOf(
    chosenOf([
      { of: 'failure-mode', n: counts.mode_n, right: counts.mode_right },
      { of: 'product', n: counts.product_n, right: counts.product_right },
      { of: 'all', n: counts.all_n, right: counts.all_right },
    ]),
  );
}
