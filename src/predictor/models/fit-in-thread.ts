// Runs one fit in a thread of its own and gives it up when told to.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { FitTask, FitWord } from './fit-words.ts';

export type Fitted = Extract<FitWord, { word: 'fitted' | 'evaluated' }>;

/** Most memory a fit may take; beyond it the fit fails and the process stands. */
const HEAP_LIMIT_MB = 1_024;

function launch(task: FitTask): Worker {
  const isSource = import.meta.url.endsWith('.ts');
  const loader = (): string => pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  return new Worker(new URL(isSource ? './fit-thread.ts' : './fit-thread.js', import.meta.url), {
    workerData: task,
    execArgv: isSource ? ['--import', loader()] : [],
    resourceLimits: { maxOldGenerationSizeMb: HEAP_LIMIT_MB },
  });
}

/** Rejects with what the fit says is wrong, or with the signal's reason. */
export async function fitInThread(
  task: FitTask,
  { onProgress, signal }: { onProgress: (share: number) => void; signal: AbortSignal },
): Promise<Fitted> {
  signal.throwIfAborted();
  const worker = launch(task);
  const stop = (): void => void worker.terminate();
  signal.addEventListener('abort', stop);
  try {
    return await new Promise<Fitted>((resolve, reject) => {
      worker.on('message', (word: FitWord) => {
        if (word.word === 'progress') onProgress(word.share);
        else if (word.word === 'failed') reject(new Error(word.reason));
        else resolve(word);
      });
      worker.on('error', reject);
      worker.on('exit', () => reject(signal.aborted ? signal.reason : new Error('the fitting thread ended early')));
    });
  } finally {
    signal.removeEventListener('abort', stop);
    await worker.terminate();
  }
}
