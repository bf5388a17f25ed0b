// What a check found, a line each: what blocks says so, the others are to be known.
import type { VNode } from 'preact';
import type { CycleProblem } from '../../../../contracts/http/allocation.ts';
import { useFormat, useWords } from '../../../app-context.ts';

export function ProblemLines({ problems }: { problems: readonly CycleProblem[] }): VNode | null {
  const words = useWords().allocation.rules;
  const format = useFormat();
  if (problems.length === 0) return null;
  return (
    <ul class="problem-list">
      {problems.map((problem, index) => (
        <li key={index}>
          <span class={problem.blocking ? 'tag is-bad' : 'tag is-warm'}>
            {problem.blocking ? words.blocking : words.notice}
          </span>{' '}
          {format.text(problem.detail)}
        </li>
      ))}
    </ul>
  );
}
