// Imports with how far they are; a running one moves live.
import type { VNode } from 'preact';
import { useApp, useFormat, useWords } from '../../app-context.ts';
import { Empty } from '../../components/state-views.tsx';

const TONES = {
  uploaded: '',
  running: 'is-accent',
  finished: 'is-good',
  failed: 'is-bad',
  cancelled: 'is-warm',
} as const;

export function ImportList(): VNode {
  const { imports, nowMs } = useApp();
  const words = useWords().system;
  const format = useFormat();
  const sorted = [...imports.byId.value.values()].sort((a, b) => b.startedAt.localeCompare(a.startedAt));
  return (
    <section class="section">
      <header class="section-head">
        <h2>{words.imports}</h2>
      </header>
      {sorted.length === 0 ? (
        <Empty icon="refresh" title={words.importsEmpty} hint={words.importsEmptyHint} />
      ) : (
        <ul>
          {sorted.map((one) => (
            <li key={one.id} class="import-line">
              <strong class="clip">{one.name}</strong>
              <span class={`tag ${TONES[one.state]}`}>{words.importState[one.state]}</span>
              <progress max={Math.max(1, one.total)} value={one.done} aria-label={one.name} />
              <span class="muted number">
                {words.of(format.integer(one.done), format.integer(one.total))} ·{' '}
                {format.ago(one.startedAt, nowMs.value)}
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
