// The predictor's figures for Prometheus.
import { Counter, Gauge, type Registry } from 'prom-client';

export interface PredictorMetrics {
  readings: Counter;
  replayed: Counter;
  effects: Counter<'kind'>;
  overflows: Counter;
  lostRaces: Counter;
  failures: Counter;
}

export function predictorMetrics(registry: Registry, waiting: () => number, inMemory: () => number): PredictorMetrics {
  const registers = [registry];
  const counter = (name: string, help: string): Counter =>
    new Counter({ name: `stethos_predictor_${name}`, help, registers });
  const gauge = (name: string, help: string, ask: () => number): Gauge =>
    new Gauge({
      name: `stethos_predictor_${name}`,
      help,
      registers,
      // Asked when scraped.
      collect() {
        this.set(ask());
      },
    });
  gauge('waiting_readings', 'Committed readings that wait to be judged', waiting);
  gauge('devices_in_memory', 'Devices whose state is in memory', inMemory);
  return {
    readings: counter('readings_total', 'Readings judged'),
    replayed: counter('replayed_readings_total', 'Readings judged from the database'),
    effects: new Counter({
      name: 'stethos_predictor_effects_total',
      help: 'What judging led to',
      labelNames: ['kind'],
      registers,
    }),
    overflows: counter('inbox_overflows_total', 'Times a device was left to be read from the database'),
    lostRaces: counter('lost_races_total', 'Times a stored state turned out to be newer'),
    failures: counter('failures_total', 'Times a device could not be judged and is tried again'),
  };
}
