// Whether what is on screen is live, and since when it is not.
import type { VNode } from 'preact';
import { useApp, useFormat, useWords } from '../app-context.ts';

export function LiveSign(): VNode {
  const { live } = useApp();
  const { live: words } = useWords().frame;
  const format = useFormat();
  const connection = live.value;
  const state = connection?.state.value ?? 'connecting';
  const since = connection?.staleSince.value ?? null;
  const text =
    state === 'stale' && since !== null
      ? words.stale(format.seconds(since))
      : state === 'live'
        ? words.live
        : words.connecting;
  return (
    <span class={`live-sign is-${state}`} role="status" title={state === 'stale' ? words.staleHint : words.liveHint}>
      <span class="live-dot" aria-hidden="true" />
      <span class="live-word">{text}</span>
    </span>
  );
}
