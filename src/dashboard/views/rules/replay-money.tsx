// The same in money: what would have been spent on planned repairs, needless visits and failures, beside what was.
import type { VNode } from 'preact';
import { minorOf, moneyOf, type Money } from '../../../contracts/money.ts';
import type { ReplayMoney } from '../../../contracts/http/replay-model.ts';
import { useFormat, useWords } from '../../app-context.ts';

const LINES = ['planned', 'needless', 'unplanned', 'total', 'netAvoidance'] as const;
/** A saving is good news, more cost is bad. */
const IS_COST = { planned: true, needless: true, unplanned: true, total: true, netAvoidance: false } as const;

const minus = (a: Money, b: Money): Money => moneyOf((minorOf(a) ?? 0n) - (minorOf(b) ?? 0n), a.currency);

interface Bills {
  candidate: ReplayMoney;
  inForce: ReplayMoney | null;
  actual: ReplayMoney;
}

export function ReplayMoneyTable({ candidate, inForce, actual }: Bills): VNode {
  const words = useWords().rules.replay;
  const format = useFormat();
  const names = { ...words, netAvoidance: words.net };
  return (
    <table class="plain-table replay-table">
      <thead>
        <tr>
          <td />
          <th class="number">{words.would}</th>
          {inForce !== null && <th class="number">{words.inForce}</th>}
          <th class="number">{words.did}</th>
          <th class="number">{words.better}</th>
        </tr>
      </thead>
      <tbody>
        {LINES.map((line) => {
          const change = minus(candidate[line], actual[line]);
          const isMore = !change.amount.startsWith('-');
          const isNone = Number(change.amount) === 0;
          const tone = isNone ? '' : isMore === IS_COST[line] ? 'is-bad' : 'is-good';
          return (
            <tr key={line} class={line === 'total' || line === 'netAvoidance' ? 'is-sum' : ''}>
              <th scope="row">{names[line]}</th>
              <td class="number">{format.money(candidate[line])}</td>
              {inForce !== null && <td class="number">{format.money(inForce[line])}</td>}
              <td class="number">{format.money(actual[line])}</td>
              <td class="number">
                <span class={`delta ${tone}`}>
                  {isMore && !isNone && '+'}
                  {format.money(change)}
                </span>
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
