// The sessions' figures for Prometheus.
import { Counter, Gauge, type Registry } from 'prom-client';

export type Dropped = 'queue-full' | 'slow-subscriber' | 'memory-full' | 'retained-full' | 'sessions-full';

export interface SessionFigures {
  sessions(): number;
  queued(): number;
  retained(): number;
}

export interface SessionMetrics {
  dropped: Counter<'reason'>;
  expired: Counter;
}

export function sessionMetrics(registry: Registry, figures: SessionFigures): SessionMetrics {
  const gauge = (name: string, help: string, value: () => number): void => {
    const collect = function (this: Gauge): void {
      this.set(value());
    };
    registry.registerMetric(new Gauge({ name, help, registers: [], collect }));
  };
  gauge('stethos_broker_sessions', 'Sessions that outlive their connection', () => figures.sessions());
  gauge('stethos_broker_queued_messages', 'Messages that clients have not acknowledged yet', () => figures.queued());
  gauge('stethos_broker_retained_messages', 'Retained messages', () => figures.retained());
  const registers = [registry];
  return {
    dropped: new Counter({
      name: 'stethos_broker_dropped_total',
      help: 'Messages not queued, sent or retained, and sessions refused, because a limit was reached',
      labelNames: ['reason'],
      registers,
    }),
    expired: new Counter({
      name: 'stethos_broker_sessions_expired_total',
      help: 'Sessions ended because their client stayed away',
      registers,
    }),
  };
}
