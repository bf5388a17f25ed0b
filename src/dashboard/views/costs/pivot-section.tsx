// The pivot: any two dimensions, total or direct or allocated, any number opening the facts behind it.
import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import { type Dimension, DIMENSIONS } from '../../../contracts/costs.ts';
import { useFormat, useWords } from '../../app-context.ts';
import { Select } from '../../components/field.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { Empty, Loaded, Skeleton } from '../../components/state-views.tsx';
import { useScope } from '../../state/use-scope.ts';
import { minorOf } from '../../../contracts/money.ts';
import { isOfOneCurrency, MEASURES, pivotOf, UNCARRIED } from './pivot.ts';
import { PivotTable } from './pivot-table.tsx';
import { pivotSettingsOf, useSummary } from './use-cost-query.ts';
import type { Summary } from '../../../contracts/http/costs.ts';

/** As many as a person looks through, and no more cells than an answer has; months keep a column each. */
function topsOf(rows: Dimension, columns: Dimension | null): number[] {
  if (columns === null) return [1000];
  if (rows === 'period') return [100, 90];
  return columns === 'period' ? [90, 100] : [500, 15];
}

export function PivotSection(): VNode {
  const words = useWords();
  const { filter, query, setQuery } = useScope();
  const { rows, columns, measure } = pivotSettingsOf(query);
  const summary = useSummary(columns === null ? [rows] : [rows, columns], filter.range, topsOf(rows, columns));
  const option = (value: Dimension): { value: string; text: string } => ({ value, text: words.terms.dimension[value] });
  return (
    <section class="section">
      <header class="section-head pivot-head">
        <h2>{words.costs.pivot}</h2>
        <span class="grow" />
        <label class="line">
          <span class="muted">{words.costs.rows}</span>
          <Select
            value={rows}
            options={DIMENSIONS.map(option)}
            onChange={(value) => setQuery({ rows: value, cell: null, way: null })}
          />
        </label>
        <label class="line">
          <span class="muted">{words.costs.columns}</span>
          <Select
            value={columns ?? 'none'}
            options={[
              { value: 'none', text: words.costs.noColumns },
              ...DIMENSIONS.filter((one) => one !== rows).map(option),
            ]}
            onChange={(value) => setQuery({ columns: value, cell: null, way: null })}
          />
        </label>
        <Segmented
          label={words.costs.measure.label}
          value={measure}
          options={MEASURES.map((value) => ({ value, text: words.costs.measure[value] }))}
          onChange={(value) => setQuery({ measure: value })}
        />
      </header>
      <Loaded resource={summary} skeleton={<Skeleton rows={8} />}>
        {(value) =>
          value.rows.length === 0 ? (
            <Empty icon="table" title={words.costs.empty} hint={words.costs.emptyHint} />
          ) : (
            <PivotBody summary={value} />
          )
        }
      </Loaded>
    </section>
  );
}

function PivotBody({ summary }: { summary: Summary }): VNode {
  const words = useWords().costs;
  const format = useFormat();
  const { query } = useScope();
  const settings = pivotSettingsOf(query);
  // While the summary of new settings loads, the one on screen still has the dimensions it was asked with.
  const [rows = settings.rows, columns = null] = summary.by;
  const pivot = useMemo(
    () => pivotOf(summary, rows, columns, settings.measure),
    [summary, rows, columns, settings.measure],
  );
  const isOneCurrency = isOfOneCurrency(summary);
  const way = settings.measure === 'total' || !isOneCurrency ? null : settings.measure;
  return (
    <>
      <PivotTable
        pivot={pivot}
        rows={rows}
        columns={columns}
        currency={summary.currency}
        way={way}
        isOneCurrency={isOneCurrency}
      />
      {settings.measure === 'total' &&
        UNCARRIED.filter((one) => minorOf(summary[one]) !== 0n).map((one) => (
          <p key={one} class="pivot-note">
            {words[one]} <strong>{format.money(summary[one])}</strong> · {words.hint[one]}
          </p>
        ))}
    </>
  );
}
