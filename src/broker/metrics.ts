// The broker's figures for Prometheus.
import { Counter, Gauge, type Registry } from 'prom-client';

export interface BrokerMetrics {
  messages: Counter;
  acknowledged: Counter;
  refused: Counter<'reason'>;
  gateShut: Counter;
}

export function brokerMetrics(registry: Registry, connected: () => number): BrokerMetrics {
  const registers = [registry];
  const gauge = new Gauge({
    name: 'stethos_broker_connections',
    help: 'Open connections, signed in or not',
    registers: [],
    collect() {
      this.set(connected());
    },
  });
  // Nobody sets it; it asks when it is scraped.
  registry.registerMetric(gauge);
  return {
    messages: new Counter({ name: 'stethos_broker_messages_total', help: 'Publishes received', registers }),
    acknowledged: new Counter({
      name: 'stethos_broker_acknowledged_total',
      help: 'Publishes that were made durable',
      registers,
    }),
    refused: new Counter({
      name: 'stethos_broker_refused_total',
      help: 'Connections, publishes and subscriptions refused',
      labelNames: ['reason'],
      registers,
    }),
    gateShut: new Counter({
      name: 'stethos_broker_intake_stopped_total',
      help: 'Times reading stopped because too much waited for its commit',
      registers,
    }),
  };
}
