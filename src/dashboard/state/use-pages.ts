// A list that comes in pages: the first by itself, further ones when asked for.
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Page } from '../../contracts/http/page.ts';
import { ApiError } from '../api-client.ts';
import { type Resource, useResource } from './use-resource.ts';

export interface Pages<T, P = unknown> extends Resource<readonly T[]> {
  /** The first page as it came, for answers that say more than their rows. */
  head: P | null;
  /** There is more than what was loaded. */
  hasMore: boolean;
  isLoadingMore: boolean;
  /** Why the last further page did not come. */
  problem: string | null;
  more: () => void;
}
interface Rest<T> {
  /** The page these follow: read again, it starts the list anew. */
  first: Page<T> | null;
  items: readonly T[];
  next: string | null;
}

export function usePages<T, P extends Page<T> = Page<T>>(
  key: string | null,
  load: (cursor: string | null, signal: AbortSignal) => Promise<P & Page<T>>,
  keepPrevious = false,
): Pages<T, P> {
  const first = useResource(key, (signal) => load(null, signal), keepPrevious);
  const [rest, setRest] = useState<Rest<T>>({ first: null, items: [], next: null });
  const [isLoadingMore, setLoadingMore] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const request = useRef<AbortController | null>(null);
  useEffect(() => () => request.current?.abort(), [first.value]);
  const isRestMine = rest.first === first.value;
  const further = isRestMine ? rest.items : [];
  const next = isRestMine ? rest.next : (first.value?.next ?? null);

  async function loadMore(): Promise<void> {
    const abort = new AbortController();
    request.current = abort;
    setLoadingMore(true);
    setProblem(null);
    try {
      const page = await load(next, abort.signal);
      if (!abort.signal.aborted) setRest({ first: first.value, items: [...further, ...page.items], next: page.next });
    } catch (error) {
      if (!abort.signal.aborted) setProblem(error instanceof ApiError ? error.message : String(error));
    } finally {
      setLoadingMore(false);
    }
  }
  return {
    ...first,
    head: first.value,
    value: first.value === null ? null : [...first.value.items, ...further],
    hasMore: next !== null,
    isLoadingMore,
    problem,
    more: () => {
      if (next !== null && !isLoadingMore) void loadMore();
    },
  };
}
