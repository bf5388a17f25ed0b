// The limits of telling people, each with its default.

export interface NotificationLimits {
  /** How often what is due is looked for, beside being woken by a commit in this process. */
  pollMs: number;
  /** Notifications one worker takes at once, and sends side by side. */
  claimed: number;
  /** How long a worker may take for one before another takes it over. */
  leaseMs: number;
  /** Escalations moved on in one transaction. */
  escalations: number;
  /** Alerts whose last finding is older than this are history: nobody is woken for them. */
  pastMs: number;
  /** Alerts one message names; of the others it tells the number. */
  alertsNamed: number;
  /** How long a mail server or a webhook's receiver may take. */
  sendMs: number;
  /** Sent and suppressed notifications are kept this long. */
  keepDays: number;
}

export const DEFAULT_NOTIFICATION_LIMITS: NotificationLimits = {
  pollMs: 1_000,
  claimed: 8,
  leaseMs: 60_000,
  escalations: 100,
  pastMs: 24 * 3_600_000,
  alertsNamed: 20,
  sendMs: 15_000,
  keepDays: 400,
};
