// Amendments of a contract: other terms from a day on.
import { Type } from 'typebox';
import { Amendment, NewAmendment } from '../../contracts/http/contract-terms.ts';
import { callerOf } from '../plugins/auth.ts';
import type { ContractAmendments } from '../ports.ts';
import { CodeParams, type Routes } from './route-types.ts';

const tags = ['contracts'];
const path = '/contracts/:code/amendments';

export const contractAmendmentRoutes: Routes<{ contractAmendments: ContractAmendments }> = async (app, ports) => {
  const { contractAmendments } = ports;

  app.get(
    path,
    {
      config: { permission: 'fleet:read' },
      schema: {
        tags,
        summary: 'Amendments of a contract, oldest first',
        params: CodeParams,
        response: { 200: Type.Array(Amendment) },
      },
    },
    async (request) => contractAmendments.list(request.params.code, callerOf(request).scope),
  );

  app.post(
    path,
    {
      config: { permission: 'registry:write', wholeScope: true },
      schema: {
        tags,
        summary: 'Change terms of a contract from a day on',
        params: CodeParams,
        body: NewAmendment,
        response: { 201: Amendment },
      },
    },
    async (request, reply) => {
      const { code } = request.params;
      const added = await contractAmendments.add(code, request.body, callerOf(request).email);
      return reply.code(201).header('location', `${app.prefix}/contracts/${code}/amendments`).send(added);
    },
  );
};
