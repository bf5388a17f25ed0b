// Publishes recorded samples as their devices would: in time order per device, gathered into messages, paced by
// acknowledgements or by the recorded time. Counts what was acknowledged.
import { setTimeout as sleep } from 'node:timers/promises';
import { telemetryTopic } from '../../contracts/topics.ts';
import { connectPublisher, type Publisher } from '../publisher.ts';
import type { RecordedRow, RecordedSample } from './rows.ts';

const SAMPLES_A_MESSAGE = 50;
const DRAIN_LIMIT_MS = 300_000;
const REFUSALS_TOLD = 20;

export interface PlayOptions {
  rows: AsyncIterable<RecordedRow>;
  brokerUrl: string;
  tokens: ReadonlyMap<string, string>;
  /** Recorded seconds a second; 0 = as fast as acknowledgements allow. */
  speed: number;
  onProgress: (rows: number, acknowledgedReadings: number) => void;
}

export interface PlayReport {
  rows: number;
  refusedRows: number;
  refusals: { line: number; reason: string }[];
  messages: number;
  /** Readings in acknowledged messages. */
  readings: number;
  /** ... of them different ones by (device, metric, time): what the database must hold. */
  distinctReadings: number;
  from: string | null;
  to: string | null;
  seconds: number;
  readingsPerSecond: number;
  devices: Record<string, { readings: number; distinctReadings: number }>;
}

interface Line {
  publisher: Publisher;
  waiting: RecordedSample[];
  readings: number;
  /** Metric count already told at each time, to know a repeated reading. */
  seen: Map<number, Set<string>>;
  distinct: number;
}

export async function play({ rows, brokerUrl, tokens, speed, onProgress }: PlayOptions): Promise<PlayReport> {
  const lines = new Map<string, Line>();
  const report = { rows: 0, refusedRows: 0, refusals: [] as PlayReport['refusals'], messages: 0 };
  const span = { fromMs: Number.POSITIVE_INFINITY, toMs: Number.NEGATIVE_INFINITY };
  const begun = performance.now();
  const acknowledged = (): number => [...lines.values()].reduce((sum, line) => sum + line.readings, 0);

  async function lineOf(device: string): Promise<Line> {
    const known = lines.get(device);
    if (known) return known;
    const token = tokens.get(device);
    if (token === undefined) throw new Error(`no token for device ${device}`);
    const publisher = await connectPublisher({ url: brokerUrl, deviceId: device, token });
    const line: Line = { publisher, waiting: [], readings: 0, seen: new Map(), distinct: 0 };
    lines.set(device, line);
    return line;
  }

  async function flush(device: string, line: Line): Promise<void> {
    if (line.waiting.length === 0) return;
    const message = JSON.stringify(line.waiting.map(({ ts, values }) => ({ ts, values })));
    const count = line.waiting.reduce((sum, { values }) => sum + Object.keys(values).length, 0);
    line.waiting = [];
    await line.publisher.publish(telemetryTopic(device), message);
    line.readings += count;
    report.messages++;
  }

  async function pace(ts: number): Promise<void> {
    if (speed <= 0 || span.fromMs === Number.POSITIVE_INFINITY) return;
    const dueMs = (ts - span.fromMs) / speed - (performance.now() - begun);
    if (dueMs < 20) return;
    for (const [device, line] of lines) await flush(device, line);
    await sleep(dueMs);
  }

  try {
    for await (const row of rows) {
      report.rows++;
      if ('refused' in row) {
        report.refusedRows++;
        if (report.refusals.length < REFUSALS_TOLD) report.refusals.push({ line: row.line, reason: row.refused });
        continue;
      }
      const { sample } = row;
      await pace(sample.ts);
      span.fromMs = Math.min(span.fromMs, sample.ts);
      span.toMs = Math.max(span.toMs, sample.ts);
      const line = await lineOf(sample.device);
      line.waiting.push(sample);
      line.distinct += countNew(line.seen, sample);
      if (line.waiting.length >= SAMPLES_A_MESSAGE) await flush(sample.device, line);
      if (report.rows % 2_000 === 0) onProgress(report.rows, acknowledged());
    }
    for (const [device, line] of lines) await flush(device, line);
    for (const [device, { publisher }] of lines) {
      if (!(await publisher.drain(DRAIN_LIMIT_MS))) throw new Error(`${device}: not everything was acknowledged`);
    }
  } finally {
    await Promise.all([...lines.values()].map(({ publisher }) => publisher.close()));
  }
  const seconds = (performance.now() - begun) / 1000;
  const readings = acknowledged();
  return {
    ...report,
    readings,
    distinctReadings: [...lines.values()].reduce((sum, { distinct }) => sum + distinct, 0),
    from: Number.isFinite(span.fromMs) ? new Date(span.fromMs).toISOString() : null,
    to: Number.isFinite(span.toMs) ? new Date(span.toMs).toISOString() : null,
    seconds: Number(seconds.toFixed(2)),
    readingsPerSecond: Math.round(readings / seconds),
    devices: Object.fromEntries(
      [...lines].map(([device, line]) => [device, { readings: line.readings, distinctReadings: line.distinct }]),
    ),
  };
}

/** How many readings of a sample were not seen before at that time. */
function countNew(seen: Map<number, Set<string>>, { ts, values }: RecordedSample): number {
  const metrics = Object.keys(values);
  const known = seen.get(ts);
  if (!known) {
    seen.set(ts, new Set(metrics));
    return metrics.length;
  }
  const fresh = metrics.filter((metric) => !known.has(metric));
  for (const metric of fresh) known.add(metric);
  return fresh.length;
}
