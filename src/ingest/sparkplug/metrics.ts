// What Sparkplug nodes cost and lack, for Prometheus.
import { Counter, type Registry } from 'prom-client';

export interface SparkplugMetrics {
  rebirths: Counter;
  waitingFull: Counter;
}

export function sparkplugMetrics(registry: Registry): SparkplugMetrics {
  const registers = [registry];
  return {
    rebirths: new Counter({
      name: 'stethos_sparkplug_rebirths_total',
      help: 'Edge nodes asked to say everything again',
      registers,
    }),
    waitingFull: new Counter({
      name: 'stethos_sparkplug_waiting_full_total',
      help: 'Messages that are held without a birth, beyond those that are replayed by themselves',
      registers,
    }),
  };
}
