// Where shared cost goes: the picture from elements through pools to who carries it, and the same as a table.
import type { VNode } from 'preact';
import { useLocation } from 'preact-iso';
import { useMemo, useState } from 'preact/hooks';
import type { CostFlow, FlowNode } from '../../../../contracts/http/cost-flow.ts';
import type { Money } from '../../../../contracts/money.ts';
import { useApp, useFormat, useWords } from '../../../app-context.ts';
import { FlowChart } from '../../../charts/flow-chart.tsx';
import { Select } from '../../../components/field.tsx';
import { Segmented } from '../../../components/segmented.tsx';
import { Empty, Loaded, Skeleton } from '../../../components/state-views.tsx';
import { rangeText } from '../../../state/periods.ts';
import { useResource } from '../../../state/use-resource.ts';
import { useScope } from '../../../state/use-scope.ts';
import { CostsHead } from '../costs-head.tsx';
import { FLOW_DIMENSIONS } from '../dimension-choices.ts';
import { Explainable } from '../explain/explainable.tsx';
import { OpenAmount, useOpenCell } from '../explain/open-amount.tsx';
import { useCostsVersion } from '../use-cost-query.ts';
import { linkCell, nodeCell } from './flow-cells.ts';
import { flowDrawing, flowNodeName } from './flow-drawing.ts';

const HEIGHT = 480;

export function FlowTab(): VNode {
  const { api } = useApp();
  const words = useWords();
  const { filter, query, setQuery } = useScope();
  const version = useCostsVersion();
  const by = FLOW_DIMENSIONS.find((dimension) => dimension === query['by']) ?? 'product-line';
  const asked = { period: rangeText(filter.range), by };
  const flow = useResource(
    `flow ${JSON.stringify(asked)} ${version}`,
    (signal) => api.get<CostFlow>('/costs/flow', asked, signal),
    true,
  );
  const [isTable, setTable] = useState(false);
  return (
    <Explainable isWhole>
      <CostsHead currency={flow.value?.currency} />
      <section class="section">
        <header class="section-head pivot-head">
          <h2>{words.flow.title}</h2>
          <span class="grow" />
          <label class="line">
            <span class="muted">{words.flow.by}</span>
            <Select
              value={by}
              options={FLOW_DIMENSIONS.map((value) => ({ value, text: words.terms.dimension[value] }))}
              onChange={(value) => setQuery({ by: value })}
            />
          </label>
          <Segmented
            label={words.flow.title}
            value={isTable ? 'table' : 'chart'}
            options={[
              { value: 'chart', text: words.flow.chart },
              { value: 'table', text: words.flow.table },
            ]}
            onChange={(value) => setTable(value === 'table')}
          />
        </header>
        <Loaded resource={flow} skeleton={<Skeleton rows={10} />}>
          {(value) =>
            value.links.length === 0 ? (
              <Empty icon="costs" title={words.flow.empty} hint={words.flow.emptyHint} />
            ) : (
              <FlowBody flow={value} isTable={isTable} />
            )
          }
        </Loaded>
      </section>
    </Explainable>
  );
}

const isZero = (amount: string): boolean => /^-?0+(\.0+)?$/.test(amount);

function FlowBody({ flow, isTable }: { flow: CostFlow; isTable: boolean }): VNode {
  const allWords = useWords();
  const words = allWords.flow;
  const format = useFormat();
  const { route } = useLocation();
  const hrefOf = useOpenCell();
  const { nodes, links, hasCredits } = useMemo(() => flowDrawing(flow, allWords, format), [flow, allWords, format]);
  const open = (fromId: string, toId: string | null): void => {
    const [from, to] = [fromId, toId].map((id) => flow.nodes.find((node) => node.id === id));
    if (!from) return;
    const opens = to ? linkCell(flow, from, to) : nodeCell(flow, from);
    if (opens) route(hrefOf(opens.cell, opens));
  };
  return (
    <>
      {isTable ? (
        <FlowTable flow={flow} />
      ) : (
        <div class="section-body">
          <FlowChart label={words.title} nodes={nodes} links={links} height={HEIGHT} onOpen={open} />
        </div>
      )}
      <p class="pivot-note">
        {words.total(format.money(flow.total))}
        {!isZero(flow.circulated.amount) && ` · ${words.circulated(format.money(flow.circulated))}`}
        {!isTable && ` · ${words.opens}`}
        {hasCredits && !isTable && ` · ${words.credits}`}
        {flow.otherCurrencies.length > 0 && ` · ${words.otherCurrencies(flow.otherCurrencies.join(', '))}`}
      </p>
    </>
  );
}

function FlowTable({ flow }: { flow: CostFlow }): VNode {
  const allWords = useWords();
  const words = allWords.flow;
  const format = useFormat();
  const nodes = new Map(flow.nodes.map((node) => [node.id, node]));
  const names = new Map(flow.nodes.map((node) => [node.id, flowNodeName(node, allWords, format)]));
  return (
    <div class="scroll-x" tabIndex={0} role="region" aria-label={words.title}>
      <table class="pivot">
        <thead>
          <tr>
            <th scope="col">{words.from}</th>
            <th scope="col">{words.to}</th>
            <th scope="col" class="number">
              {words.amount}
            </th>
          </tr>
        </thead>
        <tbody>
          {flow.links.map(({ from, to, amount }) => (
            <tr key={`${from} ${to}`}>
              <th scope="row" class="pivot-name">
                {names.get(from)}
              </th>
              <td>{names.get(to)}</td>
              <td class="number">
                <LinkAmount flow={flow} from={nodes.get(from)} to={nodes.get(to)} amount={amount} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface LinkAmountProps {
  flow: CostFlow;
  from: FlowNode | undefined;
  to: FlowNode | undefined;
  amount: Money;
}

function LinkAmount({ flow, from, to, amount }: LinkAmountProps): VNode {
  const format = useFormat();
  const opens = from && to ? linkCell(flow, from, to) : null;
  return opens === null ? <>{format.moneyExact(amount)}</> : <OpenAmount isExact amount={amount} {...opens} />;
}
