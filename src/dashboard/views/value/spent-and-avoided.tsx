// What was spent beside what was avoided (an outline: it was never paid), and how the avoidance is worked out.
import type { VNode } from 'preact';
import type { MaintenanceValue } from '../../../contracts/http/maintenance-value.ts';
import { minorOf, type Money } from '../../../contracts/money.ts';
import { useFormat, useWords } from '../../app-context.ts';
import { MINUS } from '../../format/format.ts';
import { OpenAmount } from '../costs/explain/open-amount.tsx';
import { sideCell, wayOfCosts } from './value-cells.ts';

export function SpentAndAvoided({ value }: { value: MaintenanceValue }): VNode {
  const words = useWords().value;
  const format = useFormat();
  const { avoidance } = value;
  const bars = [
    { name: words.preventive, amount: value.preventive.cost, tone: 'is-preventive', cell: sideCell('preventive', {}) },
    { name: words.reactive, amount: value.reactive.cost, tone: 'is-reactive', cell: sideCell('reactive', {}) },
    // Never paid: no fact is behind it.
    { name: words.avoided, amount: avoidance.net, tone: 'is-avoided', cell: null },
  ];
  const largest = bars.reduce((most, { amount }) => Math.max(most, sizeOf(amount)), 1);
  const outcomes = [
    { name: words.truePositives, n: avoidance.truePositives },
    { name: words.falsePositives, n: avoidance.falsePositives },
    { name: words.censored, n: avoidance.censored, hint: words.censoredHint },
  ];
  return (
    <section class="section">
      <header class="section-head">
        <h2>{words.spent}</h2>
      </header>
      <div class="section-body stack">
        <ul class="spent-bars">
          {bars.map(({ name, amount, tone, cell }) => (
            <li key={name}>
              <span class="line">
                <span>{name}</span>
                <span class="grow" />
                <strong>
                  {cell === null ? (
                    format.money(amount)
                  ) : (
                    <OpenAmount amount={amount} cell={cell} way={wayOfCosts(value)} />
                  )}
                </strong>
              </span>
              <span class={`spent-bar ${tone}`} style={{ width: `${(sizeOf(amount) / largest) * 100}%` }} />
            </li>
          ))}
        </ul>
        <table class="plain-table">
          <tbody>
            <SumLine name={words.gross} amount={avoidance.gross} />
            <SumLine name={`${MINUS} ${words.falseAlarms}`} amount={avoidance.falseAlarmCost} />
          </tbody>
          <tfoot>
            <SumLine name={words.net} amount={avoidance.net} />
            <SumLine name={`${MINUS} ${words.undecidedCost}`} amount={avoidance.conservative.undecidedCost} />
            <SumLine name={words.conservative} amount={avoidance.conservative.net} />
          </tfoot>
        </table>
        <div>
          <h3>{words.outcomes}</h3>
          <table class="plain-table">
            <tbody>
              {outcomes.map(({ name, n, hint }) => (
                <tr key={name}>
                  <td>
                    {name} {hint !== undefined && <span class="muted">· {hint}</span>}
                  </td>
                  <td class="number">{format.integer(n)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        <p class="muted">{words.netHint}</p>
        <p class="muted">
          {words.conservative}: {words.conservativeHint}
        </p>
      </div>
    </section>
  );
}

/** Only for the length of a bar. */
const sizeOf = (amount: Money): number => Math.max(0, Number(minorOf(amount) ?? 0n));

const SumLine = ({ name, amount }: { name: string; amount: Money }): VNode => {
  const format = useFormat();
  return (
    <tr>
      <td>{name}</td>
      <td class="number">{format.money(amount)}</td>
    </tr>
  );
};
