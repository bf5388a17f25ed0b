// The folder of an embedded database: whose it is, which format it has, and that one process at a time uses it.
// Layout: `stethos-format.json` (written once the database is whole), `stethos.lock`, `pg/` (the database itself).
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { EmbeddedError } from './embedded-error.ts';
import { type FolderLock, takeLock } from './lock.ts';

/** Raised when a folder written by this version can no longer be read by an older one. */
const FORMAT = 1;

export interface FolderFormat {
  format: number;
  postgres: string;
  timescale: string;
}

export interface DataFolder {
  /** Where PostgreSQL keeps its files. */
  readonly clusterPath: string;
  setChild(pid: number | undefined): void;
  /** Marks the database in the folder as whole; called when it has started, before anything is stored. */
  seal(versions: Omit<FolderFormat, 'format'>): Promise<void>;
  release(): void;
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function requireWritable(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
    // Root passes the check above on a read-only file system too, so that a file is tried.
    writeFileSync(join(dataDir, '.stethos-write-test'), '');
    rmSync(join(dataDir, '.stethos-write-test'));
  } catch (error) {
    throw new EmbeddedError(
      'not-writable',
      `The data folder ${dataDir} cannot be written (${reasonOf(error)}). Give the service's user the right to write ` +
        'there, or set STETHOS_DATA to a folder where it has it.',
      { cause: error },
    );
  }
}

function readFormat(path: string, dataDir: string): FolderFormat | undefined {
  if (!existsSync(path)) return undefined;
  let format: FolderFormat;
  try {
    format = JSON.parse(readFileSync(path, 'utf8')) as FolderFormat;
    if (typeof format.format !== 'number') throw new Error('no format number');
  } catch (error) {
    throw damaged(dataDir, `stethos-format.json: ${reasonOf(error)}`, error);
  }
  if (format.format <= FORMAT) return format;
  throw new EmbeddedError(
    'newer',
    `The data folder ${dataDir} was written by a newer version (format ${format.format}, ` +
      `PostgreSQL ${format.postgres}, TimescaleDB ${format.timescale}; this version reads up to format ${FORMAT}). ` +
      'Start that version, or set STETHOS_DATA to another folder.',
  );
}

export function damaged(dataDir: string, reason: string, cause?: unknown): EmbeddedError {
  return new EmbeddedError(
    'damaged',
    `The database in ${dataDir} cannot be opened (${reason}). Restore the folder from a backup; or move it away, ` +
      'which starts with an empty database.',
    { cause },
  );
}

/** Takes the folder for this process, or throws an `EmbeddedError` that says why not. */
export async function claimFolder(dataDir: string): Promise<DataFolder> {
  requireWritable(dataDir);
  const lock = await takeLock(join(dataDir, 'stethos.lock'));
  try {
    return claimLocked(dataDir, lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

function claimLocked(dataDir: string, lock: FolderLock): DataFolder {
  const clusterPath = join(dataDir, 'pg');
  const formatPath = join(dataDir, 'stethos-format.json');
  let isWhole = readFormat(formatPath, dataDir) !== undefined;
  if (isWhole && !existsSync(join(clusterPath, 'PG_VERSION'))) throw damaged(dataDir, 'pg/PG_VERSION is missing');
  if (!isWhole && existsSync(clusterPath) && readdirSync(clusterPath).length > 0) {
    if (!lock.isTakenOver) {
      throw new EmbeddedError(
        'not-ours',
        `The data folder ${dataDir} holds a pg/ folder that is not an embedded database of Stethos. Set STETHOS_DATA ` +
          'to another folder.',
      );
    }
    // A first start that was cut off: nothing was stored in it before it was sealed.
    rmSync(clusterPath, { recursive: true });
  }
  return {
    clusterPath,
    setChild: (pid) => lock.setChild(pid),
    async seal(versions) {
      if (isWhole) return;
      await flushTree(clusterPath);
      writeFileSync(`${formatPath}.new`, `${JSON.stringify({ format: FORMAT, ...versions })}\n`);
      await flush(`${formatPath}.new`);
      renameSync(`${formatPath}.new`, formatPath);
      await flush(dataDir);
      isWhole = true;
    },
    release() {
      if (!isWhole) rmSync(clusterPath, { recursive: true, force: true });
      lock.release();
    },
  };
}

async function flush(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Side by side, so that the file system can put many into one write of its journal. */
async function flushTree(folder: string): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true });
  await Promise.all(entries.map((entry) => (entry.isDirectory() ? flushTree : flush)(join(folder, entry.name))));
  await flush(folder);
}
