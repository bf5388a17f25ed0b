// Entries that were decided, as a table: their own columns, then who approved or withdrew them.
import type { ComponentChildren, VNode } from 'preact';
import type { Proposed } from '../../../../contracts/http/second-person.ts';
import { useWords } from '../../../app-context.ts';

interface EntryTableProps<Entry extends Proposed> {
  label: string;
  none: string;
  entries: readonly Entry[];
  columns: readonly { head: string; kind?: 'number' | 'words'; cell: (entry: Entry) => ComponentChildren }[];
}

export function EntryTable<Entry extends Proposed>({ label, none, entries, columns }: EntryTableProps<Entry>): VNode {
  const words = useWords().rates;
  const decided = entries.filter(({ decision }) => decision !== null);
  if (decided.length === 0) return <p class="section-body muted">{none}</p>;
  return (
    <div class="scroll-x rates-table" role="region" tabIndex={0} aria-label={label}>
      <table>
        <thead>
          <tr>
            {columns.map(({ head, kind }) => (
              <th key={head} scope="col" class={kind}>
                {head}
              </th>
            ))}
            <th scope="col">{words.approvedBy}</th>
          </tr>
        </thead>
        <tbody>
          {decided.map((entry) => (
            <tr key={entry.id}>
              {columns.map(({ head, kind, cell }) => (
                <td key={head} class={kind}>
                  {cell(entry)}
                </td>
              ))}
              <td class="muted">
                {entry.decision === 'approved' ? entry.decidedBy : words.withdrawnBy(entry.decidedBy ?? '')}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
