// Publishes recorded samples as their devices would: in time order per device, gathered into messages, paced by
// acknowledgements, by a rate or by the recorded time. Tells how far everything is acknowledged, so that it can go on there.
import { setTimeout as sleep } from 'node:timers/promises';
import type { RecordedRow, RecordedSample } from '../../contracts/recording.ts';
import { type RefusedRows, refusedTotal } from '../../contracts/row-counts.ts';
import { telemetryTopic } from '../../contracts/topics.ts';
import { connectPublisher, type Publisher } from '../publisher.ts';
import { createBarriers } from './barriers.ts';
import type { Reached } from './journal.ts';
import { countRow, distinctOf, newTally, readingsOf, type Tally } from './tally.ts';

const SAMPLES_A_MESSAGE = 50;
const DRAIN_LIMIT_MS = 300_000;
/** How often the point that is wholly acknowledged is told. */
const ROWS_BETWEEN_MARKS = 2_000;
/** Shorter pauses are not worth their timer. */
const LEAST_PAUSE_MS = 20;

export interface PlayOptions {
  rows: AsyncIterable<RecordedRow>;
  brokerUrl: string;
  tokens: ReadonlyMap<string, string>;
  /** Recorded seconds a second; 0 = as fast as acknowledgements allow. */
  speed: number;
  /** Most rows a second; 0 = no limit. */
  rate: number;
  /** Goes on behind these rows. */
  from: Reached | null;
  onProgress: (rows: number, acknowledgedMessages: number) => void;
  /** Everything up to here is acknowledged. */
  onReached: (reached: Reached) => void;
  /** Ends it in good order: what was read is acknowledged, the rest is left. */
  signal?: AbortSignal;
}

export interface PlayReport {
  rows: number;
  refusedRows: number;
  refused: RefusedRows[];
  messages: number;
  /** Readings in acknowledged messages. */
  readings: number;
  /** ... of them different ones by (device, metric, time): what the database must hold; null where it is not known. */
  distinctReadings: number | null;
  duplicateReadings: number | null;
  from: string | null;
  to: string | null;
  /** Over all runs. */
  seconds: number;
  /** In this run. */
  readingsPerSecond: number;
  /** False when it was ended before the end of the file. */
  complete: boolean;
  devices: Record<string, { readings: number; distinctReadings: number | null }>;
}

interface Line {
  publisher: Publisher;
  waiting: RecordedSample[];
}

export async function play(options: PlayOptions): Promise<PlayReport> {
  const { rows, brokerUrl, tokens, speed, rate, from, onProgress, onReached, signal } = options;
  const lines = new Map<string, Line>();
  const tally = from ? structuredClone(from.tally) : newTally();
  const skipped = tally.rows;
  const begunWith = readingsOf(tally);
  const begun = performance.now();
  const elapsed = (): number => (performance.now() - begun) / 1000;
  const secondsNow = (): number => (from?.seconds ?? 0) + elapsed();
  const barriers = createBarriers<Reached>(onReached);
  let acknowledged = 0;

  async function lineOf(device: string): Promise<Line> {
    const known = lines.get(device);
    if (known) return known;
    const token = tokens.get(device);
    if (token === undefined) throw new Error(`no token for device ${device}`);
    const line: Line = { publisher: await connectPublisher({ url: brokerUrl, deviceId: device, token }), waiting: [] };
    lines.set(device, line);
    return line;
  }

  async function flush(device: string, line: Line): Promise<void> {
    if (line.waiting.length === 0) return;
    const message = JSON.stringify(line.waiting.map(({ ts, values }) => ({ ts, values })));
    line.waiting = [];
    const settle = barriers.sent();
    await line.publisher.publish(telemetryTopic(device), message, () => {
      acknowledged += 1;
      settle();
    });
    tally.messages += 1;
  }

  async function flushAll(): Promise<void> {
    for (const [device, line] of lines) await flush(device, line);
  }

  const pace = pacer({ speed, rate, elapsed, beforePause: flushAll });

  async function mark(): Promise<void> {
    await flushAll();
    barriers.mark({ tally: structuredClone(tally), seconds: secondsNow() });
    onProgress(tally.rows, acknowledged);
  }

  let seen = 0;
  try {
    for await (const row of rows) {
      if (++seen <= skipped) continue;
      if (signal?.aborted) break;
      if (!('refused' in row)) {
        await pace(row.sample.ts, tally.rows - skipped);
        const line = await lineOf(row.sample.device);
        line.waiting.push(row.sample);
        if (line.waiting.length >= SAMPLES_A_MESSAGE) await flush(row.sample.device, line);
      }
      countRow(tally, row);
      if (tally.rows % ROWS_BETWEEN_MARKS === 0) await mark();
    }
    await mark();
    for (const [device, { publisher }] of lines) {
      if (!(await publisher.drain(DRAIN_LIMIT_MS))) throw new Error(`${device}: not everything was acknowledged`);
    }
  } finally {
    await Promise.all([...lines.values()].map(({ publisher }) => publisher.close()));
  }
  const perSecond = Math.round((readingsOf(tally) - begunWith) / Math.max(elapsed(), 0.001));
  return reportOf(tally, { seconds: secondsNow(), perSecond, complete: !signal?.aborted });
}

interface Pacing {
  speed: number;
  rate: number;
  elapsed: () => number;
  /** What has gathered goes out before a pause. */
  beforePause: () => Promise<void>;
}

/** Waits until a row is due, by its recorded time and by its number in this run. */
function pacer({ speed, rate, elapsed, beforePause }: Pacing): (ts: number, number: number) => Promise<void> {
  let firstMs: number | null = null;
  return async (ts, number) => {
    firstMs ??= ts;
    const bySpeed = speed > 0 ? (ts - firstMs) / speed : 0;
    const byRate = rate > 0 ? (number * 1000) / rate : 0;
    const dueMs = Math.max(bySpeed, byRate) - elapsed() * 1000;
    if (dueMs < LEAST_PAUSE_MS) return;
    await beforePause();
    await sleep(dueMs);
  };
}

const isoOrNull = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

interface Ending {
  seconds: number;
  perSecond: number;
  complete: boolean;
}

function reportOf(tally: Tally, { seconds, perSecond, complete }: Ending): PlayReport {
  const { rows, refused, messages, fromMs, toMs, devices } = tally;
  const readings = readingsOf(tally);
  const distinctReadings = distinctOf(tally);
  return {
    rows,
    refusedRows: refusedTotal(refused),
    refused,
    messages,
    readings,
    distinctReadings,
    duplicateReadings: distinctReadings === null ? null : readings - distinctReadings,
    from: isoOrNull(fromMs),
    to: isoOrNull(toMs),
    seconds: Number(seconds.toFixed(2)),
    readingsPerSecond: perSecond,
    complete,
    devices: Object.fromEntries(
      Object.entries(devices).map(([device, { readings: all, distinct }]) => [
        device,
        { readings: all, distinctReadings: distinct },
      ]),
    ),
  };
}
