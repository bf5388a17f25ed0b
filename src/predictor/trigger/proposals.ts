// Proposals as people see and decide them: one press makes a work order of one, dismissing needs a reason; and the caps of stations.
import type { Scope } from '../../contracts/access.ts';
import { keyOf, limitOf, pageOf } from '../../contracts/http/cursor.ts';
import type { Page } from '../../contracts/http/page.ts';
import type { JobCap, Proposal, ProposalQuery, ProposalReason, ProposalState } from '../../contracts/http/proposals.ts';
import { moneyOf } from '../../contracts/money.ts';
import { Problem } from '../../contracts/problems.ts';
import type { Product } from '../../contracts/product.ts';
import type { Clock } from '../../contracts/time.ts';
import type { Severity } from '../../contracts/work-order-states.ts';
import type { Database, Queryable, Transaction } from '../../db/database.ts';
import { weekOf } from '../core/trigger/week.ts';
import { lockCap, releaseHeld, tellProposal, tellTriggered } from './release-held.ts';

export interface Proposals {
  list(query: ProposalQuery, scope: Scope): Promise<Page<Proposal>>;
  one(id: number, scope: Scope): Promise<Proposal | null>;
  /** The service room opens the job; asked for by a person, it does not count against the cap's waiting. */
  confirm(id: number, actor: string): Promise<Proposal>;
  dismiss(id: number, note: string, actor: string): Promise<Proposal>;
  caps(): Promise<JobCap[]>;
  /** null: any number. What was held back goes as far as there is room now. */
  setCap(station: string, jobsPerWeek: number | null, actor: string): Promise<JobCap>;
}

interface Row {
  id: bigint;
  alert_id: bigint;
  device: string;
  region: string;
  customer: string;
  customer_en: string;
  customer_zh: string;
  station: string;
  station_en: string;
  station_zh: string;
  product: Product;
  component: string;
  failure_mode: string;
  model: string;
  model_version: string;
  severity: Severity;
  probability: number;
  threshold: number | null;
  value_minor: bigint | null;
  currency: string | null;
  made_at: Date;
  state: ProposalState;
  why: ProposalReason;
  decided_at: Date | null;
  decided_by: string | null;
  note: string | null;
  work_order_id: bigint | null;
}

const SELECT = `
  SELECT p.*, d.code AS device, s.region_code AS region, c.code AS customer, c.name_en AS customer_en, c.name_zh AS customer_zh,
    s.code AS station, s.name_en AS station_en, s.name_zh AS station_zh, r.definition AS product
  FROM job_proposal p JOIN device d ON d.id = p.device_id JOIN customer c ON c.code = d.customer_code
  JOIN station s ON s.code = p.station_code JOIN product r ON r.code = d.product_code`;
const IN_SCOPE = `($1::text[] IS NULL OR s.region_code = ANY ($1)) AND ($2::text[] IS NULL OR c.code = ANY ($2))`;

function toProposal(row: Row): Proposal {
  const component = row.product.components.find(({ code }) => code === row.component);
  const mode = component?.failureModes.find(({ code }) => code === row.failure_mode);
  const plain = (code: string) => ({ en: code, zh: code });
  const { value_minor: value, currency } = row;
  return {
    id: Number(row.id),
    alertId: Number(row.alert_id),
    device: row.device,
    region: row.region,
    customer: { code: row.customer, name: { en: row.customer_en, zh: row.customer_zh } },
    station: { code: row.station, name: { en: row.station_en, zh: row.station_zh } },
    component: { code: row.component, name: component?.name ?? plain(row.component) },
    failureMode: { code: row.failure_mode, name: mode?.name ?? plain(row.failure_mode) },
    model: row.model,
    modelVersion: row.model_version,
    severity: row.severity,
    probability: row.probability,
    threshold: row.threshold,
    value: value === null || currency === null ? null : moneyOf(value, currency),
    madeAt: row.made_at.toISOString(),
    state: row.state,
    why: row.why,
    decidedAt: row.decided_at?.toISOString() ?? null,
    decidedBy: row.decided_by,
    note: row.note,
    workOrderId: row.work_order_id === null ? null : Number(row.work_order_id),
  };
}

interface Decided {
  id: bigint;
  prognosis_id: bigint;
  alert_id: bigint;
  device: string;
  component: string;
  failure_mode: string;
  probability: number;
  severity: Severity;
  state: ProposalState;
  made_at: Date;
}

async function lockOpen(tx: Transaction, id: number, allowed: readonly ProposalState[]): Promise<Decided> {
  const { rows } = await tx.query<Decided>(
    `SELECT p.*, d.code AS device FROM job_proposal p JOIN device d ON d.id = p.device_id WHERE p.id = $1 FOR UPDATE OF p`,
    [id],
  );
  const row = rows[0];
  if (row === undefined) throw new Problem('not-found', `There is no proposal ${id}`);
  if (!allowed.includes(row.state)) {
    throw new Problem(
      'transition-refused',
      `Proposal ${id} is ${row.state}; only ${allowed.join(' or ')} ones can be decided on`,
    );
  }
  return row;
}

export function createProposals(database: Database, clock: Clock): Proposals {
  async function read(id: number): Promise<Proposal> {
    const row = (await database.query<Row>(`${SELECT} WHERE p.id = $1`, [id])).rows[0];
    if (row === undefined) throw new Problem('not-found', `There is no proposal ${id}`);
    return toProposal(row);
  }

  async function decideOn(
    id: number,
    to: { state: ProposalState; actor: string; note: string | null; from: readonly ProposalState[] },
  ): Promise<Proposal> {
    await database.transaction(async (tx) => {
      const row = await lockOpen(tx, id, to.from);
      const atMs = Math.max(clock.now(), row.made_at.getTime());
      await tx.query('UPDATE job_proposal SET state = $2, decided_at = $3, decided_by = $4, note = $5 WHERE id = $1', [
        id,
        to.state,
        new Date(atMs),
        to.actor,
        to.note,
      ]);
      if (to.state === 'opened') tellTriggered(tx, row, { atMs, actor: to.actor });
      tellProposal(tx, row, atMs);
    });
    return read(id);
  }

  return {
    async list(query, scope) {
      const key = keyOf(query, 'integer');
      const limit = limitOf(query);
      const { state = null, alert = null, station = null } = query;
      const { rows } = await database.query<Row>(
        `${SELECT} WHERE ${IN_SCOPE} AND ($3::text IS NULL OR p.state = $3) AND ($4::bigint IS NULL OR p.alert_id = $4)
           AND ($5::text IS NULL OR p.station_code = $5) AND ($6::bigint IS NULL OR p.id < $6) ORDER BY p.id DESC LIMIT $7`,
        [scope.regions, scope.customers, state, alert, station, key?.[0] ?? null, limit + 1],
      );
      return pageOf(rows, limit, ({ id }) => [String(id)], toProposal);
    },
    async one(id, { regions, customers }) {
      const { rows } = await database.query<Row>(`${SELECT} WHERE ${IN_SCOPE} AND p.id = $3`, [regions, customers, id]);
      return rows[0] ? toProposal(rows[0]) : null;
    },
    // A shadow model's record and what waits for room may be opened by hand as well: a person takes it upon himself.
    confirm: (id, actor) =>
      decideOn(id, { state: 'opened', actor, note: null, from: ['proposed', 'held', 'recorded'] }),
    dismiss: (id, note, actor) => decideOn(id, { state: 'dismissed', actor, note, from: ['proposed', 'held'] }),
    caps: () => readCaps(database, clock.now(), null),
    async setCap(station, jobsPerWeek, actor) {
      const atMs = clock.now();
      await database.transaction(async (tx) => {
        const known = await tx.query('SELECT 1 FROM station WHERE code = $1', [station]);
        if (known.rowCount === 0) throw new Problem('not-found', `There is no station ${station}`);
        await lockCap(tx, station);
        if (jobsPerWeek === null) await tx.query('DELETE FROM job_cap WHERE station_code = $1', [station]);
        else {
          await tx.query(
            `INSERT INTO job_cap (station_code, jobs_per_week, set_by, set_at) VALUES ($1, $2, $3, $4)
             ON CONFLICT (station_code) DO UPDATE SET jobs_per_week = excluded.jobs_per_week, set_by = excluded.set_by,
               set_at = excluded.set_at`,
            [station, jobsPerWeek, actor, new Date(atMs)],
          );
        }
        await releaseHeld(tx, station, atMs);
      });
      return (await readCaps(database, atMs, station))[0] as JobCap;
    },
  };
}

async function readCaps(db: Queryable, nowMs: number, station: string | null): Promise<JobCap[]> {
  const { rows } = await db.query<{
    code: string;
    en: string;
    zh: string;
    cap: number | null;
    opened: number;
    held: number;
  }>(
    `SELECT s.code, s.name_en AS en, s.name_zh AS zh, c.jobs_per_week AS cap,
       count(p.id) FILTER (WHERE p.state = 'opened' AND p.decided_at >= $1)::integer AS opened,
       count(p.id) FILTER (WHERE p.state = 'held')::integer AS held
     FROM station s LEFT JOIN job_cap c ON c.station_code = s.code LEFT JOIN job_proposal p ON p.station_code = s.code
     WHERE $2::text IS NULL OR s.code = $2 GROUP BY s.code, s.name_en, s.name_zh, c.jobs_per_week ORDER BY s.code`,
    [new Date(weekOf(nowMs)), station],
  );
  return rows.map(({ code, en, zh, cap, opened, held }) => ({
    station: { code, name: { en, zh } },
    jobsPerWeek: cap,
    openedThisWeek: opened,
    held,
  }));
}
