// The end of a list that was cut: says so, with how much is shown, and loads further. A list that is not newest first has its own words.
import type { VNode } from 'preact';
import { useFormat, useWords } from '../app-context.ts';
import type { Pages } from '../state/use-pages.ts';

interface MoreWords {
  cut: (n: string) => string;
  more: string;
}

export function MoreRows({ pages, words }: { pages: Pages<unknown>; words?: MoreWords }): VNode | null {
  const { list } = useWords().frame;
  const { cut, more } = words ?? list;
  const format = useFormat();
  if (!pages.hasMore) return null;
  return (
    <div class="more-rows">
      <span class="muted">{cut(format.integer(pages.value?.length ?? 0))}</span>
      <button type="button" class="button" disabled={pages.isLoadingMore} onClick={pages.more}>
        {pages.isLoadingMore ? list.loadingMore : more}
      </button>
      {pages.problem !== null && (
        <span class="form-message" role="alert">
          {pages.problem}
        </span>
      )}
    </div>
  );
}
