// The lock on a data folder: one process at a time, a dead one's lock is taken over. Within a machine the process
// itself is asked for; from another machine (a shared volume) the lock's heartbeat tells.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { EmbeddedError } from './embedded-error.ts';

const HEARTBEAT_MS = 1_000;
/** How long another machine's lock is watched for a heartbeat. */
const WATCH_MS = 4 * HEARTBEAT_MS;
/** How long a killed parent's child may take to notice and close. */
const CHILD_LIMIT_MS = 15_000;
/** How long the writing of a lock, and the taking over of one, may last. */
const WRITING_MS = 500;
const GUARD_LIMIT_MS = 10_000;

interface Owner {
  host: string;
  pid: number;
  startedAt: string | null;
  /** The process that writes the files, when there is one; it may outlive its parent for a moment. */
  childPid: number | null;
  childStartedAt: string | null;
}

export interface FolderLock {
  /** Whether a dead process left its lock here. */
  readonly isTakenOver: boolean;
  setChild(pid: number | undefined): void;
  release(): void;
}

/** Start time of a process in the kernel's ticks, so that a pid used again is not taken for the old process. */
function startOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field is the command in parentheses and may hold blanks; state is field 3, start time field 22.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? 'ended' : (fields[19] ?? null);
  } catch {
    return null;
  }
}

function isRunning(pid: number | null, startedAt: string | null): boolean {
  if (pid === null) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return startedAt === null || startOf(pid) === startedAt;
}

function readOwner(path: string): Owner | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Owner;
  } catch {
    return undefined;
  }
}

const inUse = (path: string, owner: Owner): EmbeddedError =>
  new EmbeddedError(
    'in-use',
    `Another instance uses this data folder (process ${owner.pid} on ${owner.host}, lock ${path}). ` +
      'Stop it, or set STETHOS_DATA to a folder of its own for this one.',
  );

/** The owner, or undefined of a lock whose writing was cut off (not of one that is just being written). */
async function settledOwner(path: string): Promise<Owner | undefined> {
  const owner = readOwner(path);
  if (owner || !existsSync(path)) return owner;
  await sleep(WRITING_MS);
  return readOwner(path);
}

const modifiedAt = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** Returns when the owner is gone; throws when it is alive. */
async function awaitGone(path: string, owner: Owner): Promise<void> {
  if (owner.host !== hostname()) {
    const before = modifiedAt(path);
    await sleep(WATCH_MS);
    if (modifiedAt(path) !== before) throw inUse(path, owner);
    return;
  }
  if (isRunning(owner.pid, owner.startedAt)) throw inUse(path, owner);
  for (let waitedMs = 0; isRunning(owner.childPid, owner.childStartedAt); waitedMs += 100) {
    if (waitedMs >= CHILD_LIMIT_MS) throw inUse(path, { ...owner, pid: owner.childPid ?? owner.pid });
    await sleep(100);
  }
}

function create(path: string, owner: Owner): boolean {
  try {
    writeFileSync(path, JSON.stringify(owner), { flag: 'wx', mode: 0o600 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Removes the lock of a dead owner; only one of several that found it may, and only if it is still that one. */
async function bury(path: string, dead: Owner | undefined): Promise<void> {
  const guard = `${path}.taking-over`;
  try {
    mkdirSync(guard);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    if (Date.now() - modifiedAt(guard) > GUARD_LIMIT_MS) rmSync(guard, { recursive: true, force: true });
    await sleep(100);
    return;
  }
  try {
    if (JSON.stringify(readOwner(path)) === JSON.stringify(dead)) rmSync(path, { force: true });
  } finally {
    rmSync(guard, { recursive: true, force: true });
  }
}

/** Takes the lock at `path`, waiting for the last of a dead owner; throws `in-use` while a living one holds it. */
export async function takeLock(path: string): Promise<FolderLock> {
  const owner: Owner = {
    host: hostname(),
    pid: process.pid,
    startedAt: startOf(process.pid),
    childPid: null,
    childStartedAt: null,
  };
  let isTakenOver = false;
  while (!create(path, owner)) {
    const previous = await settledOwner(path);
    if (previous) await awaitGone(path, previous);
    await bury(path, previous);
    isTakenOver = true;
  }
  const heartbeat = setInterval(() => {
    const now = new Date();
    // The folder may be gone when a test removes it; the next start would find no lock, which is right.
    try {
      utimesSync(path, now, now);
    } catch {}
  }, HEARTBEAT_MS).unref();
  return {
    isTakenOver,
    setChild(pid) {
      owner.childPid = pid ?? null;
      owner.childStartedAt = pid === undefined ? null : startOf(pid);
      // Renamed into place, so that nobody reads half of it.
      writeFileSync(`${path}.new`, JSON.stringify(owner), { mode: 0o600 });
      renameSync(`${path}.new`, path);
    },
    release() {
      clearInterval(heartbeat);
      rmSync(path, { force: true });
    },
  };
}
