// Imports of uploaded CSV files: taken in, tried, started and cancelled by people, and brought in by whichever process
// ingests, one file at a time, through the same checks, commit and quarantine as devices' own messages.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BaseLogger } from 'pino';
import type { Registry } from 'prom-client';
import type { ImportPreview } from '../../contracts/http/imports.ts';
import type { Import } from '../../contracts/http/system.ts';
import { Problem } from '../../contracts/problems.ts';
import { ColumnFaults, TableFault } from '../../contracts/recording.ts';
import { faultsOfColumns } from '../../contracts/recording-columns.ts';
import { refusedTotal } from '../../contracts/row-counts.ts';
import type { RecordingMap } from '../../contracts/recording-map.ts';
import type { Clock } from '../../contracts/time.ts';
import type { Database } from '../../db/database.ts';
import { faultOfTime, type TimingLimits } from '../decoders/timing.ts';
import type { DeviceLookup, UpMessage } from '../ports.ts';
import { BEGIN, type Checkpoint, reportOf } from './checkpoint.ts';
import { type ImportFile, importFiles } from './files.ts';
import { importMetrics } from './metrics.ts';
import { previewOf } from './preview.ts';
import { runImport } from './run.ts';
import { headOf, rowsUnder } from './table.ts';
import { takeUpload } from './upload.ts';

/** Who keeps how far imports are. */
export interface ImportRuns {
  create(run: { name: string; total: number; kind: 'file'; startedBy: string }): Promise<Import>;
  one(id: number): Promise<Import>;
  advance(
    id: number,
    step: { done?: number; total?: number; state?: Import['state']; report?: Readonly<Record<string, unknown>> },
  ): Promise<Import>;
}

export interface FileImports {
  /** Takes a CSV (plain or gzip) in; it then waits for its mapping. */
  upload(name: string, stream: AsyncIterable<Buffer>, actor: string): Promise<Import>;
  /** Stores nothing; without a mapping it tries a guess. */
  preview(id: number, map: RecordingMap | undefined): Promise<ImportPreview>;
  start(id: number, map: RecordingMap): Promise<Import>;
  cancel(id: number): Promise<Import>;
  /** Stops at the next checkpoint; whoever ingests next goes on from there. */
  close(): Promise<void>;
}

export interface FileImportsOptions {
  database: Database;
  runs: ImportRuns;
  devices: DeviceLookup;
  accept: (message: UpMessage) => Promise<void>;
  timing: TimingLimits;
  clock: Clock;
  log: BaseLogger;
  metrics: Registry;
  maxBytes: number;
  /** Whether this process brings files in; else it only takes them. */
  isWorking: boolean;
}

const POLL_MS = 2_000;
const TOLD_EVERY_MS = 500;

export function startFileImports(options: FileImportsOptions): FileImports {
  const { database, runs, devices, accept, timing, clock, log, maxBytes, isWorking } = options;
  const files = importFiles(database);
  const metrics = importMetrics(options.metrics);
  const worker = randomUUID();
  const stop = new AbortController();
  let wake: (() => void) | null = null;
  const checks = {
    load: (device: string) => devices.load(device),
    faultOfTime: (ts: number) => faultOfTime(ts, clock.now(), timing),
  };

  async function fileOf(id: number): Promise<ImportFile> {
    const run = await runs.one(id);
    const file = run.kind === 'file' ? await files.find(id) : null;
    if (!file) throw new Problem('refused', `Import ${id} has no file here: it was announced, or its upload broke off`);
    return file;
  }

  async function bringIn(file: ImportFile): Promise<void> {
    const { importId: id, map, lines } = file;
    if (!map) throw new Error(`import ${id} runs without a mapping`);
    let toldAtMs = 0;
    let counted = file.checkpoint ?? BEGIN;
    const save = async (point: Checkpoint): Promise<boolean> => {
      if (!(await files.checkpoint(id, worker, point))) return false;
      const refused = refusedTotal(point.refused) - refusedTotal(counted.refused);
      metrics.rows.inc({ outcome: 'refused' }, refused);
      metrics.rows.inc({ outcome: 'taken' }, point.rows - counted.rows - refused);
      counted = point;
      if (performance.now() - toldAtMs > TOLD_EVERY_MS) {
        toldAtMs = performance.now();
        await runs.advance(id, { done: Math.min(point.line, lines), report: { ...reportOf(point) } });
      }
      return !stop.signal.aborted;
    };
    const from = file.checkpoint ?? BEGIN;
    log.info({ importId: id, line: from.line, lines }, 'an import is brought in');
    const rows = rowsUnder(files.chunks(id), map);
    const point = await runImport(rows, from, { ...checks, accept, save, nowMs: () => performance.now() });
    if (!point) return;
    await runs.advance(id, { done: lines, state: 'finished', report: { ...reportOf(point) } });
    await files.dropChunks(id);
    log.info({ importId: id, rows: point.rows, readings: point.readings }, 'an import is finished');
  }

  async function workOn(file: ImportFile): Promise<void> {
    try {
      await bringIn(file);
    } catch (error) {
      if (error instanceof ColumnFaults || error instanceof TableFault) await fail(file, error.message);
      // Cancelled meanwhile, or the database or ingest is going: it is looked at again.
      else log.warn({ importId: file.importId, error }, 'an import was interrupted');
    } finally {
      await files.release(file.importId, worker).catch(() => {});
    }
  }

  async function fail({ importId: id }: ImportFile, reason: string): Promise<void> {
    const point = (await files.find(id))?.checkpoint ?? BEGIN;
    await runs.advance(id, { state: 'failed', report: { ...reportOf(point, reason) } });
    await files.dropChunks(id);
  }

  async function work(): Promise<void> {
    while (!stop.signal.aborted) {
      const file = await files.claim(worker).catch((error: unknown) => {
        log.warn({ error }, 'imports could not be looked for');
        return null;
      });
      if (file) await workOn(file);
      else await pause();
    }
  }

  async function pause(): Promise<void> {
    const woken = new Promise<void>((resolve) => (wake = resolve));
    const timer = new AbortController();
    await Promise.race([
      woken,
      sleep(POLL_MS, undefined, { signal: AbortSignal.any([stop.signal, timer.signal]) }).catch(() => {}),
    ]);
    timer.abort();
  }

  const working = isWorking ? work() : Promise.resolve();

  return {
    async upload(name, stream, actor) {
      const { id } = await runs.create({ name, total: 0, kind: 'file', startedBy: actor });
      try {
        const taken = await takeUpload(stream, maxBytes, (piece, number) => files.addChunk(id, number, piece));
        await files.add(id, taken);
        return await runs.advance(id, { done: 0, total: taken.lines });
      } catch (error) {
        const reason = error instanceof Problem ? error.message : 'the upload broke off';
        metrics.refusedUploads.inc();
        await runs.advance(id, { done: 0, state: 'failed', report: { reason } }).catch(() => {});
        await files.dropChunks(id).catch(() => {});
        throw error;
      }
    },
    async preview(id, map) {
      await fileOf(id);
      try {
        return await previewOf(() => files.chunks(id), map, checks);
      } catch (error) {
        throw error instanceof TableFault ? new Problem('refused', error.message) : error;
      }
    },
    async start(id, map) {
      await fileOf(id);
      const { state } = await runs.one(id);
      if (state !== 'uploaded') throw new Problem('transition-refused', `Import ${id} is ${state} already`);
      const { columns } = await headOf(files.chunks(id), 1);
      const faults = faultsOfColumns(map, columns);
      if (faults.length > 0) throw new Problem('refused', `The mapping does not fit the file: ${faults.join('; ')}`);
      await files.setMap(id, map);
      const run = await runs.advance(id, { done: 0, state: 'running' });
      wake?.();
      return run;
    },
    async cancel(id) {
      await fileOf(id);
      // It says nothing of how far it is: whoever brings it in goes on until the cancellation is in.
      const run = await runs.advance(id, { state: 'cancelled' });
      await files.dropChunks(id);
      return run;
    },
    async close() {
      stop.abort();
      await working;
    },
  };
}
