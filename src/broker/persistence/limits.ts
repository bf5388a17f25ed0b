// Every limit of the sessions, with its name and default.
import { DAY_MS } from '../../contracts/time.ts';

export interface SessionLimits {
  /** Sessions that outlive their connection; one more is refused at CONNECT. */
  maxSessions: number;
  /** Messages that wait for one session, and their bytes; a further one is not queued for it, and counted. */
  maxQueued: number;
  maxQueuedBytes: number;
  /** Messages sent to one client that it has not acknowledged yet. */
  maxUnacknowledged: number;
  /** Bytes written to one client that it has not read yet; beyond it QoS 0 is dropped and the rest waits. */
  maxUnreadBytes: number;
  /** How long a client may leave what was written to it unread; then it is cut. */
  maxUnreadMs: number;
  /** Payload bytes held in memory for all clients together; beyond it stored queues are read one by one. */
  maxHeldBytes: number;
  /** Retained messages and their bytes; one on a further topic is delivered, but not retained, and counted. */
  maxRetained: number;
  maxRetainedBytes: number;
  /** How long a session is kept after its client went away. */
  expiryMs: number;
  /** How long clients have to return after a restart before the wills they left are published. */
  willDelayMs: number;
}

export const DEFAULT_SESSION_LIMITS: SessionLimits = {
  maxSessions: 20_000,
  maxQueued: 1_000,
  maxQueuedBytes: 16 * 1024 * 1024,
  maxUnacknowledged: 20,
  maxUnreadBytes: 1024 * 1024,
  maxUnreadMs: 60_000,
  maxHeldBytes: 128 * 1024 * 1024,
  maxRetained: 100_000,
  maxRetainedBytes: 64 * 1024 * 1024,
  expiryMs: 7 * DAY_MS,
  willDelayMs: 60_000,
};
