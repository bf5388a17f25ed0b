// Keeps the quarantine within its limits of age and size: what was decided about goes first, the oldest first, and every
// deletion is counted where people see it.
import { Counter, type Registry } from 'prom-client';
import { type Clock, DAY_MS, type EpochMs } from '../contracts/time.ts';
import type { Database, Transaction } from '../db/database.ts';
import type { MaintenanceJob } from '../db/maintenance.ts';

export interface QuarantineLimits {
  /** Entries somebody decided about are deleted after this, */
  decidedDays: number;
  /** ... the others after this. */
  heldDays: number;
  bytesPerDevice: number;
  bytes: number;
}

export const DEFAULT_QUARANTINE_LIMITS: QuarantineLimits = {
  decidedDays: 30,
  heldDays: 400,
  bytesPerDevice: 32 * 1024 * 1024,
  bytes: 1024 * 1024 * 1024,
};

type Cause = 'age' | 'device-full' | 'full';

/** Discarded before replayed before held, and of these the oldest. */
const ORDER = `array_position(ARRAY['discarded', 'replayed', 'held'], state)`;
/** The newest that fit are kept: what lies beyond, counted from the most worth keeping, is too much. */
const beyond = (by: string): string => `
  SELECT id FROM (
    SELECT id, sum(length(payload)) OVER (${by} ORDER BY ${ORDER} DESC, id DESC) AS kept FROM quarantine
  ) q WHERE kept > $1`;
const BY_CAUSE: Readonly<Record<Cause, string>> = {
  age: `SELECT id FROM quarantine
    WHERE state <> 'held' AND coalesce(decided_at, received_at) < $1::timestamptz OR received_at < $2::timestamptz`,
  'device-full': beyond('PARTITION BY device_code'),
  full: beyond(''),
};

async function trim(tx: Transaction, cause: Cause, values: readonly unknown[], atMs: EpochMs): Promise<number> {
  const at = values.length + 1;
  const { rows } = await tx.query<{ entries: number }>(
    `WITH gone AS (
       DELETE FROM quarantine WHERE id IN (${BY_CAUSE[cause]}) RETURNING device_code, state, length(payload) AS bytes
     )
     INSERT INTO quarantine_trimmed (at, device_code, state, cause, entries, bytes)
     SELECT $${at}::timestamptz, device_code, state, '${cause}', count(*), sum(bytes) FROM gone GROUP BY device_code, state
     RETURNING entries`,
    [...values, new Date(atMs)],
  );
  return rows.reduce((sum, { entries }) => sum + entries, 0);
}

export interface QuarantineUpkeep {
  clock: Clock;
  limits?: QuarantineLimits;
  onTrimmed?: (cause: Cause, entries: number) => void;
}

export function trimmedCounter(metrics: Registry): (cause: Cause, entries: number) => void {
  const counter = new Counter({
    name: 'stethos_quarantine_trimmed_total',
    help: 'Quarantined messages deleted because of their age or the space they take',
    labelNames: ['cause'],
    registers: [metrics],
  });
  return (cause, entries) => counter.inc({ cause }, entries);
}

export const quarantineMaintenance = ({
  clock,
  limits = DEFAULT_QUARANTINE_LIMITS,
  onTrimmed = () => {},
}: QuarantineUpkeep): MaintenanceJob[] => [
  {
    name: 'trim-quarantine',
    schedule: '*/5 * * * *',
    async run(database: Database) {
      const nowMs = clock.now();
      const agoDays = (days: number): Date => new Date(nowMs - days * DAY_MS);
      const steps: readonly (readonly [Cause, readonly unknown[]])[] = [
        ['age', [agoDays(limits.decidedDays), agoDays(limits.heldDays)]],
        ['device-full', [limits.bytesPerDevice]],
        ['full', [limits.bytes]],
      ];
      let entries = 0;
      for (const [cause, values] of steps) {
        const gone = await database.transaction((tx) => trim(tx, cause, values, nowMs));
        if (gone > 0) onTrimmed(cause, gone);
        entries += gone;
      }
      return `${entries} entries deleted`;
    },
  },
];
