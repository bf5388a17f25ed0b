// What devices answer, written in the transaction that makes the message durable. The first reply counts; a repetition
// changes nothing, a late one is kept beside the state it cannot change any more, and one that answers nothing that was
// sent to this device is refused.
import { type CommandState, stepped } from '../../contracts/commands.ts';
import type { EpochMs } from '../../contracts/time.ts';
import type { Transaction } from '../../db/database.ts';
import { tellStep } from './command-rows.ts';

export interface DeviceReply {
  deviceId: number;
  request: string;
  status: 'done' | 'failed';
  /** JSON; of a long one the beginning. */
  result: unknown;
}

/** What is known of the command a reply names. */
export interface Asked {
  deviceId: number;
  state: CommandState;
  attempts: number;
  isAnswered: boolean;
}

/** `settle`: it ends the command; `keep`: it is only noted; `repeated`: known already; `unasked`: not an answer. */
export type Reception = 'settle' | 'keep' | 'repeated' | 'unasked';

export function receive(asked: Asked | undefined, reply: Pick<DeviceReply, 'deviceId' | 'status'>): Reception {
  if (asked?.deviceId !== reply.deviceId || asked.attempts === 0) return 'unasked';
  if (asked.isAnswered) return 'repeated';
  return stepped(asked.state, stepOf(reply)) === null ? 'keep' : 'settle';
}

const stepOf = ({ status }: Pick<DeviceReply, 'status'>) => (status === 'done' ? 'succeed' : 'fail');

interface LockedRow extends Asked {
  id: bigint;
  request: string;
  device: string;
}

async function lockAsked(tx: Transaction, replies: readonly DeviceReply[]): Promise<Map<string, LockedRow>> {
  const { rows } = await tx.prepared<LockedRow>(
    'command-replied-lock',
    `SELECT c.id, c.request, d.code AS device, c.device_id AS "deviceId", c.state, c.attempts,
       c.reply_status IS NOT NULL AS "isAnswered"
     FROM device_command c JOIN device d ON d.id = c.device_id
     WHERE c.request = ANY ($1) ORDER BY c.id FOR UPDATE OF c`,
    [replies.map(({ request }) => request)],
  );
  return new Map(rows.map((row) => [row.request, row]));
}

async function write(tx: Transaction, asked: LockedRow, reply: DeviceReply, atMs: EpochMs): Promise<void> {
  const to = stepped(asked.state, stepOf(reply));
  await tx.prepared(
    'command-replied',
    `UPDATE device_command SET reply_status = $2, reply_at = $3, reply_result = $4, state = coalesce($5, state),
       settled_at = coalesce(settled_at, $3), deadline_at = NULL, delivered_at = coalesce(delivered_at, $3)
     WHERE id = $1`,
    [asked.id, reply.status, new Date(atMs), JSON.stringify(reply.result ?? null), to],
  );
  // A late reply changes no state, and is news all the same for who looks at the command.
  const step = { request: asked.request, device: asked.device, from: asked.state, to: to ?? asked.state };
  tellStep(tx, { ...step, actor: asked.device }, atMs);
  asked.state = to ?? asked.state;
  asked.isAnswered = true;
}

/** For each reply whether it answers something; what does not is for the caller to hold back. */
export async function applyReplies(
  tx: Transaction,
  replies: readonly DeviceReply[],
  atMs: EpochMs,
): Promise<('taken' | 'unasked')[]> {
  const commands = await lockAsked(tx, replies);
  const outcomes: ('taken' | 'unasked')[] = [];
  for (const reply of replies) {
    const asked = commands.get(reply.request);
    const reception = receive(asked, reply);
    if (asked && (reception === 'settle' || reception === 'keep')) await write(tx, asked, reply, atMs);
    outcomes.push(reception === 'unasked' ? 'unasked' : 'taken');
  }
  return outcomes;
}
