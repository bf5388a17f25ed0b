// Runs one fit in a process of its own, behind everything else the machine has to do, and gives it up when told to.
import { type ChildProcess, fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { constants, setPriority } from 'node:os';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { FitTask, FitWord } from './fit-words.ts';

export type Fitted = Extract<FitWord, { word: 'fitted' | 'evaluated' }>;

/** Most memory a fit may take; beyond it the fit fails and the service stands. */
const HEAP_LIMIT_MB = 1_024;

function launch(): ChildProcess {
  const isSource = import.meta.url.endsWith('.ts');
  const path = fileURLToPath(new URL(isSource ? './fit-process.ts' : './fit-process.js', import.meta.url));
  const loader = (): string => pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const child = fork(path, [], {
    execArgv: [`--max-old-space-size=${HEAP_LIMIT_MB}`, ...(isSource ? ['--import', loader()] : [])],
    // Typed arrays arrive as typed arrays.
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_LOW);
  return child;
}

/** Rejects with what the fit says is wrong, or with the signal's reason. */
export async function fitInProcess(
  task: FitTask,
  { onProgress, signal }: { onProgress: (share: number) => void; signal: AbortSignal },
): Promise<Fitted> {
  signal.throwIfAborted();
  const child = launch();
  const stop = (): void => void child.kill('SIGKILL');
  signal.addEventListener('abort', stop);
  try {
    return await new Promise<Fitted>((resolve, reject) => {
      child.on('message', (word: FitWord) => {
        if (word.word === 'progress') onProgress(word.share);
        else if (word.word === 'failed') reject(new Error(word.reason));
        else resolve(word);
      });
      child.on('error', reject);
      child.on('exit', (code, by) =>
        reject(signal.aborted ? signal.reason : new Error(`the fitting process ended early (${by ?? code})`)),
      );
      child.send(task, (error) => error && reject(error));
    });
  } finally {
    signal.removeEventListener('abort', stop);
    child.kill('SIGKILL');
  }
}
