// What is captured on a job: labour, travel, parts, charges and the finding. Each answers with the job as it is then.
import type { TSchema } from 'typebox';
import type { Static } from 'typebox';
import {
  Finding,
  NewCharge,
  NewLabour,
  NewPartUse,
  NewTravel,
  WorkOrderDetail,
} from '../../contracts/http/work-orders.ts';
import { callerOf } from '../plugins/auth.ts';
import { expectedRevision, sendRecord } from '../plugins/revisions.ts';
import type { JobCommand, WorkOrderCommands, WorkOrderReads } from '../ports.ts';
import { found, IdParams, type Routes } from './route-types.ts';

interface Ports {
  workOrders: WorkOrderReads;
  workOrderCommands: WorkOrderCommands;
}

interface Capture<Body extends TSchema> {
  path: string;
  summary: string;
  body: Body;
  record: (command: JobCommand, body: Static<Body>) => Promise<WorkOrderDetail>;
}

export const workOrderCaptureRoutes: Routes<Ports> = async (app, { workOrders, workOrderCommands: commands }) => {
  function capture<Body extends TSchema>({ path, summary, body, record }: Capture<Body>): void {
    app.post(
      `/work-orders/:id/${path}`,
      {
        config: { permission: 'work-orders:write' },
        schema: {
          tags: ['work-orders'],
          summary,
          params: IdParams,
          body: body as TSchema,
          response: { 201: WorkOrderDetail },
        },
      },
      async (request, reply) => {
        const { email: actor, scope } = callerOf(request);
        const { id } = request.params;
        const { workOrder } = found(await workOrders.one(id, scope), `work order ${id}`);
        const command = { workOrderId: workOrder.id, actor, ...expectedRevision(request) };
        const detail = await record(command, request.body as Static<Body>);
        reply.code(201).header('location', `${app.prefix}/work-orders/${workOrder.id}`);
        return sendRecord(reply, detail, detail.workOrder);
      },
    );
  }

  capture({
    path: 'labour',
    summary: 'Record a span of work',
    body: NewLabour,
    record: (job, body) => commands.recordLabour(job, body),
  });
  capture({
    path: 'travel',
    summary: 'Record travel',
    body: NewTravel,
    record: (job, body) => commands.recordTravel(job, body),
  });
  capture({
    path: 'parts',
    summary: 'Issue or return parts',
    body: NewPartUse,
    record: (job, body) => commands.recordPart(job, body),
  });
  capture({
    path: 'charges',
    summary: 'Record a charge',
    body: NewCharge,
    record: (job, body) => commands.recordCharge(job, body),
  });
  capture({
    path: 'finding',
    summary: 'Record what was found',
    body: Finding,
    record: (job, body) => commands.recordFinding(job, body),
  });
};
