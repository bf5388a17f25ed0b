// Every move of a job: when it happened, by whom, and why; an entry made later than it happened says so.
import type { VNode } from 'preact';
import type { WorkOrderDetail } from '../../../contracts/http/work-orders.ts';
import { useFormat, useWords } from '../../app-context.ts';
import { actorName } from '../actor.ts';
import { historyNote } from '../history-note.ts';

export function JobHistory({ transitions }: { transitions: WorkOrderDetail['transitions'] }): VNode {
  const words = useWords();
  const format = useFormat();
  const states = words.terms.jobState as Readonly<Record<string, string>>;
  return (
    <div class="pane-part">
      <h3>{words.workOrders.history}</h3>
      <ol class="history">
        {transitions.map((one) => (
          <li key={`${one.recordedAt}${one.to}`}>
            <time dateTime={one.at}>{format.dateTime(one.at)}</time>
            <span>
              <strong>{states[one.to] ?? one.to}</strong> <span class="muted">{actorName(words, one.actor)}</span>
              {one.reason !== null && <span class="history-note">{historyNote(words, one.actor, one.reason)}</span>}
            </span>
          </li>
        ))}
      </ol>
    </div>
  );
}
