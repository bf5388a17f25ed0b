// Figures of telling people, for Prometheus.
import { Counter, type Registry } from 'prom-client';

export interface NotificationMetrics {
  tries: Counter<'channel' | 'outcome'>;
  suppressed: Counter<'reason'>;
  escalated: Counter<'occasion'>;
}

export function notificationMetrics(registry: Registry): NotificationMetrics {
  const registers = [registry];
  return {
    tries: new Counter({
      name: 'stethos_notification_tries_total',
      help: 'Notifications tried to send: sent, retried, dead (given up), suppressed (no longer wanted)',
      labelNames: ['channel', 'outcome'],
      registers,
    }),
    suppressed: new Counter({
      name: 'stethos_notification_suppressed_total',
      help: 'Times somebody was not told of an alert, by reason; each is kept with the alert',
      labelNames: ['reason'],
      registers,
    }),
    escalated: new Counter({
      name: 'stethos_notification_escalations_total',
      help: 'Levels of escalation told, and repeats',
      labelNames: ['occasion'],
      registers,
    }),
  };
}
