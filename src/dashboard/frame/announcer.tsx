// Says new alerts to screen readers, politely and one at a time.
import type { VNode } from 'preact';
import { useApp, useWords } from '../app-context.ts';

export function Announcer(): VNode {
  const { newestAlert } = useApp();
  const words = useWords();
  const alert = newestAlert.value?.alert ?? null;
  return (
    <p class="only-readers" aria-live="polite">
      {alert === null ? '' : words.frame.newAlert(words.terms.severity[alert.severity], alert.device)}
    </p>
  );
}
