// A command as the table holds it and as people see it, and how its steps are told.
import type { CommandState } from '../../contracts/commands.ts';
import type { Command } from '../../contracts/http/commands.ts';
import { type EpochMs, isoOf } from '../../contracts/time.ts';
import type { Transaction } from '../../db/database.ts';
import { appendEvent } from '../../db/event-log.ts';

export interface CommandRow {
  id: bigint;
  request: string;
  device: string;
  name: string;
  title_en: string;
  title_zh: string;
  args: Record<string, unknown>;
  reason: string;
  requested_by: string;
  requested_at: Date;
  expires_at: Date;
  reply_within_s: number;
  state: CommandState;
  attempts: number;
  sent_at: Date | null;
  delivered_at: Date | null;
  settled_at: Date | null;
  reply_status: 'done' | 'failed' | null;
  reply_at: Date | null;
  reply_result: unknown;
  cancelled_by: string | null;
  cancel_reason: string | null;
}

export const SELECT_COMMANDS = `SELECT c.id, c.request, d.code AS device, c.name, c.title_en, c.title_zh, c.args, c.reason,
    c.requested_by, c.requested_at, c.expires_at, c.reply_within_s, c.state, c.attempts, c.sent_at, c.delivered_at,
    c.settled_at, c.reply_status, c.reply_at, c.reply_result, c.cancelled_by, c.cancel_reason
  FROM device_command c JOIN device d ON d.id = c.device_id`;

const iso = (at: Date | null): string | null => at?.toISOString() ?? null;

const LATE_IN: ReadonlySet<CommandState> = new Set(['timed-out', 'expired']);

function replyOf({ state, reply_status, reply_at, reply_result }: CommandRow): Command['reply'] {
  if (reply_status === null || reply_at === null) return null;
  return { status: reply_status, at: reply_at.toISOString(), result: reply_result, isLate: LATE_IN.has(state) };
}

export const toCommand = (row: CommandRow): Command => ({
  request: row.request,
  device: row.device,
  name: row.name,
  title: { en: row.title_en, zh: row.title_zh },
  args: row.args,
  state: row.state,
  reason: row.reason,
  requestedBy: row.requested_by,
  requestedAt: row.requested_at.toISOString(),
  expiresAt: row.expires_at.toISOString(),
  attempts: row.attempts,
  sentAt: iso(row.sent_at),
  deliveredAt: iso(row.delivered_at),
  replyWithinS: row.reply_within_s,
  settledAt: iso(row.settled_at),
  reply: replyOf(row),
  cancelledBy: row.cancelled_by,
  cancelReason: row.cancel_reason,
});

export interface Step {
  request: string;
  device: string;
  from: CommandState;
  to: CommandState;
  /** A person's e-mail, the device itself, or `system`. */
  actor: string;
}

export const tellStep = (tx: Transaction, step: Step, at: EpochMs): void =>
  appendEvent(tx, { type: 'command.transitioned', at: isoOf(at), payload: { ...step } });
