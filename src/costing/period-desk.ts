// Posting periods as the rest of the house sees them: what stands in the way of closing one, and its steps by two people.
import type { BaseLogger } from 'pino';
import type { CloseRequest, PeriodDetail, PostingPeriod, ReopenRequest } from '../contracts/http/periods.ts';
import { type Clock, isoOf, type Period } from '../contracts/time.ts';
import type { Database } from '../db/database.ts';
import { approveStep, type PeriodAct, startClose, startReopening, withdrawStep } from './period-close.ts';
import { listPeriods, readPeriod } from './period-steps.ts';

export interface Periods {
  list(): Promise<PostingPeriod[]>;
  one(period: Period): Promise<PeriodDetail>;
  /** Asks for the close; a second person approves. */
  close(period: Period, request: CloseRequest, actor: string): Promise<PostingPeriod>;
  /** Asks for a closed period to be open again; a second person approves. */
  reopen(period: Period, request: ReopenRequest, actor: string): Promise<PostingPeriod>;
  /** Carries out what somebody else asked for. */
  approve(period: Period, actor: string): Promise<PostingPeriod>;
  /** Takes back what was asked for and nobody approved yet. */
  withdraw(period: Period, actor: string): Promise<PostingPeriod>;
}

export interface PeriodDeskOptions {
  database: Database;
  clock: Clock;
  log: BaseLogger;
  consumer: string;
}

export function createPeriodDesk({ database, clock, log, consumer }: PeriodDeskOptions): Periods {
  const act = (period: Period, actor: string): PeriodAct => ({ period, actor, at: isoOf(clock.now()), consumer });
  const told = (done: PostingPeriod, actor: string): PostingPeriod => {
    log.info({ ...done, actor }, 'a posting period changed its state');
    return done;
  };
  return {
    list: () => listPeriods(database),
    one: (period) => readPeriod(database, period, consumer),
    close: async (period, request, actor) => told(await startClose(database, act(period, actor), request), actor),
    reopen: async (period, { reason }, actor) =>
      told(await startReopening(database, act(period, actor), reason), actor),
    approve: async (period, actor) => told(await approveStep(database, act(period, actor)), actor),
    withdraw: async (period, actor) => told(await withdrawStep(database, act(period, actor)), actor),
  };
}
