// Episodes, states and "last heard" of many devices, each kind written by one statement.
import { type EpochMs, isoOf } from '../../contracts/time.ts';
import type { Queryable, Transaction } from '../../db/database.ts';
import { appendEvent } from '../../db/event-log.ts';
import type { EpisodeNews } from '../core/episode-book.ts';
import type { DeviceWatch } from '../core/quality-state.ts';

export interface DeviceKey {
  id: number;
  code: string;
}
export interface DeviceNews extends DeviceKey {
  news: readonly EpisodeNews[];
}
/** A state as it was at one moment: it goes on changing while it is stored. */
export interface Snapshot {
  id: number;
  watermarkMs: EpochMs;
  measuredToMs: EpochMs;
  text: string;
}
export const snapshotOf = ({ id, state }: { id: number; state: DeviceWatch }): Snapshot => ({
  id,
  watermarkMs: state.watermarkMs,
  measuredToMs: state.measuredToMs,
  text: JSON.stringify(state),
});

/** Times before the first reading are none the database knows. */
const storable = (ms: number): Date => new Date(Math.max(0, ms));

export async function loadStates(db: Queryable, ids: readonly number[]): Promise<Map<number, DeviceWatch>> {
  const { rows } = await db.query<{ device_id: number; snapshot: DeviceWatch }>(
    'SELECT device_id, snapshot FROM quality_state WHERE device_id = ANY ($1::integer[])',
    [ids],
  );
  return new Map(rows.map((row) => [row.device_id, row.snapshot]));
}

export async function storeStates(db: Queryable, states: readonly Snapshot[]): Promise<void> {
  await db.prepared(
    'quality-state-save',
    `INSERT INTO quality_state (device_id, watermark, measured_to, snapshot)
     SELECT * FROM unnest($1::integer[], $2::timestamptz[], $3::timestamptz[], $4::jsonb[])
     ON CONFLICT (device_id) DO UPDATE SET watermark = excluded.watermark, measured_to = excluded.measured_to,
       snapshot = excluded.snapshot`,
    [
      states.map(({ id }) => id),
      states.map(({ watermarkMs }) => storable(watermarkMs)),
      states.map(({ measuredToMs }) => storable(measuredToMs)),
      states.map(({ text }) => text),
    ],
  );
}

export async function storeHeard(db: Queryable, states: readonly Snapshot[]): Promise<void> {
  await db.prepared(
    'device-heard-save',
    `INSERT INTO device_heard (device_id, received_at, measured_at)
     SELECT * FROM unnest($1::integer[], $2::timestamptz[], $3::timestamptz[])
     ON CONFLICT (device_id) DO UPDATE SET received_at = excluded.received_at, measured_at = excluded.measured_at
     WHERE device_heard.received_at < excluded.received_at`,
    [
      states.map(({ id }) => id),
      states.map(({ watermarkMs }) => storable(watermarkMs)),
      states.map(({ measuredToMs }) => storable(measuredToMs)),
    ],
  );
}

interface Row {
  device: DeviceKey;
  news: EpisodeNews;
}

/** The last word on each episode: one that opened and closed since the last time is one row. */
function lastWords(devices: readonly DeviceNews[]): Row[] {
  const rows = new Map<string, Row>();
  for (const { id, code, news } of devices) {
    for (const one of news) {
      const { kind, metric, openedMs } = one.episode;
      rows.set(JSON.stringify([id, kind, metric, openedMs]), { device: { id, code }, news: one });
    }
  }
  return [...rows.values()];
}

/** Writes episodes as they are now and tells of those that opened, were found or ended. The same news twice is one row. */
export async function storeEpisodes(tx: Transaction, devices: readonly DeviceNews[]): Promise<void> {
  const rows = lastWords(devices);
  if (rows.length === 0) return;
  const at = (ms: (row: Row) => number): Date[] => rows.map((row) => new Date(ms(row)));
  await tx.prepared(
    'quality-episode-save',
    `INSERT INTO data_quality_event AS e (device_id, kind, metric, opened_at, last_seen_at, closed_at, n, evidence)
     SELECT * FROM unnest($1::integer[], $2::text[], $3::text[], $4::timestamptz[], $5::timestamptz[],
       $6::timestamptz[], $7::integer[], $8::jsonb[])
     ON CONFLICT (device_id, kind, metric, opened_at) DO UPDATE SET last_seen_at = excluded.last_seen_at,
       closed_at = excluded.closed_at, n = excluded.n, evidence = excluded.evidence`,
    [
      rows.map(({ device }) => device.id),
      rows.map(({ news }) => news.episode.kind),
      rows.map(({ news }) => news.episode.metric),
      at(({ news }) => news.episode.openedMs),
      at(({ news }) => news.episode.lastMs),
      rows.map(({ news: { episode } }) => (episode.closedMs === null ? null : new Date(episode.closedMs))),
      rows.map(({ news }) => news.episode.n),
      rows.map(({ news }) => JSON.stringify(news.episode.evidence)),
    ],
  );
  for (const { device, news } of rows) {
    const { episode } = news;
    if (news.news === 'grown') continue;
    const type = news.news === 'closed' ? 'quality.closed' : 'quality.opened';
    const atMs = news.news === 'closed' ? (episode.closedMs ?? episode.lastMs) : episode.openedMs;
    const payload = { device: device.code, kind: episode.kind, metric: episode.metric };
    appendEvent(tx, { type, at: isoOf(atMs), payload });
  }
}

/** Counts again what is missing in gaps that late readings fell into; what is found tells how full the gap is by now. */
export async function recountGaps(tx: Transaction, device: DeviceKey, fromMs: readonly number[]): Promise<void> {
  const { rowCount } = await tx.query(
    `UPDATE data_quality_event e SET n = greatest(0, (e.evidence->>'expected')::integer - f.found), evidence = e.evidence
       || jsonb_build_object('late', f.found)
     FROM (
       SELECT g.id, (
         SELECT count(*)::integer FROM reading r JOIN metric m ON m.id = r.metric_id
         WHERE r.device_id = g.device_id AND m.code = g.evidence->>'leadMetric'
           AND r.measured_at > g.opened_at AND r.measured_at < g.closed_at
       ) AS found
       FROM data_quality_event g
       WHERE g.device_id = $1 AND g.kind = 'gap' AND g.metric = '' AND g.opened_at = ANY ($2::timestamptz[])
     ) f
     WHERE e.id = f.id`,
    [device.id, fromMs.map((ms) => new Date(ms))],
  );
  if (rowCount === 0) return;
  const at = isoOf(Math.max(...fromMs));
  appendEvent(tx, { type: 'quality.closed', at, payload: { device: device.code, kind: 'gap', metric: '' } });
}
