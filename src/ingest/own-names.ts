// Names that devices use beyond those of their product: written down when they are first met, and bounded for each
// device, so that one that invents names fills neither the dictionary nor anybody's room.
import type { EpochMs } from '../contracts/time.ts';
import type { Queryable } from '../db/database.ts';
import { refuse } from './decoders/decoded.ts';
import { dropMetrics } from './keyed-sample.ts';
import type { HeldMessage } from './quarantine-store.ts';
import type { OwnName, Work } from './work.ts';

export interface KnownNames {
  has(deviceKey: number, metric: string): boolean;
}

type ReadingsWork = Extract<Work, { kind: 'readings' }>;

export interface OwnNames extends KnownNames {
  /**
   * Writes down the names of these works that are new. Readings under names a device has no room for are taken out of
   * their works, and their messages held. Doing it again changes nothing.
   */
  admit(works: readonly ReadingsWork[]): Promise<HeldMessage[]>;
}

export const DEFAULT_MAX_OWN_NAMES = 200;
/** Devices whose names are kept in memory; of others they are read again. */
const REMEMBERED = 20_000;

export function ownNames(db: Queryable, maxOwnNames: number): OwnNames {
  const known = new Map<number, Set<string>>();

  async function load(deviceKeys: readonly number[]): Promise<void> {
    const missing = deviceKeys.filter((key) => !known.has(key));
    if (missing.length === 0) return;
    const { rows } = await db.query<{ device_id: number; metric: string }>(
      'SELECT device_id, metric FROM own_metric WHERE device_id = ANY ($1)',
      [missing],
    );
    for (const key of missing) known.set(key, new Set());
    for (const { device_id, metric } of rows) known.get(device_id)?.add(metric);
  }

  async function write(fresh: readonly OwnName[], atMs: EpochMs): Promise<void> {
    await db.query(
      `INSERT INTO own_metric (device_id, metric, problem, unit, first_at)
       SELECT n.*, $5::timestamptz FROM unnest($1::int4[], $2::text[], $3::text[], $4::text[]) AS n
       ON CONFLICT (device_id, metric) DO NOTHING`,
      [
        fresh.map(({ deviceKey }) => deviceKey),
        fresh.map(({ metric }) => metric),
        fresh.map(({ problem }) => problem),
        fresh.map(({ unit }) => unit),
        new Date(atMs),
      ],
    );
    for (const { deviceKey, metric } of fresh) known.get(deviceKey)?.add(metric);
  }

  /** Those that a device has room for, each once. */
  function withRoom(wanted: readonly OwnName[]): OwnName[] {
    const fresh = new Map<string, OwnName>();
    const counts = new Map<number, number>();
    for (const name of wanted) {
      const names = known.get(name.deviceKey);
      const key = `${name.deviceKey} ${name.metric}`;
      const count = counts.get(name.deviceKey) ?? names?.size ?? 0;
      if (names?.has(name.metric) || fresh.has(key) || count >= maxOwnNames) continue;
      fresh.set(key, name);
      counts.set(name.deviceKey, count + 1);
    }
    return [...fresh.values()];
  }

  /** What of a work has no room; the rest of it stays. */
  function trim(work: ReadingsWork): HeldMessage[] {
    const refused = (work.own ?? []).filter(({ deviceKey, metric }) => !known.get(deviceKey)?.has(metric));
    work.own = null;
    const dropped = new Set(refused.filter(({ problem }) => problem === 'unknown').map(({ metric }) => metric));
    if (dropped.size === 0) return [];
    for (const sample of work.samples) dropMetrics(sample, dropped);
    work.samples = work.samples.filter(({ metrics }) => metrics.length > 0);
    const names = [...dropped].slice(0, 5).join(', ');
    const refusal = refuse(
      'too-many-metrics',
      `the device uses ${maxOwnNames} names its product does not have, so there is no room for ${names}; ` +
        'declare them in the product, raise the limit or mend the device',
    );
    const isHeld = work.hold !== null;
    work.hold ??= refusal;
    return isHeld ? [] : [{ message: work.message, refusal }];
  }

  return {
    has: (deviceKey, metric) => known.get(deviceKey)?.has(metric) ?? false,
    async admit(works) {
      const newcomers = works.filter(({ own }) => own !== null);
      if (newcomers.length === 0) return [];
      const wanted = newcomers.flatMap(({ own }) => own ?? []);
      if (known.size > REMEMBERED) known.clear();
      await load([...new Set(wanted.map(({ deviceKey }) => deviceKey))]);
      const fresh = withRoom(wanted);
      if (fresh.length > 0) await write(fresh, Math.max(...newcomers.map(({ message }) => message.arrivedAtMs)));
      return newcomers.flatMap(trim);
    },
  };
}
