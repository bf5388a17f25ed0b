// A slim bar while history is being filled in, with how far it is.
import type { VNode } from 'preact';
import { useApp, useFormat, useWords } from '../app-context.ts';

export function ImportBar(): VNode | null {
  const { imports } = useApp();
  const { imports: words } = useWords().frame;
  const format = useFormat();
  const running = [...imports.byId.value.values()].find((one) => one.state === 'running');
  if (!running) return null;
  const share = running.total === 0 ? 0 : Math.min(1, running.done / running.total);
  return (
    <div class="import-bar" role="status">
      <progress max={1} value={share} aria-label={running.name} />
      <span>{words.running(running.name, format.percent(share))}</span>
      <span class="muted">{words.hint}</span>
    </div>
  );
}
