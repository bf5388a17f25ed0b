// The service room: work orders from opening to closing, what is captured on them, and the jobs predictions open by
// themselves.
import type { BaseLogger } from 'pino';
import { EVERYTHING, type Scope } from '../contracts/access.ts';
import type { Page } from '../contracts/http/page.ts';
import type {
  Finding,
  NewCharge,
  NewLabour,
  NewPartUse,
  NewTravel,
  NewWorkOrder,
  TransitionBody,
  WorkOrder,
  WorkOrderDetail,
  WorkOrderQuery,
} from '../contracts/http/work-orders.ts';
import type { Clock } from '../contracts/time.ts';
import { startConsumer } from '../db/consumer.ts';
import type { Database } from '../db/database.ts';
import type { EventLog } from '../db/event-log.ts';
import { recordPart } from './capture-parts.ts';
import { recordCharge, recordFinding, recordLabour, recordTravel } from './capture.ts';
import { listJobs, manyJobs, oneJob } from './job-reads.ts';
import { raisePriority } from './job-priority.ts';
import type { JobCommand } from './job.ts';
import { openJob } from './open-job.ts';
import { openForPrognosis } from './predictive-jobs.ts';
import { transitionJob } from './transition-job.ts';

export interface ServiceOptions {
  database: Database;
  eventLog: EventLog;
  clock: Clock;
  log: BaseLogger;
  /** False in a process that only answers questions and takes commands: it follows no events. */
  isFollowing?: boolean;
}

export interface WorkOrderReads {
  list(query: WorkOrderQuery, scope: Scope): Promise<Page<WorkOrder>>;
  one(id: number, scope: Scope): Promise<WorkOrderDetail | null>;
  many(ids: readonly number[]): Promise<WorkOrder[]>;
}

/** Every command is one transaction with its event; what is refused changes nothing and says why as a Problem. */
export interface WorkOrderCommands {
  open(body: NewWorkOrder, actor: string): Promise<WorkOrder>;
  transition(command: JobCommand, body: TransitionBody): Promise<WorkOrder>;
  recordLabour(command: JobCommand, body: NewLabour): Promise<WorkOrderDetail>;
  recordTravel(command: JobCommand, body: NewTravel): Promise<WorkOrderDetail>;
  recordPart(command: JobCommand, body: NewPartUse): Promise<WorkOrderDetail>;
  recordCharge(command: JobCommand, body: NewCharge): Promise<WorkOrderDetail>;
  recordFinding(command: JobCommand, body: Finding): Promise<WorkOrderDetail>;
}

export interface Service {
  reads: WorkOrderReads;
  commands: WorkOrderCommands;
  /** Resolves when every prognosis in the log now has its job. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

function createCommands(database: Database, clock: Clock): WorkOrderCommands {
  async function detail(id: number): Promise<WorkOrderDetail> {
    const found = await oneJob(database, id, EVERYTHING);
    if (!found) throw new Error(`work order ${id} was changed and is not there`);
    return found;
  }

  type Recording<Body> = (database: Database, clock: Clock, command: JobCommand, body: Body) => Promise<void>;
  const recording =
    <Body>(record: Recording<Body>) =>
    async (command: JobCommand, body: Body): Promise<WorkOrderDetail> => {
      await record(database, clock, command, body);
      return detail(command.workOrderId);
    };

  return {
    async open(body, actor) {
      return (await detail(await openJob(database, clock, body, actor))).workOrder;
    },
    async transition(command, body) {
      await transitionJob(database, clock, command, body);
      return (await detail(command.workOrderId)).workOrder;
    },
    recordLabour: recording(recordLabour),
    recordTravel: recording(recordTravel),
    recordPart: recording(recordPart),
    recordCharge: recording(recordCharge),
    recordFinding: recording(recordFinding),
  };
}

export async function startService(options: ServiceOptions): Promise<Service> {
  const { database, eventLog, clock, log, isFollowing = true } = options;
  const consumer = isFollowing
    ? await startConsumer({
        database,
        eventLog,
        name: 'service',
        types: ['prognosis.triggered', 'alert.enriched'],
        handle: (tx, event) =>
          event.type === 'alert.enriched' ? raisePriority(tx, event) : openForPrognosis(tx, event),
        log,
      })
    : null;
  return {
    reads: {
      list: (query, scope) => listJobs(database, query, scope),
      one: (id, scope) => oneJob(database, id, scope),
      many: (ids) => manyJobs(database, ids),
    },
    commands: createCommands(database, clock),
    idle: async () => consumer?.idle(),
    close: async () => consumer?.close(),
  };
}
