// Work orders as a board: a column for each stage, cards in the order they wait.
import type { VNode } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { WorkOrder } from '../../../contracts/http/work-orders.ts';
import type { WorkOrderState } from '../../../contracts/work-order-states.ts';
import { useFormat, useWords } from '../../app-context.ts';
import { useIsPhone } from '../../state/use-media.ts';
import { STAGES, stageOf } from './job-list.ts';
import { JobLine } from './job-table.tsx';

/** A job in its column's usual state does not repeat it; the others tell what is special about them. */
const SAID_BY_COLUMN: readonly WorkOrderState[] = ['draft', 'approved', 'scheduled', 'completed'];

interface BoardProps {
  jobs: readonly WorkOrder[];
  chosenId: number | null;
  hrefOf: (job: WorkOrder) => string;
}

export function JobBoard({ jobs, chosenId, hrefOf }: BoardProps): VNode {
  const words = useWords().workOrders;
  const format = useFormat();
  const isPhone = useIsPhone();
  const board = useRef<HTMLDivElement>(null);
  // Where the columns do not fit, as on a phone, the first one with something in it is shown.
  useLayoutEffect(() => {
    const column = board.current?.querySelector<HTMLElement>('.board-column:has(> ul)');
    if (board.current && column) board.current.scrollLeft = column.offsetLeft - board.current.offsetLeft;
  }, [isPhone]);
  return (
    <div class="board" ref={board} tabIndex={0} role="region" aria-label={words.view.board}>
      {STAGES.map((stage) => {
        const here = jobs.filter((job) => stageOf(job.state) === stage);
        return (
          <section key={stage} class="board-column">
            <header>
              <h2>{words.stage[stage]}</h2>
              <span class="muted">{format.integer(here.length)}</span>
            </header>
            {here.length === 0 ? (
              <p class="muted board-empty">{words.stageEmpty}</p>
            ) : (
              <ul>
                {here.map((job) => (
                  <JobLine
                    key={job.id}
                    job={job}
                    isChosen={job.id === chosenId}
                    href={hrefOf(job)}
                    isStateSaid={SAID_BY_COLUMN.includes(job.state)}
                  />
                ))}
              </ul>
            )}
          </section>
        );
      })}
    </div>
  );
}
