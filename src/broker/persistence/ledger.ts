// What the sessions ask of the place that keeps them: to read everything once at the start, to write changes so that
// they outlive a kill, and to read a long queue piece by piece.
import type { EpochMs } from '../../contracts/time.ts';

export type Qos = 0 | 1 | 2;

export interface Message {
  topic: string;
  payload: Buffer;
  qos: Qos;
}

/** A copy of a message for one session. */
export interface QueuedMessage extends Message {
  seq: number;
  /** Sent because of a subscription, not because it was published just now (MQTT-3.3.1-8). */
  isRetained: boolean;
  isReleased: boolean;
}

export interface Will extends Message {
  isRetained: boolean;
}

/** One row as it is to be, or `null` when it is to be gone. */
export type Change =
  | { of: 'session'; clientId: string; row: { disconnectedAtMs: EpochMs | null } | null }
  | { of: 'subscription'; clientId: string; filter: string; row: { qos: Qos } | null }
  | { of: 'queued'; clientId: string; seq: number; row: QueuedMessage | 'released' | null }
  | { of: 'incoming'; clientId: string; packetId: number; row: true | null }
  | { of: 'retained'; topic: string; row: Message | null }
  | { of: 'will'; clientId: string; row: Will | null };

export interface StoredSession {
  clientId: string;
  disconnectedAtMs: EpochMs | null;
  filters: { filter: string; qos: Qos }[];
  incoming: number[];
  queued: { count: number; bytes: number; lastSeq: number };
}

export interface Snapshot {
  sessions: StoredSession[];
  retained: Message[];
  wills: (Will & { clientId: string })[];
}

export interface Ledger {
  load(): Promise<Snapshot>;
  /** Resolves when the changes, and all that were given before them, are kept. All of one call are kept or none. */
  write(changes: readonly Change[]): Promise<void>;
  /** Whether nothing that was given is still on its way. */
  readonly isSettled: boolean;
  /** At most `limit` messages of a session after `seq`, in their order. */
  queuedAfter(clientId: string, seq: number, limit: number): Promise<QueuedMessage[]>;
  close(): Promise<void>;
}
