// What a person does with an alert: acknowledge, assign, comment, shelve, resolve. Each is kept with who, when and why, and
// told in the event log; resolving also ends the episode in the predictor's state, which follows that event.
import type { Alert, AlertAction } from '../contracts/http/alerts.ts';
import { Problem } from '../contracts/problems.ts';
import { isoOf, type Clock, type EpochMs } from '../contracts/time.ts';
import type { AlertState } from '../contracts/work-order-states.ts';
import type { Database, Transaction } from '../db/database.ts';
import { appendEvent } from '../db/event-log.ts';
import { writeChange } from './alert-store.ts';
import type { AlertReads } from './alerts.ts';

export interface AlertChangeCommand {
  id: number;
  actor: string;
  /** May lie in the past (back-dated entry); absent: now. */
  at?: string;
  note?: string;
  assignee?: string;
  until?: string;
  /** Refused with `out-of-date` when the alert has another revision by now. */
  revision?: number;
}
export type AlertCommands = Readonly<Record<AlertAction, (command: AlertChangeCommand) => Promise<Alert>>>;

interface AlertRow {
  state: AlertState;
  raised_at: Date;
  revision: number;
  device: string;
}

/** Columns an action sets, or a Problem that says why not. */
type Decide = (
  command: AlertChangeCommand,
  atMs: EpochMs,
) => Partial<{ state: AlertState; assignee: string; shelvedUntil: Date }>;

const FUTURE_TOLERANCE_MS = 60_000;
const isEnded = (state: AlertState): boolean => state === 'resolved' || state === 'closed';

/** From these states only; a comment is always welcome. */
const ALLOWED: Readonly<Record<AlertAction, (state: AlertState) => boolean>> = {
  acknowledge: (state) => state === 'open',
  assign: (state) => !isEnded(state),
  comment: () => true,
  shelve: (state) => !isEnded(state),
  resolve: (state) => !isEnded(state),
};

const DECIDE: Readonly<Record<AlertAction, Decide>> = {
  acknowledge: () => ({ state: 'acknowledged' }),
  assign: ({ assignee }) => ({ assignee: required(assignee, 'assignee: say who takes it') }),
  comment: ({ note }) => {
    required(note, 'note: a comment needs words');
    return {};
  },
  shelve: ({ note, until }, atMs) => {
    required(note, 'note: say why it can wait');
    const untilMs = Date.parse(required(until, 'until: say until when it can wait'));
    if (!(untilMs > atMs)) throw new Problem('refused', 'until: must be later than the entry itself');
    return { shelvedUntil: new Date(untilMs) };
  },
  resolve: () => ({ state: 'resolved' }),
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
  return {
    acknowledge: run('acknowledge'),
    assign: run('assign'),
    comment: run('comment'),
    shelve: run('shelve'),
    resolve: run('resolve'),
  };
}

const notFound = (id: number): Problem => new Problem('not-found', `There is no alert ${id}`);

async function change(tx: Transaction, action: AlertAction, command: AlertChangeCommand, atMs: EpochMs): Promise<void> {
  const { rows } = await tx.query<AlertRow>(
    `SELECT a.state, a.raised_at, a.revision, d.code AS device FROM alert a JOIN device d ON d.id = a.device_id
     WHERE a.id = $1 FOR UPDATE OF a`,
    [command.id],
  );
  const alert = rows[0];
  if (alert === undefined) throw notFound(command.id);
  check(action, command, alert, atMs);
  const { state, assignee, shelvedUntil } = DECIDE[action](command, atMs);
  await tx.query(
    `UPDATE alert SET revision = revision + 1, state = coalesce($2, state), assignee = coalesce($3, assignee),
       shelved_until = coalesce($4, shelved_until) WHERE id = $1`,
    [command.id, state ?? null, assignee ?? null, shelvedUntil ?? null],
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
  if (!ALLOWED[action](alert.state)) {
    throw new Problem('transition-refused', `${action} is not possible while the alert is ${alert.state}`, {
      state: alert.state,
    });
  }
  if (atMs < alert.raised_at.getTime()) throw new Problem('refused', 'at: must not lie before the alert was raised');
}

/** Who it was given to or until when it waits is part of the history's note. */
function noteOf(action: AlertAction, { note, assignee, until }: AlertChangeCommand): string | null {
  const fact = action === 'assign' ? assignee : action === 'shelve' ? until : undefined;
  return [fact, note].filter((part) => part !== undefined && part !== '').join(': ') || null;
}
