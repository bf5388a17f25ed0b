// Bars of what of the included is used, and when it will be gone.
import type { VNode } from 'preact';
import type { EntitlementUse } from '../../../contracts/http/contract-margins.ts';
import { useFormat, useWords } from '../../app-context.ts';
import { NOTHING } from '../../format/format.ts';

interface UseText {
  amount: string;
  gone: string;
  interval: string;
  /** Empty while it is within the included. */
  over: string;
  atEnd: string;
}

function useEntitlementText(): (use: EntitlementUse) => UseText {
  const words = useWords().contracts;
  const format = useFormat();
  return (use) => {
    const { usedAmount, includedAmount } = use;
    const amount =
      usedAmount && includedAmount
        ? words.usedOf(format.money(usedAmount), format.money(includedAmount))
        : words.usedOf(format.measure(use.used), format.measure(use.included));
    const day = (on: string | null): string => (on === null ? words.afterYear : format.date(on));
    const { overrun, atYearEnd } = use;
    // Parts are told as a share of what is included.
    const quantity = (value: number): string =>
      use.usedAmount === null ? format.measure(value) : format.percent(value);
    const over =
      overrun.over === 0
        ? ''
        : overrun.bill === null
          ? words.overNoPrice(quantity(overrun.over))
          : words.over(quantity(overrun.over), format.money(overrun.bill));
    const ends = words.overAtEnd(quantity(atYearEnd.used), quantity(atYearEnd.low), quantity(atYearEnd.high));
    const billAtEnd =
      atYearEnd.overrun.over === 0 || atYearEnd.overrun.bill === null
        ? ''
        : ` · ${words.overBillAtEnd(format.money(atYearEnd.overrun.bill))}`;
    return {
      over,
      atEnd: `${ends}${billAtEnd}`,
      amount,
      gone: use.goneOn === null ? words.lasts : words.gone(format.date(use.goneOn)),
      interval: use.earliest === null ? '' : words.goneBetween(day(use.earliest), day(use.latest)),
    };
  };
}

export function UsedBars({ uses }: { uses: readonly EntitlementUse[] }): VNode {
  const words = useWords().contracts;
  const textOf = useEntitlementText();
  if (uses.length === 0) return <span class="muted">{NOTHING}</span>;
  return (
    <div class="used-bars">
      {uses.map((use) => {
        const { amount, gone, over, atEnd } = textOf(use);
        return (
          <div key={use.kind} class="used-bar" title={`${amount} · ${over === '' ? gone : over} · ${atEnd}`}>
            <span>{words.entitlements[use.kind]}</span>
            <Bar use={use} />
          </div>
        );
      })}
    </div>
  );
}

const Bar = ({ use: { used, included } }: { use: EntitlementUse }): VNode => (
  <span class="used-track">
    <span
      class={used >= included ? 'used-fill is-over' : 'used-fill'}
      style={{ width: `${Math.min(100, (used / included) * 100)}%` }}
    />
  </span>
);

/** The same with every figure in words. */
export function UsedTable({ uses }: { uses: readonly EntitlementUse[] }): VNode | null {
  const words = useWords().contracts;
  const format = useFormat();
  const textOf = useEntitlementText();
  if (uses.length === 0) return null;
  return (
    <section class="section">
      <header class="section-head">
        <h2>{words.included}</h2>
      </header>
      <div class="scroll-x" tabIndex={0} role="region" aria-label={words.included}>
        <table class="contracts-table used-table">
          <tbody>
            {uses.map((use) => {
              const { amount, gone, interval, over, atEnd } = textOf(use);
              return (
                <tr key={use.kind}>
                  <th scope="row">{words.entitlements[use.kind]}</th>
                  <td class="number">{amount}</td>
                  <td>
                    <Bar use={use} />
                  </td>
                  <td>
                    {over === '' ? gone : <strong class="contract-over">{over}</strong>}
                    <span class="contract-sub">{atEnd}</span>
                    <span class="contract-sub">
                      {interval} {interval !== '' && '· '}n = {format.integer(use.n)}
                    </span>
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
}
