// Remote commands: what is asked for and what is read back.
import { Type, type Static } from 'typebox';
import { COMMAND_STATES } from '../commands.ts';
import { Code } from '../product.ts';
import { Text, WORDS_PATTERN } from '../text.ts';
import { Choice, Instant, Nullable, PageQuery } from './page.ts';

const Reason = Type.String({ minLength: 1, maxLength: 500, pattern: WORDS_PATTERN });

export const NewCommand = Type.Object({
  /** One of the device's catalogue. */
  name: Type.String({ minLength: 1, maxLength: 64 }),
  args: Type.Optional(Type.Record(Type.String({ maxLength: 64 }), Type.Unknown())),
  /** Why: kept with the command for good. */
  reason: Reason,
  /** How long it may wait to be delivered; absent: as the catalogue says. */
  expiresInS: Type.Optional(Type.Integer({ minimum: 1, maximum: 2_592_000 })),
  /** Goes through although the device says that it is in use. */
  confirm: Type.Optional(Type.Boolean()),
});
export type NewCommand = Static<typeof NewCommand>;

export const CommandCancellation = Type.Object({ reason: Type.Optional(Reason) });
export type CommandCancellation = Static<typeof CommandCancellation>;

export const RequestId = Type.String({ pattern: '^[a-z0-9]{1,32}$' });

export const CommandQuery = Type.Interface([PageQuery], { state: Type.Optional(Choice(COMMAND_STATES)) });
export type CommandQuery = Static<typeof CommandQuery>;

export const CommandReply = Type.Object({
  status: Choice(['done', 'failed']),
  at: Instant,
  /** As the device sent it; of one that is too long, the beginning. */
  result: Type.Unknown(),
  /** It came after the command had timed out or expired, and changed nothing. */
  isLate: Type.Boolean(),
});
export type CommandReply = Static<typeof CommandReply>;

export const Command = Type.Object({
  /** The request id, as in the topic the device gets it on. */
  request: RequestId,
  device: Code,
  name: Type.String(),
  title: Text,
  args: Type.Record(Type.String(), Type.Unknown()),
  state: Choice(COMMAND_STATES),
  reason: Type.String(),
  requestedBy: Type.String(),
  requestedAt: Instant,
  /** When it expires if it is not delivered by then. */
  expiresAt: Instant,
  /** Times it was sent; more than 1: the device went away before it acknowledged. */
  attempts: Type.Integer(),
  sentAt: Nullable(Instant),
  deliveredAt: Nullable(Instant),
  /** From delivery to the reply. */
  replyWithinS: Type.Integer(),
  /** When its state became final. */
  settledAt: Nullable(Instant),
  reply: Nullable(CommandReply),
  cancelledBy: Nullable(Type.String()),
  cancelReason: Nullable(Type.String()),
});
export type Command = Static<typeof Command>;
