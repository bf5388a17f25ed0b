// Bars of what of the included is used, and when it will be gone.
import type { VNode } from 'preact';
import type { EntitlementUse } from '../../../contracts/http/contract-margins.ts';
import { useFormat, useWords } from '../../app-context.ts';
import { NOTHING } from '../../format/format.ts';

function useEntitlementText(): (use: EntitlementUse) => { amount: string; gone: string; interval: string } {
  const words = useWords().contracts;
  const format = useFormat();
  return (use) => {
    const { usedAmount, includedAmount } = use;
    const amount =
      usedAmount && includedAmount
        ? words.usedOf(format.money(usedAmount), format.money(includedAmount))
        : words.usedOf(format.measure(use.used), format.measure(use.included));
    const day = (on: string | null): string => (on === null ? words.afterYear : format.date(on));
    return {
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
        const { amount, gone } = textOf(use);
        return (
          <div key={use.kind} class="used-bar" title={`${amount} · ${gone}`}>
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
        <table class="contracts-table">
          <tbody>
            {uses.map((use) => {
              const { amount, gone, interval } = textOf(use);
              return (
                <tr key={use.kind}>
                  <th scope="row">{words.entitlements[use.kind]}</th>
                  <td class="number">{amount}</td>
                  <td>
                    <Bar use={use} />
                  </td>
                  <td>
                    {gone}
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
