// The facts behind an amount: each leads on to its work order and from there to the alert that raised it.
import type { VNode } from 'preact';
import { type Dimension, DIMENSIONS } from '../../../contracts/costs.ts';
import type { CostFact } from '../../../contracts/http/costs.ts';
import type { Page } from '../../../contracts/http/page.ts';
import { useApp, useFormat, useWords } from '../../app-context.ts';
import { Icon } from '../../components/icon.tsx';
import { MoreRows } from '../../components/more-rows.tsx';
import { Empty, Loaded } from '../../components/state-views.tsx';
import { parseRange, rangeText } from '../../state/periods.ts';
import { costFilterOf } from '../../state/scope-filter.ts';
import { usePages } from '../../state/use-pages.ts';
import { useScope } from '../../state/use-scope.ts';
import { dimensionLabel } from './dimension-label.ts';
import { useCodeName } from './use-code-name.ts';

const LIMIT = 200;

const pairsOf = (cell: string): [Dimension, string][] =>
  cell.split(',').flatMap((pair) => {
    const [name, ...code] = pair.split(':');
    const dimension = DIMENSIONS.find((one) => one === name);
    return dimension === undefined ? [] : [[dimension, code.join(':')]];
  });

export function FactsPane({ cell }: { cell: string }): VNode {
  const { api } = useApp();
  const words = useWords();
  const format = useFormat();
  const { filter, setQuery } = useScope();
  const nameOf = useCodeName();
  const pairs = pairsOf(cell);
  const month = parseRange(pairs.find(([dimension]) => dimension === 'period')?.[1]);
  const codes = Object.fromEntries(pairs.filter(([dimension]) => dimension !== 'period'));
  const query = {
    period: rangeText(month ?? filter.range),
    filter: costFilterOf(filter, codes),
    limit: LIMIT,
  };
  const facts = usePages(`facts ${JSON.stringify(query)}`, (cursor, signal) =>
    api.get<Page<CostFact>>('/costs/facts', { ...query, cursor }, signal),
  );
  const title = pairs
    .map(([dimension, code]) => dimensionLabel(dimension, code, nameOf(dimension, code), words, format))
    .join(' · ');
  return (
    <aside class="pane facts-pane" aria-label={words.costs.facts}>
      <header class="pane-head">
        <div class="line">
          <h2>{words.costs.facts}</h2>
          <span class="grow" />
          <button
            type="button"
            class="button quiet"
            aria-label={words.frame.action.close}
            onClick={() => setQuery({ cell: null })}
          >
            <Icon name="close" />
          </button>
        </div>
        <p class="muted">{title === '' ? words.costs.all : title}</p>
      </header>
      <Loaded resource={facts}>
        {(items) =>
          items.length === 0 ? (
            <Empty icon="receipt" title={words.costs.noFacts} />
          ) : (
            <ul>
              {items.map((fact) => (
                <FactLine key={fact.id} fact={fact} />
              ))}
            </ul>
          )
        }
      </Loaded>
      <MoreRows pages={facts} />
    </aside>
  );
}

function FactLine({ fact }: { fact: CostFact }): VNode {
  const words = useWords();
  const format = useFormat();
  const { href } = useScope();
  const device = fact.dimensions['device'];
  return (
    <li class="fact-line">
      <span class="element-name">
        <span class={`element-dot element-${fact.element}`} />
        {words.terms.element[fact.element]}
        {fact.reversalOf !== null && <span class="tag is-warm">{words.costs.fact.reversal}</span>}
      </span>
      <strong class="number">{format.moneyExact(fact.amount)}</strong>
      <span class="muted">
        {format.date(fact.occurredOn)} · {format.measure(fact.quantity)} {fact.unit}
        {fact.note !== null && ` · ${fact.note}`}
      </span>
      <span class="number">
        {fact.workOrderId !== null ? (
          <a class="link" href={href(`/work-orders/${fact.workOrderId}`)}>
            {words.costs.job(String(fact.workOrderId))}
          </a>
        ) : fact.pool !== null ? (
          <span class="muted">{words.costs.pool(fact.pool)}</span>
        ) : null}
        {device !== undefined && (
          <>
            {' '}
            <a class="link" href={href(`/devices/${device}`)}>
              {device}
            </a>
          </>
        )}
      </span>
    </li>
  );
}
