// Every contract with what it earned and cost, what it is likely to end at, and what of the included is used; the worst first.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { ContractMargin } from '../../../contracts/http/contract-margins.ts';
import type { Page } from '../../../contracts/http/page.ts';
import { useApp, useFormat, useWords } from '../../app-context.ts';
import { MoreRows } from '../../components/more-rows.tsx';
import { Segmented } from '../../components/segmented.tsx';
import { Empty, Loaded, Skeleton } from '../../components/state-views.tsx';
import { useIsPhone } from '../../state/use-media.ts';
import { usePages } from '../../state/use-pages.ts';
import { useScope } from '../../state/use-scope.ts';
import { Explainable } from '../costs/explain/explainable.tsx';
import { OpenAmount } from '../costs/explain/open-amount.tsx';
import { useCostsVersion } from '../costs/use-cost-query.ts';
import { ContractCards } from './contract-cards.tsx';
import { contractCell, contractWay } from './contract-cells.ts';
import { MarginToDate, MarginToEnd } from './margin-figures.tsx';
import { UsedBars } from './used-bars.tsx';

const PAGE = 25;
type State = 'running' | 'all';

export function ContractList(): VNode {
  const { api } = useApp();
  const words = useWords().contracts;
  const format = useFormat();
  const isPhone = useIsPhone();
  const [state, setState] = useState<State>('running');
  const version = useCostsVersion();
  const pages = usePages<ContractMargin>(
    `contracts ${state} ${version}`,
    (cursor, signal) => {
      const query = { state, limit: String(PAGE), ...(cursor === null ? {} : { cursor }) };
      return api.get<Page<ContractMargin>>('/contracts/margins', query, signal);
    },
    true,
  );
  // The same day for every contract that began before it.
  const cut = pages.value?.find(({ toDate }) => toDate.earnedBefore !== null);
  return (
    <Explainable isWhole>
      <div class="view-head wrap">
        <h1>{words.title}</h1>
        <span class="muted">{words.hint}</span>
        <span class="grow" />
        <Segmented
          label={words.show}
          value={state}
          options={[
            { value: 'running', text: words.running },
            { value: 'all', text: words.all },
          ]}
          onChange={(next) => setState(next as State)}
        />
      </div>
      <div class="section">
        <Loaded resource={pages} skeleton={<Skeleton rows={10} />}>
          {(rows) =>
            rows.length === 0 ? (
              <Empty icon="receipt" title={words.empty} hint={words.emptyHint} />
            ) : isPhone ? (
              <ContractCards rows={rows} />
            ) : (
              <ContractTable rows={rows} />
            )
          }
        </Loaded>
        {cut !== undefined && <p class="contract-note">{words.countedFrom(format.date(cut.toDate.from))}</p>}
        <MoreRows pages={pages} words={words.list} />
      </div>
    </Explainable>
  );
}

function ContractTable({ rows }: { rows: readonly ContractMargin[] }): VNode {
  const words = useWords().contracts;
  return (
    <div class="scroll-x" tabIndex={0} role="region" aria-label={words.title}>
      <table class="contracts-table">
        <thead>
          <tr>
            <th scope="col">{words.contract}</th>
            <th scope="col" class="number">
              {words.revenue}
            </th>
            <th scope="col" class="number">
              {words.direct}
            </th>
            <th scope="col" class="number">
              {words.allocated}
            </th>
            <th scope="col" class="number">
              {words.marginShare}
            </th>
            <th scope="col" class="number" title={words.toEndHint}>
              {words.toEnd}
            </th>
            <th scope="col">{words.included}</th>
            <th scope="col">{words.ends}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <ContractRow key={row.code} row={row} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function ContractRow({ row }: { row: ContractMargin }): VNode {
  const words = useWords();
  const format = useFormat();
  const { href } = useScope();
  const { toDate } = row;
  return (
    <tr>
      <th scope="row" class="contract-row-name">
        <a href={href(`/contracts/${row.code}`)}>{row.code}</a> · {words.terms.contractType[row.type]}
        <span class="contract-sub">
          {format.text(row.customer.name)} · {words.contracts.devices(format.integer(row.devices))}
        </span>
      </th>
      <td class="number">{format.money(toDate.revenue.total)}</td>
      {(['direct', 'allocated'] as const).map((cost) => (
        <td key={cost} class="number">
          <OpenAmount amount={toDate[cost]} cell={contractCell(row)} {...contractWay(row, cost)} />
        </td>
      ))}
      <td class="number">
        <MarginToDate row={row} />
      </td>
      <td class="number">
        <MarginToEnd row={row} />
      </td>
      <td>
        <UsedBars uses={row.entitlements} />
      </td>
      <td>{format.date(row.endsOn)}</td>
    </tr>
  );
}
