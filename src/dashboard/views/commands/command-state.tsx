// The state of a remote command as a tag.
import type { VNode } from 'preact';
import type { CommandState } from '../../../contracts/commands.ts';
import { useWords } from '../../app-context.ts';

const TONES: Readonly<Record<CommandState, string>> = {
  queued: '',
  sent: 'is-accent',
  delivered: 'is-accent',
  succeeded: 'is-good',
  failed: 'is-bad',
  'timed-out': 'is-warm',
  expired: 'is-warm',
  cancelled: '',
};

export const CommandStateTag = ({ state }: { state: CommandState }): VNode => (
  <span class={`tag ${TONES[state]}`}>{useWords().commands.state[state]}</span>
);
