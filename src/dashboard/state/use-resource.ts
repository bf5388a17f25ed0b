// One answer of the API for a component: loading, value or error, loaded again when its key changes or on demand.
import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError } from '../api-client.ts';

export interface Resource<T> {
  value: T | null;
  error: ApiError | null;
  isLoading: boolean;
  reload: () => void;
}
interface Held<T> {
  key: string | null;
  value: T | null;
  error: ApiError | null;
  isLoading: boolean;
}

/**
 * `key` names what is loaded (`null` = nothing yet). With `keepPrevious` the value of the key before stays on screen
 * while the next one loads: right for the same thing over another span, wrong for another record.
 */
export function useResource<T>(
  key: string | null,
  load: (signal: AbortSignal) => Promise<T>,
  keepPrevious = false,
): Resource<T> {
  const [held, setHeld] = useState<Held<T>>({ key: null, value: null, error: null, isLoading: key !== null });
  const [round, setRound] = useState(0);
  const loadRef = useRef(load);
  loadRef.current = load;

  useEffect(() => {
    if (key === null) return undefined;
    const abort = new AbortController();
    setHeld((before) => ({
      key,
      value: before.key === key || keepPrevious ? before.value : null,
      error: null,
      isLoading: true,
    }));
    const perform = async (): Promise<void> => {
      try {
        const value = await loadRef.current(abort.signal);
        if (!abort.signal.aborted) setHeld({ key, value, error: null, isLoading: false });
      } catch (error) {
        if (abort.signal.aborted) return;
        const known = error instanceof ApiError ? error : new ApiError('internal', 0, String(error));
        setHeld((before) => ({ ...before, error: known, isLoading: false }));
      }
    };
    void perform();
    return () => abort.abort();
  }, [key, round, keepPrevious]);

  const isCurrent = held.key === key || keepPrevious;
  return {
    value: isCurrent ? held.value : null,
    error: isCurrent ? held.error : null,
    isLoading: held.isLoading || held.key !== key,
    reload: () => setRound((before) => before + 1),
  };
}
