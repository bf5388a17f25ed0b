// Figures of file imports for Prometheus.
import { Counter, type Registry } from 'prom-client';

export interface ImportMetrics {
  rows: Counter<'outcome'>;
  refusedUploads: Counter;
}

export const importMetrics = (registry: Registry): ImportMetrics => ({
  rows: new Counter({
    name: 'stethos_import_rows_total',
    help: 'Rows of imported files that were handed to ingest, or refused before',
    labelNames: ['outcome'],
    registers: [registry],
  }),
  refusedUploads: new Counter({
    name: 'stethos_import_refused_uploads_total',
    help: 'Uploads that were refused: too large, damaged, no text, or broken off',
    registers: [registry],
  }),
});
