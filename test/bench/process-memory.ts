// A process with everything it has started, as Linux tells it: who they are, how much memory each holds, and their end.
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

export interface RunningProcess {
  pid: number;
  command: string;
  residentMiB: number;
}

interface Status {
  parent: number;
  residentKiB: number;
}

function statusOf(pid: number): Status | null {
  try {
    const text = readFileSync(`/proc/${pid}/status`, 'utf8');
    const numberOf = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? 0);
    return { parent: numberOf('PPid'), residentKiB: numberOf('VmRSS') };
  } catch {
    return null;
  }
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return '';
  }
}

/** The process and its descendants; empty when it has ended. */
export function processTree(root: number): RunningProcess[] {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const statuses = new Map(pids.map((name) => [Number(name), statusOf(Number(name))]));
  const isBelow = (pid: number): boolean => {
    if (pid === root) return true;
    const parent = statuses.get(pid)?.parent ?? 0;
    return parent > 1 && isBelow(parent);
  };
  return [...statuses].flatMap(([pid, status]) =>
    status !== null && isBelow(pid)
      ? [{ pid, command: commandOf(pid), residentMiB: Math.round(status.residentKiB / 1024) }]
      : [],
  );
}

const isRunning = (pid: number): boolean => statusOf(pid) !== null;

/** Asks the leaders to stop, waits for all of `pids`, and ends by force what is left after the limit. */
export async function endProcesses(
  leaders: readonly number[],
  pids: readonly number[],
  limitMs: number,
): Promise<void> {
  for (const pid of leaders) if (isRunning(pid)) process.kill(pid, 'SIGTERM');
  const giveUpMs = performance.now() + limitMs;
  while (pids.some(isRunning) && performance.now() < giveUpMs) await sleep(100);
  for (const pid of pids) if (isRunning(pid)) process.kill(pid, 'SIGKILL');
}
