// What a failure mode of one device costs planned, unplanned and as a false alarm, estimated from master data. The
// predictor decides by it when to act, and the avoided cost is counted by it afterwards: one estimate for both.
import type { Component, FailureMode } from '../contracts/product.ts';
import type { Clock } from '../contracts/time.ts';
import type { Queryable } from '../db/database.ts';
import { type FixCosts, fixCosts } from './core/maintenance-economics.ts';
import { tripKm, tripMinutes } from './core/trip.ts';
import { travelDistanceMinor, travelTimeMinor } from './core/job-cost.ts';

export type FixEstimate = FixCosts & { currency: string };

/** `null`: no such device or failure mode, no rate anywhere, or amounts in several currencies that cannot be added. */
export type Economics = (device: string, component: string, failureMode: string) => Promise<FixEstimate | null>;

interface SiteRow {
  components: Component[];
  station: string;
  penalty: bigint | null;
  penalty_currency: string | null;
  station_lat: number | null;
  station_lon: number | null;
  site_lat: number | null;
  site_lon: number | null;
}

const SITE = `
  SELECT p.definition->'components' AS components, d.station_code AS station, k.penalty_per_hour_minor AS penalty,
         k.currency AS penalty_currency, s.lat AS station_lat, s.lon AS station_lon, t.lat AS site_lat, t.lon AS site_lon
  FROM device d JOIN product p ON p.code = d.product_code JOIN station s ON s.code = d.station_code
  LEFT JOIN contract k ON k.code = d.contract_code LEFT JOIN site t ON t.code = d.site_code WHERE d.code = $1`;

/** The rate for everyone now, else the mean of the station's engineers, else of all engineers. */
const HOURLY_RATE = `
  SELECT amount, currency FROM (
    SELECT amount_minor AS amount, currency, 1 AS rank, effective_from FROM rate
    WHERE kind = 'labour-hour' AND engineer_code IS NULL AND effective_from <= $2 AND decision = 'approved'
    UNION ALL
    SELECT round(avg(hourly_rate_minor))::bigint, currency, 2, NULL FROM engineer WHERE station_code = $1 GROUP BY currency
    UNION ALL
    SELECT round(avg(hourly_rate_minor))::bigint, currency, 3, NULL FROM engineer GROUP BY currency
  ) r ORDER BY rank, effective_from DESC, currency LIMIT 1`;

const KM_RATE = `SELECT amount_minor AS amount, currency FROM rate
  WHERE kind = 'travel-km' AND engineer_code IS NULL AND effective_from <= $1 AND decision = 'approved'
  ORDER BY effective_from DESC LIMIT 1`;

interface Amount {
  amount: bigint;
  currency: string;
}

const first = async (db: Queryable, text: string, values: readonly unknown[]): Promise<Amount | null> =>
  (await db.query<Amount>(text, values)).rows[0] ?? null;

function modeOf(components: readonly Component[], component: string, failureMode: string): FailureMode | null {
  const modes = components.find((candidate) => candidate.code === component)?.failureModes;
  return modes?.find((mode) => mode.code === failureMode) ?? null;
}

/** Time and distance there and back for everybody who goes; nothing for a remote fix. */
function travelMinor(site: SiteRow, mode: FailureMode, hourly: Amount, km: Amount | null): bigint {
  if (mode.remote) return 0n;
  const distanceKm = tripKm(
    { lat: site.station_lat, lon: site.station_lon },
    { lat: site.site_lat, lon: site.site_lon },
  );
  const time = travelTimeMinor(hourly.amount, tripMinutes(distanceKm)) * BigInt(mode.people);
  return time + (km ? travelDistanceMinor(km.amount, Math.round(distanceKm * 1000)) : 0n);
}

export function createEconomics(db: Queryable, clock: Clock): Economics {
  return async (device, component, failureMode) => {
    const site = (await db.prepared<SiteRow>('economics-site', SITE, [device])).rows[0];
    const mode = site && modeOf(site.components, component, failureMode);
    if (!mode) return null;
    const at = new Date(clock.now());
    const hourly = await first(db, HOURLY_RATE, [site.station, at]);
    if (!hourly) return null;
    const km = await first(db, KM_RATE, [at]);
    const partQuery = 'SELECT unit_cost_minor AS amount, currency FROM part WHERE code = $1';
    const part = mode.part === null ? null : await first(db, partQuery, [mode.part]);
    if (mode.part !== null && part === null) return null;
    const hasPenalty = (site.penalty ?? 0n) > 0n;
    const currencies = [hourly, km, part].map((amount) => amount?.currency);
    if (hasPenalty) currencies.push(site.penalty_currency ?? undefined);
    if (currencies.some((currency) => currency !== undefined && currency !== hourly.currency)) return null;
    return {
      ...fixCosts({
        partMinor: part?.amount ?? 0n,
        people: mode.people,
        labourHours: mode.labourHours,
        ratePerHourMinor: hourly.amount,
        travelMinor: travelMinor(site, mode, hourly, km),
        unplannedFactor: mode.unplannedFactor,
        unplannedDowntimeHours: mode.unplannedDowntimeHours,
        penaltyPerHourMinor: site.penalty ?? 0n,
      }),
      currency: hourly.currency,
    };
  };
}
