// One contract: what it earned and cost to date, what it is likely to end at, month by month, what is used, and what it would have to
// be renewed at.
import type { VNode } from 'preact';
import type { ContractMarginDetail, MoneySpread } from '../../../contracts/http/contract-margins.ts';
import type { Money } from '../../../contracts/money.ts';
import { useApp, useFormat, useWords } from '../../app-context.ts';
import { Loaded, Skeleton } from '../../components/state-views.tsx';
import { MINUS, NOTHING } from '../../format/format.ts';
import { useResource } from '../../state/use-resource.ts';
import { useScope } from '../../state/use-scope.ts';
import { Explainable } from '../costs/explain/explainable.tsx';
import { OpenAmount } from '../costs/explain/open-amount.tsx';
import { useCostsVersion } from '../costs/use-cost-query.ts';
import { BasisNote } from './basis-note.tsx';
import { contractCell, contractWay } from './contract-cells.ts';
import { ContractMonths } from './contract-months.tsx';
import { PriceSection } from './price-section.tsx';
import { UsedTable } from './used-bars.tsx';

export function ContractDetail({ code }: { code: string }): VNode {
  const { api } = useApp();
  const words = useWords();
  const format = useFormat();
  const { href } = useScope();
  const version = useCostsVersion();
  const margin = useResource(
    `contract ${code} ${version}`,
    (signal) => api.get<ContractMarginDetail>(`/contracts/${encodeURIComponent(code)}/margin`, {}, signal),
    true,
  );
  const found = margin.value;
  return (
    <Explainable isWhole>
      <div class="view-head wrap">
        <a href={href('/contracts')}>{words.contracts.back}</a>
        <h1>{code}</h1>
        {found !== null && (
          <span class="muted">
            {format.text(found.customer.name)} · {words.terms.contractType[found.type]} ·{' '}
            {words.contracts.range(format.date(found.startsOn), format.date(found.endsOn))} ·{' '}
            {words.contracts.devices(format.integer(found.devices))} · {found.currency}
          </span>
        )}
        <span class="grow" />
        {found !== null && (
          <a class="button" href={href('/costs', { cell: `contract:${code}` })}>
            {words.contracts.openCosts}
          </a>
        )}
      </div>
      <Loaded resource={margin} skeleton={<Skeleton rows={12} />}>
        {(value) => (
          <div class="stack">
            <Figures value={value} />
            <ContractMonths value={value} />
            <UsedTable uses={value.entitlements} />
            <PriceSection code={code} version={version} />
          </div>
        )}
      </Loaded>
    </Explainable>
  );
}

function Figures({ value }: { value: ContractMarginDetail }): VNode {
  const words = useWords().contracts;
  const format = useFormat();
  const { toDate, toEnd } = value;
  return (
    <section class="section">
      <div class="contract-figures">
        <div>
          <p class="figure-name">
            {words.margin} · {words.toDate}
          </p>
          <p class="figure-value is-large">{format.money(toDate.margin)}</p>
          <p class="figure-note">{toDate.share === null ? NOTHING : format.shareOf(toDate.share)}</p>
          <Parts
            parts={[
              [words.fee, toDate.revenue.fee],
              [words.usage, toDate.revenue.usage],
              [words.billed, toDate.revenue.billed],
            ]}
          />
          <dl class="contract-parts">
            {(['direct', 'allocated'] as const).map((cost) => [
              <dt key={cost}>{`${MINUS} ${words[cost]}`}</dt>,
              <dd key={`${cost} amount`}>
                <OpenAmount amount={toDate[cost]} cell={contractCell(value)} {...contractWay(value, cost)} />
              </dd>,
            ])}
          </dl>
        </div>
        {toEnd === null ? (
          <div>
            <p class="figure-name">{words.atEnd}</p>
            <p class="figure-value">{words.noEstimate}</p>
            <p class="figure-note">{words.noEstimateHint}</p>
          </div>
        ) : (
          <>
            <div>
              <p class="figure-name" title={words.toEndHint}>
                {words.margin} · {words.atEnd}
              </p>
              <p class="figure-value is-large">{format.money(toEnd.margin.p50)}</p>
              <p class="figure-note">
                P10–P90 {words.range(format.money(toEnd.margin.p10), format.money(toEnd.margin.p90))}
              </p>
            </div>
            <div>
              <p class="figure-name">{words.stillToCome}</p>
              <Spreads
                spreads={[
                  [words.revenue, toEnd.revenue],
                  [words.cost, toEnd.cost],
                  [words.penalty, toEnd.penalty],
                ]}
              />
              <p class="figure-note">
                {words.failures} {format.measure(toEnd.failures.expected)} (
                {words.range(format.integer(toEnd.failures.p10), format.integer(toEnd.failures.p90))})
              </p>
            </div>
          </>
        )}
      </div>
      {toDate.earnedBefore !== null && (
        <p class="contract-note">{words.earnedBefore(format.money(toDate.earnedBefore), format.date(toDate.from))}</p>
      )}
      {toEnd !== null && <BasisNote basis={toEnd.basis} />}
    </section>
  );
}

function Parts({ parts }: { parts: readonly (readonly [string, Money])[] }): VNode {
  const format = useFormat();
  return (
    <dl class="contract-parts">
      {parts.map(([name, amount]) => [
        <dt key={name}>{name}</dt>,
        <dd key={`${name} amount`}>{format.money(amount)}</dd>,
      ])}
    </dl>
  );
}

function Spreads({ spreads }: { spreads: readonly (readonly [string, MoneySpread])[] }): VNode {
  const words = useWords().contracts;
  const format = useFormat();
  return (
    <dl class="contract-parts">
      {spreads.map(([name, { p10, p50, p90 }]) => [
        <dt key={name}>{name}</dt>,
        <dd key={`${name} amount`}>
          {format.money(p50)} <span class="muted">({words.range(format.moneyShort(p10), format.moneyShort(p90))})</span>
        </dd>,
      ])}
    </dl>
  );
}
