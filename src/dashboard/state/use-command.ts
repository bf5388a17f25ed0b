// Sending one change: busy meanwhile, the problem in words when it fails, and one idempotency key for all tries of it.
import { useRef, useState } from 'preact/hooks';
import { ApiError } from '../api-client.ts';
import { useWords } from '../app-context.ts';
import { idempotencyKey } from './idempotency-key.ts';

export interface Command {
  isBusy: boolean;
  problem: string | null;
  run: (send: (key: string) => Promise<void>) => void;
}

export function useCommand(): Command {
  const words = useWords().frame.state;
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const key = useRef<string | null>(null);

  const perform = async (send: (key: string) => Promise<void>): Promise<void> => {
    setBusy(true);
    setProblem(null);
    key.current ??= idempotencyKey();
    try {
      await send(key.current);
      key.current = null;
    } catch (error) {
      const isUnreachable = error instanceof ApiError && error.code === 'unreachable';
      // Nobody knows whether an unanswered request arrived: only then the next try must be the same one.
      if (!isUnreachable) key.current = null;
      setProblem(isUnreachable ? `${words.unreachable} ${words.unreachableHint}` : (error as Error).message);
    } finally {
      setBusy(false);
    }
  };
  return { isBusy, problem, run: (send) => void perform(send) };
}
