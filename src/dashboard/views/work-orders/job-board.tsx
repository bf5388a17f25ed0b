// Work orders as a board: a column for each stage, cards in the order they wait.
import type { VNode } from 'preact';
import type { WorkOrder } from '../../../contracts/http/work-orders.ts';
import { useFormat, useWords } from '../../app-context.ts';
import { STAGES, stageOf } from './job-list.ts';
import { JobLine } from './job-table.tsx';

interface BoardProps {
  jobs: readonly WorkOrder[];
  chosenId: number | null;
  hrefOf: (job: WorkOrder) => string;
}

export function JobBoard({ jobs, chosenId, hrefOf }: BoardProps): VNode {
  const words = useWords().workOrders;
  const format = useFormat();
  return (
    <div class="board" tabIndex={0} role="region" aria-label={words.view.board}>
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
                  <JobLine key={job.id} job={job} isChosen={job.id === chosenId} href={hrefOf(job)} />
                ))}
              </ul>
            )}
          </section>
        );
      })}
    </div>
  );
}
