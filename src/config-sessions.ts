// The settings of the limits of MQTT sessions, retained messages and queues.
import { DEFAULT_SESSION_LIMITS, type SessionLimits } from './broker/persistence/limits.ts';
import { type LimitSettings, limitSettings } from './config-limits.ts';

const MIB = 1024 * 1024;

const SETTINGS: LimitSettings<SessionLimits> = {
  maxSessions: {
    env: 'STETHOS_SESSION_MAX',
    description: 'Sessions that outlive their connection (clean session 0); one more is refused at CONNECT',
    unit: 'sessions',
    minimum: 1,
    maximum: 1_000_000,
  },
  maxQueued: {
    env: 'STETHOS_SESSION_MAX_QUEUED',
    description: 'Messages that wait for one session; a further one is not queued for it',
    unit: 'messages',
    minimum: 1,
    maximum: 50_000,
  },
  maxQueuedBytes: {
    env: 'STETHOS_SESSION_MAX_QUEUED_BYTES',
    description: 'Their payloads together',
    unit: 'bytes',
    minimum: MIB,
    maximum: 4096 * MIB,
  },
  maxUnacknowledged: {
    env: 'STETHOS_SESSION_MAX_UNACKNOWLEDGED',
    description: 'Messages sent to one client that it has not acknowledged yet; the next ones wait',
    unit: 'messages',
    minimum: 1,
    maximum: 10_000,
  },
  maxHeldBytes: {
    env: 'STETHOS_SESSION_MAX_HELD_BYTES',
    description: 'Payloads held in memory for all clients; beyond it stored queues are read one by one',
    unit: 'bytes',
    minimum: MIB,
    maximum: 4096 * MIB,
  },
  maxRetained: {
    env: 'STETHOS_SESSION_MAX_RETAINED',
    description: 'Retained messages; on one more topic a message is not retained',
    unit: 'messages',
    minimum: 1,
    maximum: 10_000_000,
  },
  maxRetainedBytes: {
    env: 'STETHOS_SESSION_MAX_RETAINED_BYTES',
    description: 'Their payloads together, which are in memory',
    unit: 'bytes',
    minimum: MIB,
    maximum: 4096 * MIB,
  },
  expiryHours: {
    env: 'STETHOS_SESSION_EXPIRY_HOURS',
    description: 'How long a session is kept after its client went away',
    unit: 'hours',
    minimum: 1,
    maximum: 8_760,
  },
  willDelayMs: {
    env: 'STETHOS_SESSION_WILL_DELAY_MS',
    description: 'How long clients have to return after a restart before the wills they left are published',
    unit: 'ms',
    minimum: 0,
    maximum: 3_600_000,
  },
};

export const SessionLimitSettings = limitSettings(SETTINGS, DEFAULT_SESSION_LIMITS);
