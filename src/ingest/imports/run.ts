// The work of an import: rows in windows, each held against what is registered, handed to ingest as its devices' messages,
// and checkpointed when it is durable. Knows neither the file nor the table; whatever is cut off goes on from a checkpoint.
import type { RecordedRow, RecordedSample } from '../../contracts/recording.ts';
import { telemetryTopic } from '../../contracts/topics.ts';
import type { DeviceFacts, UpMessage } from '../ports.ts';
import { advanced, type Checkpoint, type WindowRow } from './checkpoint.ts';

/** Rows in memory at once, and between two checkpoints. */
export const WINDOW_ROWS = 2_000;
/** A refusal of the database holds a whole message, so it stays small. */
const SAMPLES_A_MESSAGE = 100;

export interface RunPorts {
  accept(message: UpMessage): Promise<void>;
  load(device: string): Promise<DeviceFacts | null>;
  /** Why a time is not believed; null when it is. */
  faultOfTime(ts: number): { reason: string; detail: string } | null;
  /** False: it was cancelled, or somebody else works on it by now. */
  save(point: Checkpoint): Promise<boolean>;
  nowMs(): number;
}

/** The checkpoint at the end of the rows, or null when it was told to stop. */
export async function runImport(
  rows: AsyncIterable<RecordedRow>,
  from: Checkpoint,
  ports: RunPorts,
): Promise<Checkpoint | null> {
  let point = from;
  let window: RecordedRow[] = [];

  async function commit(): Promise<boolean> {
    const begunMs = ports.nowMs();
    const admitted = await admit(window, ports);
    const messages = messagesOf(admitted, begunMs);
    await Promise.all(messages.map((message) => ports.accept(message)));
    const seconds = (ports.nowMs() - begunMs) / 1000;
    point = advanced(point, { rows: admitted, messages: messages.length, seconds });
    window = [];
    return ports.save(point);
  }

  for await (const row of rows) {
    if (row.line <= from.line) continue;
    window.push(row);
    if (window.length >= WINDOW_ROWS && !(await commit())) return null;
  }
  if (window.length > 0 && !(await commit())) return null;
  return point;
}

/** Rows of devices nobody registered, or of times nobody believes, are refused here and not as whole messages. */
export async function admit(
  rows: readonly RecordedRow[],
  { load, faultOfTime }: Pick<RunPorts, 'load' | 'faultOfTime'>,
): Promise<WindowRow[]> {
  const codes = new Set(rows.flatMap((row) => ('sample' in row ? [row.sample.device] : [])));
  const known = new Map(await Promise.all([...codes].map(async (code) => [code, await load(code)] as const)));
  return rows.map((row) => {
    if ('refused' in row) return row;
    const { device, ts } = row.sample;
    if (!known.get(device)) return { line: row.line, refused: 'unknown-device', detail: `${device} is not registered` };
    const fault = faultOfTime(ts);
    return fault ? { line: row.line, refused: fault.reason, detail: fault.detail } : row;
  });
}

function messagesOf(rows: readonly WindowRow[], arrivedAtMs: number): UpMessage[] {
  const byDevice = new Map<string, Omit<RecordedSample, 'device'>[]>();
  for (const row of rows) {
    if (!('sample' in row)) continue;
    const { device, ...sample } = row.sample;
    const samples = byDevice.get(device);
    if (samples) samples.push(sample);
    else byDevice.set(device, [sample]);
  }
  const messages: UpMessage[] = [];
  for (const [device, samples] of byDevice) {
    for (let at = 0; at < samples.length; at += SAMPLES_A_MESSAGE) {
      const payload = Buffer.from(JSON.stringify(samples.slice(at, at + SAMPLES_A_MESSAGE)));
      messages.push({ device, kind: 'telemetry', topic: telemetryTopic(device), payload, arrivedAtMs });
    }
  }
  return messages;
}
