// The states of a remote command and the one table of steps between them; pure, shared by the server and the screens.

export const COMMAND_STATES = [
  'queued',
  'sent',
  'delivered',
  'succeeded',
  'failed',
  'timed-out',
  'expired',
  'cancelled',
] as const;
export type CommandState = (typeof COMMAND_STATES)[number];

export interface CommandStep {
  readonly from: readonly CommandState[];
  readonly to: CommandState;
}

/**
 * `send` may happen again: a command that was not acknowledged goes out once more when the device is back. A reply may
 * overtake the acknowledgement. What was not delivered in time expires; what was delivered and not answered times out.
 */
export const COMMAND_STEPS = {
  send: { from: ['queued', 'sent'], to: 'sent' },
  deliver: { from: ['sent'], to: 'delivered' },
  succeed: { from: ['sent', 'delivered'], to: 'succeeded' },
  fail: { from: ['sent', 'delivered'], to: 'failed' },
  expire: { from: ['queued', 'sent'], to: 'expired' },
  'time-out': { from: ['delivered'], to: 'timed-out' },
  cancel: { from: ['queued'], to: 'cancelled' },
} as const satisfies Record<string, CommandStep>;
export type CommandStepName = keyof typeof COMMAND_STEPS;

/** Where the step leads from this state, `null` where it may not be taken. */
export function stepped(state: CommandState, step: CommandStepName): CommandState | null {
  const { from, to }: CommandStep = COMMAND_STEPS[step];
  return from.includes(state) ? to : null;
}

const OPEN: readonly CommandState[] = ['queued', 'sent', 'delivered'];

/** Something is still to come of it; every other state is final. */
export const isOpenCommand = (state: CommandState): boolean => OPEN.includes(state);
