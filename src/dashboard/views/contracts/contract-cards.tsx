// The list of contracts on a phone: each a card with its margin first, where a table would be wider than the screen.
import type { VNode } from 'preact';
import type { ContractMargin } from '../../../contracts/http/contract-margins.ts';
import { useFormat, useWords } from '../../app-context.ts';
import { useScope } from '../../state/use-scope.ts';
import { OpenAmount } from '../costs/explain/open-amount.tsx';
import { contractCell, contractWay } from './contract-cells.ts';
import { MarginToDate, MarginToEnd } from './margin-figures.tsx';
import { UsedBars } from './used-bars.tsx';

export const ContractCards = ({ rows }: { rows: readonly ContractMargin[] }): VNode => (
  <ul class="contract-cards">
    {rows.map((row) => (
      <li key={row.code}>
        <ContractCard row={row} />
      </li>
    ))}
  </ul>
);

function ContractCard({ row }: { row: ContractMargin }): VNode {
  const allWords = useWords();
  const words = allWords.contracts;
  const format = useFormat();
  const { href } = useScope();
  return (
    <>
      <div class="contract-card-head">
        <div class="contract-row-name">
          <a href={href(`/contracts/${row.code}`)}>{row.code}</a> · {allWords.terms.contractType[row.type]}
          <span class="contract-sub">
            {format.text(row.customer.name)} · {words.devices(format.integer(row.devices))}
          </span>
        </div>
        <MarginToDate row={row} />
      </div>
      <dl class="contract-card-figures">
        <div>
          <dt>{words.revenue}</dt>
          <dd>{format.money(row.toDate.revenue.total)}</dd>
        </div>
        {(['direct', 'allocated'] as const).map((cost) => (
          <div key={cost}>
            <dt>{words[cost]}</dt>
            <dd>
              <OpenAmount amount={row.toDate[cost]} cell={contractCell(row)} {...contractWay(row, cost)} />
            </dd>
          </div>
        ))}
        <div>
          <dt>{words.toEnd}</dt>
          <dd>
            <MarginToEnd row={row} />
          </dd>
        </div>
        <div>
          <dt>{words.ends}</dt>
          <dd>{format.date(row.endsOn)}</dd>
        </div>
      </dl>
      {row.entitlements.length > 0 && <UsedBars uses={row.entitlements} />}
    </>
  );
}
