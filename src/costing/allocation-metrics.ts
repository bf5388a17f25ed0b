// Counters for Prometheus of what the provisional allocation forgets to stay within its limits: it is read again when it is
// needed, so that it costs time and nothing else.
import { Counter, type Registry } from 'prom-client';

export interface AllocationLimits {
  /** The book of receivers was full and begun anew. */
  onBookFull: () => void;
  /** A period was let go, because others are newer in use. */
  onPeriodForgotten: () => void;
}

export function allocationLimits(registry: Registry | undefined): AllocationLimits {
  if (!registry) return { onBookFull: () => {}, onPeriodForgotten: () => {} };
  const counter = (name: string, help: string): (() => void) => {
    const made = new Counter({ name: `stethos_costing_allocation_${name}_total`, help, registers: [registry] });
    return () => made.inc();
  };
  return {
    onBookFull: counter('books_full', 'Times the book of receivers was full and read anew'),
    onPeriodForgotten: counter('periods_forgotten', 'Periods whose drivers were let go from memory to make room'),
  };
}
