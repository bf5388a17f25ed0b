// What a person does with an alert, by the table of its steps. Each is kept with who, when and why, and told in the event log;
// resolving also ends the episode in the predictor's state, which follows that event.
import { ALERT_ACTIONS, type AlertAction, ALERT_STEPS, mayAct, possibleActions } from '../contracts/alert-steps.ts';
import type { Alert, AlertCommand } from '../contracts/http/alerts.ts';
import { Problem } from '../contracts/problems.ts';
import { isoOf, type Clock, type EpochMs } from '../contracts/time.ts';
import type { AlertState } from '../contracts/work-order-states.ts';
import type { Database, Transaction } from '../db/database.ts';
import { appendEvent } from '../db/event-log.ts';
import { writeChange } from './alert-store.ts';
import type { AlertReads } from './alerts.ts';

/** `at` may lie in the past (back-dated entry); absent: now. */
export interface AlertChangeCommand extends AlertCommand {
  id: number;
  actor: string;
  /** Refused with `out-of-date` when the alert has another revision by now. */
  revision?: number;
}
export type AlertCommands = Readonly<Record<AlertAction, (command: AlertChangeCommand) => Promise<Alert>>>;

interface AlertRow {
  state: AlertState;
  raised_at: Date;
  cleared_at: Date | null;
  shelved_until: Date | null;
  revision: number;
  device: string;
}

/** Columns an action sets beside the state, or a Problem that says what it lacks; `null` empties one. */
type Decide = (command: AlertChangeCommand, atMs: EpochMs) => Record<string, string | Date | null>;

const FUTURE_TOLERANCE_MS = 60_000;

const DECIDE: Readonly<Record<AlertAction, Decide>> = {
  acknowledge: () => ({}),
  assign: ({ assignee }) => ({ assignee: required(assignee, 'assignee: say who takes it') }),
  comment: ({ note }) => {
    required(note, 'note: a comment needs words');
    return {};
  },
  shelve: ({ note, until }, atMs) => {
    required(note, 'note: say why it can wait');
    const untilMs = Date.parse(required(until, 'until: say until when it can wait'));
    if (!(untilMs > atMs)) throw new Problem('refused', 'until: must be later than the entry itself');
    return { shelved_until: new Date(untilMs) };
  },
  unshelve: () => ({ shelved_until: null }),
  resolve: ({ resolution }) => ({ resolution: resolution ?? null, shelved_until: null }),
  close: () => ({ shelved_until: null }),
};

function required(value: string | undefined, message: string): string {
  if (value === undefined || value.trim() === '') throw new Problem('validation-failed', message);
  return value;
}

export interface AlertCommandsOptions {
  database: Database;
  reads: AlertReads;
  clock: Clock;
}

export function createAlertCommands({ database, reads, clock }: AlertCommandsOptions): AlertCommands {
  const run = (action: AlertAction) => async (command: AlertChangeCommand) => {
    const nowMs = clock.now();
    const atMs = command.at === undefined ? nowMs : Date.parse(command.at);
    if (atMs > nowMs + FUTURE_TOLERANCE_MS) throw new Problem('refused', 'at: must not lie in the future');
    await database.transaction((tx) => change(tx, action, command, atMs));
    const alert = (await reads.many([command.id]))[0];
    if (alert === undefined) throw notFound(command.id);
    return alert;
  };
  return Object.fromEntries(ALERT_ACTIONS.map((action) => [action, run(action)])) as unknown as AlertCommands;
}

const notFound = (id: number): Problem => new Problem('not-found', `There is no alert ${id}`);

async function change(tx: Transaction, action: AlertAction, command: AlertChangeCommand, atMs: EpochMs): Promise<void> {
  const { rows } = await tx.query<AlertRow>(
    `SELECT a.state, a.raised_at, a.cleared_at, a.shelved_until, a.revision, d.code AS device
     FROM alert a JOIN device d ON d.id = a.device_id WHERE a.id = $1 FOR UPDATE OF a`,
    [command.id],
  );
  const alert = rows[0];
  if (alert === undefined) throw notFound(command.id);
  check(action, command, alert, atMs);
  const columns = Object.entries({ state: ALERT_STEPS[action].to ?? alert.state, ...DECIDE[action](command, atMs) });
  await tx.query(
    `UPDATE alert SET revision = revision + 1, ${columns.map(([name], index) => `${name} = $${index + 2}`).join(', ')}
     WHERE id = $1`,
    [command.id, ...columns.map(([, value]) => value)],
  );
  const { id: alertId, actor } = command;
  await writeChange(tx, { alertId, atMs, actor, change: action, note: noteOf(action, command) });
  appendEvent(tx, {
    type: 'alert.changed',
    at: isoOf(atMs),
    payload: { alertId, device: alert.device, change: action, actor },
  });
}

function check(action: AlertAction, command: AlertChangeCommand, alert: AlertRow, atMs: EpochMs): void {
  if (command.revision !== undefined && command.revision !== alert.revision) {
    throw new Problem('out-of-date', `alert ${command.id} is at revision ${alert.revision} by now; read it again`);
  }
  const { state } = alert;
  const handled = { state, isCleared: alert.cleared_at !== null, isShelved: alert.shelved_until !== null };
  if (!mayAct(action, handled)) {
    const allowed = possibleActions(handled);
    const detail = `${action} is not possible while the alert is ${state}; possible now: ${allowed.join(', ')}`;
    throw new Problem('transition-refused', detail, { state, allowed });
  }
  if (atMs < alert.raised_at.getTime()) throw new Problem('refused', 'at: must not lie before the alert was raised');
}

/** Who it was given to, until when it waits or what the cause was is part of the history's note. */
function noteOf(action: AlertAction, { note, assignee, until, resolution }: AlertChangeCommand): string | null {
  const facts: Partial<Record<AlertAction, string | undefined>> = {
    assign: assignee,
    shelve: until,
    resolve: resolution,
  };
  return [facts[action], note].filter((part) => part !== undefined && part !== '').join(': ') || null;
}
