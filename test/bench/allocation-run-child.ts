// The process that the benchmark of the full run measures: it does the run and tells how long it took and the most memory it held.
import { readFileSync } from 'node:fs';
import { runAllocation } from '../../src/costing/allocation-run.ts';
import { createRunMemory } from '../../src/costing/run-memory.ts';
import { openDatabase } from '../../src/db/open.ts';
import { silentLog } from '../support/database.ts';
import { answer } from './child.ts';
import { PERIOD } from './cost-month.ts';

const peakMiB = (): number =>
  Math.round(Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0) / 1024);

answer({
  async run(target: { url?: string; dataDir: string }) {
    const database = await openDatabase({ ...target, log: silentLog() });
    try {
      const startMs = performance.now();
      await database.transaction((tx) =>
        runAllocation(tx, {
          period: PERIOD,
          status: 'final',
          at: `${PERIOD}-31T00:00:00.000Z`,
          reread: 'all',
          memory: createRunMemory(),
        }),
      );
      return { seconds: (performance.now() - startMs) / 1000, peakMiB: peakMiB() };
    } finally {
      await database.close();
    }
  },
});
