// The figures of the cube for Prometheus.
import { Counter, Gauge, type Registry } from 'prom-client';
import type { CostCube } from './cost-cube.ts';

/** Counts periods that were let go to stay within the limit. */
export function evictionCounter(registry: Registry): () => void {
  const counter = new Counter({
    name: 'stethos_costing_cube_evictions_total',
    help: 'Periods of cost let go from memory to make room for others',
    registers: [registry],
  });
  return () => counter.inc();
}

/** Counts answers that were refused because they would have had more rows than the limit. */
export function refusalCounter(registry: Registry): () => void {
  const counter = new Counter({
    name: 'stethos_costing_summary_refusals_total',
    help: 'Pivots refused for more rows than the limit',
    registers: [registry],
  });
  return () => counter.inc();
}

export function cubeGauges(registry: Registry, cube: CostCube): void {
  const gauge = (name: string, help: string, ask: () => number): Gauge =>
    new Gauge({
      name: `stethos_costing_cube_${name}`,
      help,
      registers: [registry],
      // Asked when scraped.
      collect() {
        this.set(ask());
      },
    });
  gauge('lines', 'Cost lines in memory', () => cube.lines());
  gauge('bytes', 'Memory of their columns', () => cube.bytes());
}
