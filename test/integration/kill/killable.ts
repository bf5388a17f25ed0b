// Programs of tests as processes of their own, to be killed with everything they started.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

/** Starts a program of this folder in a group of its own; it says `ready` when it is. */
export async function startKillable(program: string, args: readonly string[]): Promise<ChildProcess> {
  const path = fileURLToPath(new URL(program, import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', path, ...args], {
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const [said] = (await Promise.race([once(child, 'message'), once(child, 'exit')])) as [unknown];
  if (said !== 'ready') throw new Error(`${program} did not start`);
  return child;
}

/** kill -9 of the process and of the database it started. */
export async function killGroup(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  process.kill(-(child.pid as number), 'SIGKILL');
  await ended;
}

/** Lets go of it, upon which it ends in good order. */
export async function endKillable(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.disconnect();
  await ended;
}

/** A port that stays the same over restarts. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  server.close();
  return port;
}

/** Waits for progress, not for time: on a busy machine a kill still comes in the middle of the load. */
export async function untilMore(total: () => number, more: number): Promise<void> {
  const goal = total() + more;
  while (total() < goal) await new Promise((resolve) => setTimeout(resolve, 5));
}
