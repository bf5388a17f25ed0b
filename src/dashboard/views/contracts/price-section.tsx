// What the same devices would have to be renewed at under every type of contract, each with its spread drawn on one scale a unit.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { ContractPrices, MoneySpread, TypePrice } from '../../../contracts/http/contract-margins.ts';
import { minorOf, type Money } from '../../../contracts/money.ts';
import { useApp, useFormat, useWords } from '../../app-context.ts';
import { Segmented } from '../../components/segmented.tsx';
import { Loaded, Skeleton } from '../../components/state-views.tsx';
import { useResource } from '../../state/use-resource.ts';
import { BasisNote } from './basis-note.tsx';

const MARGINS = ['0', '0.1', '0.2', '0.3'] as const;

export function PriceSection({ code, version }: { code: string; version: number }): VNode {
  const { api } = useApp();
  const words = useWords().contracts;
  const format = useFormat();
  const [margin, setMargin] = useState<string>('0.2');
  const prices = useResource(
    `prices ${code} ${margin} ${version}`,
    (signal) => api.get<ContractPrices>(`/contracts/${encodeURIComponent(code)}/prices`, { margin }, signal),
    true,
  );
  return (
    <section class="section">
      <header class="section-head wrap">
        <h2>{words.prices}</h2>
        <span class="muted">{prices.value?.current != null && words.current(format.money(prices.value.current))}</span>
        <span class="grow" />
        <span class="muted">{words.targetMargin}</span>
        <Segmented
          label={words.targetMargin}
          value={margin}
          options={MARGINS.map((value) => ({ value, text: format.percent(Number(value)) }))}
          onChange={setMargin}
        />
      </header>
      <Loaded resource={prices} skeleton={<Skeleton rows={7} />}>
        {(value) =>
          value.basis === null ? (
            <p class="contract-note">{words.noEstimateHint}</p>
          ) : (
            <>
              <PriceTable prices={value} />
              <p class="contract-note">
                {words.pricesHint} {words.penaltyOf[value.penalty.of](format.money(value.penalty.perHour))}
              </p>
              <BasisNote basis={value.basis} />
            </>
          )
        }
      </Loaded>
    </section>
  );
}

const sizeOf = (amount: Money): number => Number(minorOf(amount) ?? 0n);

function PriceTable({ prices }: { prices: ContractPrices }): VNode {
  const words = useWords().contracts;
  const format = useFormat();
  // A year is not to be compared with an hour: each unit has a scale of its own.
  const largest = (per: TypePrice['per']): number =>
    Math.max(1, ...prices.types.filter((one) => one.per === per).map(({ price }) => sizeOf(price.p90)));
  return (
    <div class="scroll-x" tabIndex={0} role="region" aria-label={words.prices}>
      <table class="contracts-table">
        <thead>
          <tr>
            <th scope="col">{words.type}</th>
            <th scope="col" class="number">
              {words.breakEven}
            </th>
            <th scope="col" class="number">
              {words.withMargin(format.percent(prices.targetMargin))}
            </th>
            <th scope="col" class="number">
              {words.covers90}
            </th>
            <th scope="col">P10–P90</th>
            <th scope="col" class="number" title={words.besideHint}>
              {words.beside}
            </th>
          </tr>
        </thead>
        <tbody>
          {prices.types.map((one) => (
            <PriceRow key={one.type} one={one} prices={prices} largest={largest(one.per)} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function PriceRow({ one, prices, largest }: { one: TypePrice; prices: ContractPrices; largest: number }): VNode {
  const words = useWords();
  const format = useFormat();
  const driver = prices.usage?.driver;
  const per =
    one.per === 'unit' && driver !== undefined ? words.contracts.perDriver[driver] : words.contracts.per[one.per];
  return (
    <tr>
      <th scope="row">
        {words.terms.contractType[one.type]}
        <span class="contract-sub">{per}</span>
      </th>
      <td class="number">{format.money(one.breakEven.expected)}</td>
      <td class="number">
        <strong>{format.money(one.price.expected)}</strong>
      </td>
      <td class="number">{format.money(one.price.p90)}</td>
      <td>
        <Spread spread={one.price} largest={largest} />
      </td>
      <td class="number">{format.money(one.beside.expected)}</td>
    </tr>
  );
}

function Spread({ spread, largest }: { spread: MoneySpread; largest: number }): VNode {
  const words = useWords().contracts;
  const format = useFormat();
  const at = (amount: Money): number => (sizeOf(amount) / largest) * 100;
  const text = words.range(format.moneyShort(spread.p10), format.moneyShort(spread.p90));
  return (
    <span class="price-spread" role="img" aria-label={text} title={text}>
      <span class="price-band" style={{ left: `${at(spread.p10)}%`, width: `${at(spread.p90) - at(spread.p10)}%` }} />
      <span class="price-mark" style={{ left: `calc(${at(spread.p50)}% - 1px)` }} />
    </span>
  );
}
