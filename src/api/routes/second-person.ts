// The routes by which a second person puts in force what somebody proposed, or by which it is withdrawn.
import type { TSchema } from 'typebox';
import { callerOf } from '../plugins/auth.ts';
import type { SecondPerson } from '../ports.ts';
import { IdParams, type Routes } from './route-types.ts';

export interface Proposed {
  /** Where the proposals are: `/rates`. */
  path: string;
  /** What one is called. */
  name: string;
  tags: string[];
  schema: TSchema;
  proposals: SecondPerson<unknown>;
}

export const secondPersonRoutes: Routes<Proposed> = async (app, { path, name, tags, schema, proposals }) => {
  app.post(
    `${path}/:id/approve`,
    {
      config: { permission: 'costs:approve', wholeScope: true },
      schema: {
        tags,
        summary: `Put in force a ${name} that another person proposed`,
        params: IdParams,
        response: { 200: schema },
      },
    },
    async (request) => proposals.approve(request.params.id, callerOf(request).email),
  );

  app.post(
    `${path}/:id/withdraw`,
    {
      config: { permission: 'costs:write', wholeScope: true },
      schema: { tags, summary: `Withdraw a ${name} that waits`, params: IdParams, response: { 200: schema } },
    },
    async (request) => proposals.withdraw(request.params.id, callerOf(request).email),
  );
};
