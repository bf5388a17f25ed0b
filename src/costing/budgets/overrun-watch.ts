// Looks at budgets from time to time, and soon after one is put in force: cost that comes, and months that go by, change what is
// expected of them.
import { setTimeout as sleep } from 'node:timers/promises';
import type { BaseLogger } from 'pino';
import type { EventLog } from '../../db/event-log.ts';

/** Expectations move by the day, not by the second; each look forecasts every part of a budget. */
export const LOOK_EVERY_MS = 10 * 60_000;
/** A start has more urgent things to do. */
const FIRST_LOOK_MS = 60_000;

export interface OverrunWatch {
  close(): Promise<void>;
}

export interface OverrunWatchOptions {
  eventLog: EventLog;
  look: () => Promise<number>;
  log: BaseLogger;
}

export function startOverrunWatch({ eventLog, look, log }: OverrunWatchOptions): OverrunWatch {
  const stop = new AbortController();
  let pause = new AbortController();
  let isWoken = false;

  async function rest(ms: number): Promise<void> {
    pause = new AbortController();
    if (!isWoken) await sleep(ms, undefined, { signal: pause.signal, ref: false }).catch(() => {});
    isWoken = false;
  }
  async function run(): Promise<void> {
    await rest(FIRST_LOOK_MS);
    while (!stop.signal.aborted) {
      await look().catch((error: unknown) => {
        log.warn({ error }, 'budgets could not be looked at; they are at the next round');
      });
      if (!stop.signal.aborted) await rest(LOOK_EVERY_MS);
    }
  }

  const unsubscribe = eventLog.subscribe((events) => {
    if (!events.some(({ type, payload }) => type === 'registry.changed' && payload.resource === 'budget')) return;
    isWoken = true;
    pause.abort();
  });
  const running = run();
  return {
    async close() {
      unsubscribe();
      stop.abort();
      pause.abort();
      await running;
    },
  };
}
