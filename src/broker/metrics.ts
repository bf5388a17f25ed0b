// The broker's figures for Prometheus.
import { Counter, Gauge, type Registry } from 'prom-client';

export interface BrokerMetrics {
  refused: Counter<'reason'>;
  /** What was answered, but not at once or not in full. */
  limited: Counter<'limit'>;
  gateShut: Counter;
}

/** Counted as plain numbers, since it happens for every message, and read when scraped. */
export interface BrokerCounts {
  messages: number;
  acknowledged: number;
}

export function brokerMetrics(registry: Registry, counts: BrokerCounts, connected: () => number): BrokerMetrics {
  const registers = [registry];
  const read = (name: string, help: string, value: () => number): void => {
    const collect = function (this: Counter): void {
      this.reset();
      this.inc(value());
    };
    registry.registerMetric(new Counter({ name, help, registers: [], collect }));
  };
  read('stethos_broker_messages_total', 'Publishes received', () => counts.messages);
  read('stethos_broker_acknowledged_total', 'Publishes that were made durable', () => counts.acknowledged);
  const connections = new Gauge({
    name: 'stethos_broker_connections',
    help: 'Open connections, signed in or not',
    registers: [],
    collect() {
      this.set(connected());
    },
  });
  registry.registerMetric(connections);
  return {
    refused: new Counter({
      name: 'stethos_broker_refused_total',
      help: 'Connections, publishes and subscriptions refused',
      labelNames: ['reason'],
      registers,
    }),
    limited: new Counter({
      name: 'stethos_broker_limited_total',
      help: 'Times a connection was held to a limit and kept',
      labelNames: ['limit'],
      registers,
    }),
    gateShut: new Counter({
      name: 'stethos_broker_intake_stopped_total',
      help: 'Times reading stopped because too much waited for its commit',
      registers,
    }),
  };
}
