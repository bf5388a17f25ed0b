// What the job has cost so far, by element in the fixed order and hue; grows as bookings arrive.
import type { VNode } from 'preact';
import { COST_ELEMENTS } from '../../../contracts/costs.ts';
import type { WorkOrderDetail } from '../../../contracts/http/work-orders.ts';
import { minorOf } from '../../../contracts/money.ts';
import { useFormat, useWords } from '../../app-context.ts';
import { Amounts } from '../../components/job-state.tsx';
import { useChangeMark } from '../../state/use-change-mark.ts';

type Line = WorkOrderDetail['costByElement'][number];

export function JobCost({ detail }: { detail: WorkOrderDetail }): VNode {
  const words = useWords().workOrders;
  const lines = COST_ELEMENTS.flatMap((element) => detail.costByElement.filter((line) => line.element === element));
  const largest = lines.reduce((most, line) => Math.max(most, sizeOf(line)), 0);
  return (
    <div class="pane-part">
      <div class="line">
        <h3>{words.cost}</h3>
        <span class="grow" />
        <strong class="job-total">
          <Amounts amounts={detail.workOrder.cost} />
        </strong>
      </div>
      {lines.length === 0 ? (
        <p class="muted">{words.noCost}</p>
      ) : (
        <ul class="element-bars">
          {lines.map((line) => (
            <ElementBar key={`${line.element}${line.amount.currency}`} line={line} largest={largest} />
          ))}
        </ul>
      )}
    </div>
  );
}

/** Only for the length of a bar; the amount itself is shown as exact text. */
const sizeOf = (line: Line): number => Math.abs(Number(minorOf(line.amount) ?? 0n));

function ElementBar({ line, largest }: { line: Line; largest: number }): VNode {
  const words = useWords().terms.element as Readonly<Record<string, string>>;
  const format = useFormat();
  const isMarked = useChangeMark(line.amount.amount);
  return (
    <li class={isMarked ? 'is-marked' : ''}>
      <span class="element-name">
        <span class={`element-dot element-${line.element}`} />
        {words[line.element] ?? line.element}
      </span>
      <span class="element-track">
        <span
          class={`element-fill element-${line.element}`}
          style={{ width: `${largest === 0 ? 0 : (sizeOf(line) / largest) * 100}%` }}
        />
      </span>
      <span class="number">{format.moneyExact(line.amount)}</span>
    </li>
  );
}
