// The live scorecard: what models said against what happened, by model version, product or failure mode; and the episodes behind it.
import type { Scope } from '../../contracts/access.ts';
import { keyOf, limitOf, pageOf } from '../../contracts/http/cursor.ts';
import type { Page } from '../../contracts/http/page.ts';
import type {
  EpisodeQuery,
  PredictionEpisode,
  Scorecard,
  ScorecardQuery,
  ScorecardRow,
} from '../../contracts/http/scorecard.ts';
import { moneyOf } from '../../contracts/money.ts';
import { type Clock, DAY_MS, isoOf } from '../../contracts/time.ts';
import type { Product } from '../../contracts/product.ts';
import type { Text } from '../../contracts/text.ts';
import type { Queryable } from '../../db/database.ts';
import { productsOf } from '../alert-rows.ts';
import { type CountRow, countsOf, exposureOf, type Group, missedOf } from './scorecard-queries.ts';
import {
  conservativeMinor,
  netMinor,
  NO_TALLY,
  precisionOf,
  quantileOf,
  rateOf,
  recallOf,
  type Tally,
  addTallies,
} from '../core/scoring/tally.ts';

export interface ScorecardReads {
  scorecard(query: ScorecardQuery, scope: Scope): Promise<Scorecard>;
  episodes(query: EpisodeQuery, scope: Scope): Promise<Page<PredictionEpisode>>;
}

const YEAR_MS = 365.25 * DAY_MS;
const LEAST_DEVICE_YEARS = 0.1;

/** How long it was looked is known of these. */
const WATCHED_TOGETHER = ['model', 'version', 'shadow', 'product', 'device', 'month'] as const;

const keyOfGroup = ({ model, version, shadow, product, component, failure_mode, device, month }: Group): string =>
  [month, model, version, shadow ? 'shadow' : null, product, component, failure_mode, device]
    .filter((part) => part !== null)
    .join('/');

function tallyOfRow(row: CountRow): Tally {
  const { currency, gross, confirmed, false_alarm: falseAlarm, actual_net: actualNet, actual_jobs: actualJobs } = row;
  const n = row.tp + row.fp;
  return {
    ...NO_TALLY,
    truePositives: row.tp,
    falsePositives: row.fp,
    censored: row.censored,
    open: row.open,
    leadHours: row.leads ?? [],
    worth:
      currency === null
        ? new Map()
        : new Map([
            [
              currency,
              {
                grossMinor: gross ?? 0n,
                confirmedMinor: confirmed ?? 0n,
                falseAlarmMinor: falseAlarm ?? 0n,
                n,
                actualNetMinor: actualNet ?? 0n,
                actualJobs,
              },
            ],
          ]),
    unpriced: currency === null ? n : 0,
  };
}

/** As the catalogue calls it. */
function nameOf({ product, component, failure_mode }: Group, products: ReadonlyMap<string, Product>): Text | null {
  const found = products.get(product ?? '');
  if (found === undefined || component === null) return found?.name ?? null;
  const owner = found.components.find(({ code }) => code === component);
  const mode = owner?.failureModes.find(({ code }) => code === failure_mode);
  if (owner === undefined || mode === undefined) return null;
  return {
    en: `${found.name.en} · ${owner.name.en} · ${mode.name.en}`,
    zh: `${found.name.zh} · ${owner.name.zh} · ${mode.name.zh}`,
  };
}

function toRow(group: Group, tally: Tally, exposureMs: number, name: Text | null): ScorecardRow {
  const deviceYears = exposureMs / YEAR_MS;
  const { leadHours } = tally;
  return {
    key: keyOfGroup(group),
    name,
    model: group.model,
    modelVersion: group.version,
    isShadow: group.shadow,
    product: group.product,
    component: group.component,
    failureMode: group.failure_mode,
    device: group.device,
    month: group.month,
    truePositives: tally.truePositives,
    falsePositives: tally.falsePositives,
    falseNegatives: tally.falseNegatives,
    censored: tally.censored,
    open: tally.open,
    precision: precisionOf(tally),
    recall: recallOf(tally),
    leadHours: { median: quantileOf(leadHours, 0.5), p10: quantileOf(leadHours, 0.1), n: leadHours.length },
    // Of a few minutes a rate per year says nothing.
    falseAlarmsPerDeviceYear: rateOf(tally.falsePositives, deviceYears < LEAST_DEVICE_YEARS ? 0 : deviceYears),
    deviceYears,
    worth: [...tally.worth].map(([currency, worth]) => ({
      gross: moneyOf(worth.grossMinor, currency),
      falseAlarmCost: moneyOf(worth.falseAlarmMinor, currency),
      net: moneyOf(netMinor(worth), currency),
      conservative: moneyOf(conservativeMinor(worth), currency),
      n: worth.n,
      actual: { net: moneyOf(worth.actualNetMinor, currency), n: worth.actualJobs },
    })),
    unpriced: tally.unpriced,
  };
}

interface EpisodeRow {
  id: bigint;
  device: string;
  product_code: string;
  component: string;
  failure_mode: string;
  model: string;
  model_version: string;
  is_shadow: boolean;
  alert_id: bigint | null;
  raised_at: Date;
  probability: number;
  peak_probability: number;
  outcome: PredictionEpisode['outcome'];
  basis: PredictionEpisode['basis'];
  judged_at: Date | null;
  failed_at: Date | null;
  lead_hours: number | null;
  work_order_id: bigint | null;
}

const numberOf = (id: bigint | null): number | null => (id === null ? null : Number(id));

const toEpisode = (row: EpisodeRow): PredictionEpisode => ({
  id: Number(row.id),
  device: row.device,
  product: row.product_code,
  component: row.component,
  failureMode: row.failure_mode,
  model: row.model,
  modelVersion: row.model_version,
  isShadow: row.is_shadow,
  alertId: numberOf(row.alert_id),
  raisedAt: row.raised_at.toISOString(),
  probability: row.probability,
  peakProbability: row.peak_probability,
  outcome: row.outcome,
  basis: row.basis,
  judgedAt: row.judged_at?.toISOString() ?? null,
  failedAt: row.failed_at?.toISOString() ?? null,
  leadHours: row.lead_hours,
  workOrderId: numberOf(row.work_order_id),
});

export function createScorecard(db: Queryable, clock: Clock): ScorecardReads {
  return {
    async scorecard({ by = 'model', product, from, to }, scope) {
      const toAt = to ?? isoOf(clock.now());
      const values = [scope.regions, scope.customers, product ?? null, from ?? null, toAt];
      const groups = new Map<string, { group: Group; tally: Tally }>();
      const add = (group: Group, tally: Tally): void => {
        const key = keyOfGroup(group);
        groups.set(key, { group, tally: addTallies(groups.get(key)?.tally ?? NO_TALLY, tally) });
      };
      for (const row of (await db.query<CountRow>(countsOf(by), values)).rows) add(row, tallyOfRow(row));
      for (const row of (await db.query<Group & { missed: number }>(missedOf(by), values)).rows) {
        add(row, { ...NO_TALLY, falseNegatives: row.missed });
      }
      const exposures = (await db.query<Group & { ms: number }>(exposureOf(by), values)).rows;
      const exposureMs = (group: Group): number =>
        exposures
          .filter((one) => WATCHED_TOGETHER.every((name) => one[name] === group[name]))
          .reduce((sum, { ms }) => sum + ms, 0);
      const codes = [...groups.values()].flatMap(({ group }) => group.product ?? []);
      const products = await productsOf(
        db,
        codes.map((code) => ({ product_code: code })),
      );
      const rows = [...groups.values()].map(({ group, tally }) =>
        toRow(group, tally, exposureMs(group), nameOf(group, products)),
      );
      rows.sort((a, b) => (a.key < b.key ? -1 : 1));
      return { by, from: from ?? null, to: toAt, rows };
    },
    async episodes(query, { regions, customers }) {
      const key = keyOf(query, 'integer');
      const limit = limitOf(query);
      const { product = null, model = null, version = null, outcome = null } = query;
      const { rows } = await db.query<EpisodeRow>(
        `SELECT e.*, d.code AS device FROM prediction_episode e JOIN device d ON d.id = e.device_id
         JOIN station s ON s.code = d.station_code
         WHERE ($1::text[] IS NULL OR s.region_code = ANY ($1)) AND ($2::text[] IS NULL OR d.customer_code = ANY ($2))
           AND ($3::text IS NULL OR e.product_code = $3) AND ($4::text IS NULL OR e.model = $4)
           AND ($5::text IS NULL OR e.model_version = $5) AND ($6::text IS NULL OR coalesce(e.outcome, 'open') = $6)
           AND ($7::bigint IS NULL OR e.id < $7) ORDER BY e.id DESC LIMIT $8`,
        [regions, customers, product, model, version, outcome, key?.[0] ?? null, limit + 1],
      );
      return pageOf(rows, limit, ({ id }) => [String(id)], toEpisode);
    },
  };
}
