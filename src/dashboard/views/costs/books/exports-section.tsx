// Batches for the general ledger: how many postings wait, what was taken by whom and when, each as a file at any time again.
import type { VNode } from 'preact';
import { EXPORT_FORMATS, type ExportList, type JournalExport } from '../../../../contracts/http/journal.ts';
import { useApp, useFormat, useWords } from '../../../app-context.ts';
import { Loaded } from '../../../components/state-views.tsx';
import { useCommand } from '../../../state/use-command.ts';
import { useResource } from '../../../state/use-resource.ts';
import { saveFile } from './save-file.ts';
import { FormMessage } from '../../../components/form-message.tsx';

/** The newest; older ones are found by the API. */
const SHOWN = 20;

export function ExportsSection({ version, onChanged }: { version: number; onChanged: () => void }): VNode {
  const { api, session } = useApp();
  const words = useWords().books.exports;
  const format = useFormat();
  const command = useCommand();
  const exports = useResource(
    `exports ${version}`,
    (signal) => api.get<ExportList>('/journal/exports', { limit: SHOWN }, signal),
    true,
  );
  const claim = (): void =>
    command.run(async (key) => {
      await api.post('/journal/exports', {}, key);
      onChanged();
    });
  const save = (batch: JournalExport, as: 'csv' | 'json'): void =>
    command.run(async () =>
      saveFile(`journal-${batch.id}.${as}`, await api.file('/journal/export', { batch: batch.id, format: as })),
    );
  return (
    <section class="section">
      <header class="section-head">
        <h2>{words.title}</h2>
        <span class="muted">{words.hint}</span>
        <span class="grow" />
        {exports.value !== null && <span class="muted">{words.waiting(format.integer(exports.value.waiting))}</span>}
        {session.can('costs:write') && (
          <button
            type="button"
            class="button"
            disabled={command.isBusy || exports.value?.waiting === 0}
            onClick={claim}
          >
            {words.claim}
          </button>
        )}
      </header>
      <FormMessage text={command.problem} />
      <Loaded resource={exports}>
        {({ items }) =>
          items.length === 0 ? (
            <p class="section-body muted">{words.none}</p>
          ) : (
            <div class="scroll-x">
              <table>
                <tbody>
                  {items.map((batch) => (
                    <tr key={batch.id}>
                      <th scope="row" class="fit">
                        {words.batch(String(batch.id))}
                      </th>
                      <td class="muted">{words.taken(batch.claimedBy, format.dateTime(batch.claimedAt))}</td>
                      <td class="number">{words.entries(format.integer(batch.entries))}</td>
                      <td class="fit">
                        {EXPORT_FORMATS.map((as) => (
                          <button
                            key={as}
                            type="button"
                            class="button quiet"
                            aria-label={words.save(String(batch.id), as.toUpperCase())}
                            disabled={command.isBusy}
                            onClick={() => save(batch, as)}
                          >
                            {as.toUpperCase()}
                          </button>
                        ))}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Loaded>
    </section>
  );
}
