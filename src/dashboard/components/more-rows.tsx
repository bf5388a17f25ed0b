// The end of a list that was cut: says so, with how much is shown, and loads further.
import type { VNode } from 'preact';
import { useFormat, useWords } from '../app-context.ts';
import type { Pages } from '../state/use-pages.ts';

export function MoreRows({ pages }: { pages: Pages<unknown> }): VNode | null {
  const { list } = useWords().frame;
  const format = useFormat();
  if (!pages.hasMore) return null;
  return (
    <div class="more-rows">
      <span class="muted">{list.cut(format.integer(pages.value?.length ?? 0))}</span>
      <button type="button" class="button" disabled={pages.isLoadingMore} onClick={pages.more}>
        {pages.isLoadingMore ? list.loadingMore : list.more}
      </button>
      {pages.problem !== null && (
        <span class="form-message" role="alert">
          {pages.problem}
        </span>
      )}
    </div>
  );
}
