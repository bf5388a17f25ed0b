// Where an amount comes from, beside the screen it stands on: the way gone so far with its sums, and the level that is open.
import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { Dimension } from '../../../../contracts/costs.ts';
import type { Explained, ExplainedNode } from '../../../../contracts/http/cost-explain.ts';
import { useApp, useFormat, useWords } from '../../../app-context.ts';
import { Icon } from '../../../components/icon.tsx';
import { MoreRows } from '../../../components/more-rows.tsx';
import { Empty, Loaded } from '../../../components/state-views.tsx';
import { parseRange } from '../../../state/periods.ts';
import { useKeys } from '../../../state/use-keys.ts';
import { usePages } from '../../../state/use-pages.ts';
import { useScope } from '../../../state/use-scope.ts';
import { dimensionLabel } from '../dimension-label.ts';
import { useCostsVersion } from '../use-cost-query.ts';
import { cellQueryOf, codesIn, pairsOf } from './explain-cell.ts';
import { Evidence } from './explain-evidence.tsx';
import { ExplainLevel } from './explain-level.tsx';
import { nodeName } from './node-name.ts';
import { ReversalSection } from './reversal-section.tsx';
import { SharedByFacts } from './shared-by-facts.tsx';
import { useCellNames } from './use-cell-names.ts';

const LIMIT = 50;

export function ExplainPane({ cell, isWhole }: { cell: string; isWhole: boolean }): VNode {
  const { api } = useApp();
  const words = useWords();
  const format = useFormat();
  const { filter, query, setQuery } = useScope();
  const version = useCostsVersion();
  const path = query['way'] ?? null;
  const currency = query['in'] ?? null;
  const within = cellQueryOf(cell, filter, isWhole);
  const nameOf = useCellNames(cell, within);
  const asked = { ...within, currency, path, limit: LIMIT };
  const pages = usePages<ExplainedNode, Explained>(
    `explain ${JSON.stringify(asked)} ${version}`,
    (cursor, signal) => api.get<Explained>('/costs/explain', { ...asked, cursor }, signal),
    true,
  );
  // The level before must not pass for this one: its rows lead elsewhere. The same level read again may stand meanwhile.
  const isAsked = (pages.head?.trail.at(-1)?.path ?? '') === (path ?? '');
  const head = isAsked ? pages.head : null;
  const fact = head?.trail.at(-1)?.fact ?? null;
  const close = (): void => setQuery({ cell: null, way: null, in: null });
  useKeys({ Escape: close });
  // On a narrow screen it stands above the numbers, out of sight of the one that was opened.
  const pane = useRef<HTMLElement>(null);
  useEffect(() => pane.current?.scrollIntoView({ block: 'nearest' }), [cell, path]);
  const nameOfPair = ([dimension, text]: readonly [Dimension, string]): string => {
    const months = dimension === 'period' ? parseRange(text) : null;
    if (months !== null && months.from !== months.to)
      return `${format.period(months.from)} – ${format.period(months.to)}`;
    const nameIn = (code: string | null): string =>
      dimensionLabel(dimension, code, code === null ? null : nameOf(dimension, code), words, format);
    return codesIn(text).map(nameIn).join(' / ');
  };
  const title = pairsOf(cell).map(nameOfPair).join(' · ');
  return (
    <aside ref={pane} class="pane facts-pane" aria-label={words.explain.title}>
      <header class="pane-head">
        <div class="line">
          <h2>{words.explain.title}</h2>
          <span class="grow" />
          <button type="button" class="button quiet" aria-label={words.frame.action.close} onClick={close}>
            <Icon name="close" />
          </button>
        </div>
        <p class="muted">{title === '' ? words.explain.all : title}</p>
        {head !== null && <Trail trail={head.trail} />}
      </header>
      <Loaded resource={isAsked ? pages : { ...pages, value: null }}>
        {(items) => (
          <>
            {head !== null && items.length > 0 && (
              <ExplainLevel items={items} above={head.trail.at(-1) ?? null} head={head} />
            )}
            {head?.evidence != null && <Evidence evidence={head.evidence} fact={fact} />}
            {head?.evidence != null && fact !== null && (
              <ReversalSection key={fact.id} fact={fact} reversedBy={head.evidence.reversedBy} />
            )}
            {head !== null && items.length === 0 && head.evidence === null && (
              <Empty icon="receipt" title={words.explain.nothing} />
            )}
          </>
        )}
      </Loaded>
      {isAsked && <MoreRows pages={pages} />}
      {head?.endsFor != null && <p class="explain-note">{words.explain.ends[head.endsFor]}</p>}
      {head?.sharedBy != null && <SharedByFacts sharedBy={head.sharedBy} />}
    </aside>
  );
}

function Trail({ trail }: { trail: readonly ExplainedNode[] }): VNode {
  const words = useWords();
  const format = useFormat();
  const { here } = useScope();
  return (
    <nav aria-label={words.explain.way}>
      <ol class="explain-trail">
        {trail.map((node, index) => {
          const isLast = index === trail.length - 1;
          const text = (
            <>
              <span class="clip">{nodeName(node, words, format)}</span>
              <span class="number">{format.moneyExact(node.amount)}</span>
            </>
          );
          const way = node.path === '' ? null : node.path;
          return (
            <li key={node.path ?? index} style={{ paddingLeft: `${Math.min(index, 6) * 8}px` }}>
              {isLast ? (
                <strong aria-current="location">{text}</strong>
              ) : (
                <a class="link" href={here({ way })}>
                  {text}
                </a>
              )}
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
