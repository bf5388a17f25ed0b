// Gathers what is known of a product's devices as histories to learn from: events, installations, replacements and confirmed
// failures from finished jobs, and thinned readings of gauges, device by device.
import type { TrainedOn } from '../../contracts/http/models.ts';
import { Problem } from '../../contracts/problems.ts';
import type { Product } from '../../contracts/product.ts';
import { type EpochMs, HOUR_MS, isoOf } from '../../contracts/time.ts';
import type { Queryable } from '../../db/database.ts';
import type { HorizonSet } from '../core/horizon/fit.ts';
import type { UnitHistory } from '../core/horizon/history.ts';
import { FEWEST_FAILURES } from '../core/horizon/train.ts';
import type { GatheredSet, GatherRequest } from '../models/kinds.ts';
import { daysOf } from './day-store.ts';
import { type DeviceRow, devicesOf, historyOf } from './device-history.ts';

/** Rows per horizon: neighbouring rows share most of their outcome, more of them would teach little. */
const ROWS_PER_HORIZON = 8;

/** Throws a Problem that says how many failures are known and how many are needed. */
export async function gatherHorizonSet(db: Queryable, request: GatherRequest): Promise<GatheredSet> {
  const { product: code, toMs, signal } = request;
  const product = await productOf(db, code);
  const known = await failuresOf(db, code, toMs);
  requireEnough(code, known);
  const devices = await devicesOf(db, code);
  const histories: UnitHistory[] = [];
  for (const device of devices) {
    signal.throwIfAborted();
    const history = await historyOf(db, product, device, { fromMs: request.fromMs, toMs });
    histories.push({ ...history, days: await daysOf(db, device.id, toMs) });
    request.onProgress(histories.length / devices.length);
  }
  const fromMs = request.fromMs ?? firstOf(histories, devices, toMs);
  const horizonHours = horizonOf(product);
  const everyHours = Math.max(1, Math.round(horizonHours / ROWS_PER_HORIZON));
  const failureModes = Object.fromEntries(
    known.toReversed().map(({ component, failure_mode }) => [component, failure_mode]),
  );
  const set: HorizonSet = { product: code, histories, failureModes, fromMs, toMs, horizonHours, everyHours };
  return { set, trainedOn: trainedOnOf(set, known) };
}

interface KnownRow {
  component: string;
  failure_mode: string;
  n: number;
}

export async function productOf(db: Queryable, code: string): Promise<Product> {
  const { rows } = await db.query<{ definition: Product }>('SELECT definition FROM product WHERE code = $1', [code]);
  const found = rows[0];
  if (found === undefined) throw new Problem('not-found', `There is no product ${code}`);
  return found.definition;
}

/** Most frequent mode of each component first. */
async function failuresOf(db: Queryable, product: string, toMs: EpochMs): Promise<KnownRow[]> {
  const { rows } = await db.query<KnownRow>(
    `SELECT component, failure_mode, count(*)::int AS n FROM known_failure WHERE product_code = $1 AND failed_at <= $2
     GROUP BY component, failure_mode ORDER BY n DESC, component, failure_mode`,
    [product, new Date(toMs)],
  );
  return rows;
}

function requireEnough(product: string, known: readonly KnownRow[]): void {
  const counts = new Map<string, number>();
  for (const { component, n } of known) counts.set(component, (counts.get(component) ?? 0) + n);
  const most = Math.max(0, ...counts.values());
  if (most >= FEWEST_FAILURES) return;
  const of = [...counts].map(([component, n]) => `${component} ${n}`).join(', ') || 'none';
  throw new Problem(
    'refused',
    `Product ${product}: a component needs ${FEWEST_FAILURES} confirmed failures to learn from; known are ${of}. ` +
      'Close corrective jobs with a confirmed finding, or bring their history in, and train again',
  );
}

/** The middle of what the catalogue says of the product's failure modes. */
function horizonOf({ components }: Product): number {
  const hours = components.flatMap(({ failureModes }) => failureModes.map(({ horizonHours }) => horizonHours));
  return hours.sort((a, b) => a - b)[hours.length >> 1] ?? 24;
}

function firstOf(histories: readonly UnitHistory[], devices: readonly DeviceRow[], toMs: EpochMs): EpochMs {
  const heard = histories.flatMap(({ happenings, readings }) => [
    ...happenings.flatMap(({ kind, atMs }) => (kind === 'event' ? [atMs] : [])).slice(0, 1),
    ...readings.flatMap(({ timesMs }) => [...timesMs.subarray(0, 1)]),
  ]);
  const installed = devices.flatMap(({ installed_on }) => (installed_on === null ? [] : [installed_on.getTime()]));
  const firstMs = heard.length > 0 ? Math.min(...heard) : Math.min(toMs, ...installed);
  return Math.floor(firstMs / HOUR_MS) * HOUR_MS;
}

function trainedOnOf(set: HorizonSet, known: readonly KnownRow[]): Omit<TrainedOn, 'seed'> {
  const { histories, fromMs, toMs, horizonHours, everyHours } = set;
  const rows = Math.max(0, Math.floor((toMs - fromMs) / (everyHours * HOUR_MS)) - ROWS_PER_HORIZON) * histories.length;
  const failures = known.reduce((sum, { n }) => sum + n, 0);
  return {
    from: isoOf(fromMs),
    to: isoOf(toMs),
    devices: histories.length,
    rows,
    positives: Math.round((failures * horizonHours) / everyHours),
    failures,
  };
}
