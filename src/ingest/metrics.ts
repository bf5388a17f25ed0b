// Ingest's figures for Prometheus; counted per batch, not per message.
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

export interface IngestMetrics {
  messages: Counter;
  readings: Counter;
  duplicates: Counter;
  conflicts: Counter;
  quarantined: Counter<'reason'>;
  retries: Counter;
  batchMessages: Histogram;
  commitSeconds: Histogram;
}

export function ingestMetrics(registry: Registry, waiting: () => number): IngestMetrics {
  const registers = [registry];
  const gauge = new Gauge({
    name: 'stethos_ingest_waiting_messages',
    help: 'Messages that wait for their commit',
    registers: [],
    collect() {
      this.set(waiting());
    },
  });
  // Nobody sets it; it asks when it is scraped.
  registry.registerMetric(gauge);
  return {
    messages: new Counter({ name: 'stethos_ingest_messages_total', help: 'Messages made durable', registers }),
    readings: new Counter({
      name: 'stethos_ingest_readings_total',
      help: 'Readings stored for the first time',
      registers,
    }),
    duplicates: new Counter({
      name: 'stethos_ingest_duplicates_total',
      help: 'Readings that were stored before',
      registers,
    }),
    conflicts: new Counter({
      name: 'stethos_ingest_conflicts_total',
      help: 'Readings that came for a key which has another value',
      registers,
    }),
    quarantined: new Counter({
      name: 'stethos_ingest_quarantined_total',
      help: 'Messages held with a reason',
      labelNames: ['reason'],
      registers,
    }),
    retries: new Counter({
      name: 'stethos_ingest_retries_total',
      help: 'Commits that had to be tried again',
      registers,
    }),
    batchMessages: new Histogram({
      name: 'stethos_ingest_batch_messages',
      help: 'Messages in one commit',
      buckets: [1, 10, 50, 100, 200, 500, 1000, 2000],
      registers,
    }),
    commitSeconds: new Histogram({
      name: 'stethos_ingest_commit_seconds',
      help: 'Duration of a commit',
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
      registers,
    }),
  };
}
