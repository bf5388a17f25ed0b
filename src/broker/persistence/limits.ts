// Every limit of the sessions, with its name and default.
export interface SessionLimits {
  /** Sessions that outlive their connection; one more is refused at CONNECT. */
  maxSessions: number;
  /** Messages that wait for one session, and their bytes; a further one is not queued for it, and counted. */
  maxQueued: number;
  maxQueuedBytes: number;
  /** Messages sent to one client that it has not acknowledged yet. */
  maxUnacknowledged: number;
  /** Payload bytes held in memory for all clients together; beyond it stored queues are read one by one. */
  maxHeldBytes: number;
  /** Retained messages and their bytes; one on a further topic is delivered, but not retained, and counted. */
  maxRetained: number;
  maxRetainedBytes: number;
  /** How long a session is kept after its client went away. */
  expiryHours: number;
  /** How long clients have to return after a restart before the wills they left are published. */
  willDelayMs: number;
}

export const DEFAULT_SESSION_LIMITS: SessionLimits = {
  maxSessions: 20_000,
  maxQueued: 1_000,
  maxQueuedBytes: 16 * 1024 * 1024,
  maxUnacknowledged: 20,
  maxHeldBytes: 128 * 1024 * 1024,
  maxRetained: 100_000,
  maxRetainedBytes: 64 * 1024 * 1024,
  expiryHours: 7 * 24,
  willDelayMs: 60_000,
};

/** What one client may leave unread; the broker's limits, since its connection is held to them as well. */
export interface ReadingLimits {
  /** Bytes written to it that it has not read; beyond it QoS 0 is dropped. */
  maxUnreadBytes: number;
  /** How long; then it is cut. */
  maxUnreadMs: number;
}
