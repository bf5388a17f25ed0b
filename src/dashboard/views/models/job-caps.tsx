// How many predictive jobs each station takes in a week, what went this week, and what is held back.
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { JobCap } from '../../../contracts/http/proposals.ts';
import { useApp, useFormat, useWords } from '../../app-context.ts';
import { Loaded } from '../../components/state-views.tsx';
import { useCommand } from '../../state/use-command.ts';
import { useResource } from '../../state/use-resource.ts';

export function JobCaps({ version }: { version: number }): VNode {
  const { api } = useApp();
  const words = useWords().models;
  const caps = useResource(`job caps ${version}`, (signal) => api.get<JobCap[]>('/job-caps', {}, signal), true);
  return (
    <section class="section">
      <header class="section-head">
        <h2>{words.caps}</h2>
        <span class="muted">{words.capsHint}</span>
      </header>
      <Loaded resource={caps}>
        {(stations) => (
          <table>
            <thead>
              <tr>
                <th scope="col">{words.station}</th>
                <th scope="col" class="number">
                  {words.openedThisWeek}
                </th>
                <th scope="col" class="number">
                  {words.held}
                </th>
                <th scope="col" class="number">
                  {words.caps}
                </th>
              </tr>
            </thead>
            <tbody>
              {stations.map((cap) => (
                <CapRow key={`${cap.station.code} ${cap.jobsPerWeek}`} cap={cap} onChanged={caps.reload} />
              ))}
            </tbody>
          </table>
        )}
      </Loaded>
    </section>
  );
}

function CapRow({ cap, onChanged }: { cap: JobCap; onChanged: () => void }): VNode {
  const { api, session } = useApp();
  const words = useWords().models;
  const format = useFormat();
  const [draft, setDraft] = useState<number | null>(cap.jobsPerWeek);
  const command = useCommand();
  const name = format.text(cap.station.name);
  const save = (): void =>
    command.run(async (key) => {
      await api.put(`/job-caps/${cap.station.code}`, { jobsPerWeek: draft }, key);
      onChanged();
    });
  return (
    <tr>
      <th scope="row">{name}</th>
      <td class="number">{format.integer(cap.openedThisWeek)}</td>
      <td class="number">{cap.held === 0 ? '' : <span class="tag is-warm">{format.integer(cap.held)}</span>}</td>
      <td class="number">
        {session.can('models:approve') ? (
          <span class="line cap-set">
            <input
              type="number"
              min={0}
              max={10_000}
              aria-label={`${words.caps}: ${name}`}
              placeholder={words.anyNumber}
              value={draft ?? ''}
              onInput={({ currentTarget: { value } }) => setDraft(value === '' ? null : Number(value))}
            />
            <button
              type="button"
              class="button"
              aria-label={`${words.set}: ${name}`}
              disabled={command.isBusy || draft === cap.jobsPerWeek}
              onClick={save}
            >
              {words.set}
            </button>
          </span>
        ) : (
          (cap.jobsPerWeek ?? words.anyNumber)
        )}
        {command.problem !== null && <span class="form-message">{command.problem}</span>}
      </td>
    </tr>
  );
}
