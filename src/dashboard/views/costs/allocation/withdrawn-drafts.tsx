// Drafts of the rules that were taken back: on record with who and when, offered to nobody.
import type { VNode } from 'preact';
import type { AllocationCycle } from '../../../../contracts/http/allocation.ts';
import { useFormat, useWords } from '../../../app-context.ts';

export function WithdrawnDrafts({ cycles }: { cycles: readonly AllocationCycle[] }): VNode | null {
  const words = useWords().allocation.rules;
  const format = useFormat();
  if (cycles.length === 0) return null;
  return (
    <details class="section-body">
      <summary>{words.withdrawnDrafts(format.integer(cycles.length))}</summary>
      <ul>
        {cycles.map(({ code, version, author, withdrawnBy, withdrawnAt }) => (
          <li key={`${code} ${version}`} class="muted">
            {code} · {words.version(format.integer(version))} · {words.by(author)} ·{' '}
            {words.withdrawnBy(withdrawnBy ?? '', withdrawnAt === null ? '' : format.dateTime(withdrawnAt))}
          </li>
        ))}
      </ul>
    </details>
  );
}
