// Work orders: lists, one with everything captured on it, opening and moving. Capturing is in work-order-capture.ts.
import { PageOf } from '../../contracts/http/page.ts';
import {
  NewWorkOrder,
  TransitionBody,
  WorkOrder,
  WorkOrderDetail,
  WorkOrderQuery,
} from '../../contracts/http/work-orders.ts';
import { callerOf } from '../plugins/auth.ts';
import { expectedRevision, sendRecord } from '../plugins/revisions.ts';
import type { Devices, WorkOrderCommands, WorkOrderReads } from '../ports.ts';
import { found, IdParams, type Routes } from './route-types.ts';

interface Ports {
  devices: Devices;
  workOrders: WorkOrderReads;
  workOrderCommands: WorkOrderCommands;
}

const tags = ['work-orders'];

export const workOrderRoutes: Routes<Ports> = async (app, { devices, workOrders, workOrderCommands }) => {
  app.get(
    '/work-orders',
    {
      config: { permission: 'work-orders:read' },
      schema: { tags, summary: 'Work orders', querystring: WorkOrderQuery, response: { 200: PageOf(WorkOrder) } },
    },
    async (request) => workOrders.list(request.query, callerOf(request).scope),
  );

  app.post(
    '/work-orders',
    {
      config: { permission: 'work-orders:write' },
      schema: { tags, summary: 'Open a work order', body: NewWorkOrder, response: { 201: WorkOrder } },
    },
    async (request, reply) => {
      const { email, scope } = callerOf(request);
      found(await devices.one(request.body.device, scope), `device ${request.body.device}`);
      const workOrder = await workOrderCommands.open(request.body, email);
      reply.code(201).header('location', `${app.prefix}/work-orders/${workOrder.id}`);
      return sendRecord(reply, workOrder);
    },
  );

  app.get(
    '/work-orders/:id',
    {
      config: { permission: 'work-orders:read' },
      schema: { tags, summary: 'One work order, whole', params: IdParams, response: { 200: WorkOrderDetail } },
    },
    async (request, reply) => {
      const { id } = request.params;
      const detail = found(await workOrders.one(id, callerOf(request).scope), `work order ${id}`);
      return sendRecord(reply, detail, detail.workOrder);
    },
  );

  app.post(
    '/work-orders/:id/transitions',
    {
      config: { permission: 'work-orders:write' },
      schema: {
        tags,
        summary: 'Move a work order to another state; a refusal names the states that are allowed',
        params: IdParams,
        body: TransitionBody,
        response: { 200: WorkOrder },
      },
    },
    async (request, reply) => {
      const { email: actor, scope } = callerOf(request);
      const { id } = request.params;
      const { workOrder } = found(await workOrders.one(id, scope), `work order ${id}`);
      const command = { workOrderId: workOrder.id, actor, ...expectedRevision(request) };
      return sendRecord(reply, await workOrderCommands.transition(command, request.body));
    },
  );
};
