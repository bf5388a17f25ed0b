// How far a notification has come, as a word with its colour.
import type { VNode } from 'preact';
import type { NotificationState } from '../../../contracts/http/notifications.ts';
import { useWords } from '../../app-context.ts';

const LOOKS: Readonly<Record<NotificationState, string>> = {
  waiting: 'tag',
  sending: 'tag is-accent',
  sent: 'tag is-good',
  dead: 'tag is-bad',
  suppressed: 'tag',
};

export function NotificationStateTag({ state }: { state: NotificationState }): VNode {
  const words = useWords().notifications;
  return <span class={LOOKS[state]}>{words.state[state]}</span>;
}
