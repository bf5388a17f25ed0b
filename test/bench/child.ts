// A benchmark's part in a process of its own, driven by questions: ask it by name, get its answer.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** As `npm start` runs the service: what waits for its commit is young, and copied less often where there is more room. */
export const SERVICE_FLAGS: readonly string[] = ['--max-semi-space-size=64'];

export interface Child {
  ask<T>(question: string, argument?: unknown): Promise<T>;
  end(): Promise<void>;
}

interface Answer {
  value?: unknown;
  error?: string;
}

export function startChild(file: string, args: readonly string[] = [], flags: readonly string[] = []): Child {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const child: ChildProcess = fork(path, [...args], { execArgv: ['--import', 'tsx', ...flags], stdio: 'inherit' });
  return {
    async ask<T>(question: string, argument?: unknown): Promise<T> {
      const waiting = new AbortController();
      const { signal } = waiting;
      child.send({ question, argument });
      const [reply] = (await Promise.race([
        once(child, 'message', { signal }),
        once(child, 'exit', { signal }).then(() => [{ error: `${file} ended` }]),
      ]).finally(() => waiting.abort())) as [Answer];
      if (reply.error !== undefined) throw new Error(reply.error);
      return reply.value as T;
    },
    async end() {
      if (child.exitCode !== null) return;
      child.disconnect();
      await once(child, 'exit');
    },
  };
}

export type Answers = Record<string, (argument: never) => Promise<unknown>>;

/** The child's side: answers until the parent disconnects, then runs `end`. */
export function answer(answers: Answers, end: () => Promise<void> = async () => {}): void {
  process.on('message', ({ question, argument }: { question: string; argument: never }) => {
    Promise.resolve(answers[question]?.(argument)).then(
      (value) => process.send?.({ value }),
      (error: unknown) => process.send?.({ error: error instanceof Error ? error.stack : String(error) }),
    );
  });
  process.on('disconnect', () => void end().then(() => process.exit(0)));
}
