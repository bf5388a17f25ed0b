// Labour and travel rates by date: proposed by one person, used once another has approved them.
import { PageOf } from '../../contracts/http/page.ts';
import { NewRate, Rate } from '../../contracts/http/rates.ts';
import { callerOf } from '../plugins/auth.ts';
import type { Rates } from '../ports.ts';
import type { Routes } from './route-types.ts';
import { secondPersonRoutes } from './second-person.ts';

const tags = ['rates'];

export const rateRoutes: Routes<{ rates: Rates }> = async (app, { rates }) => {
  app.get(
    '/rates',
    {
      config: { permission: 'costs:read', wholeScope: true },
      schema: { tags, summary: 'Labour and travel rates, proposals too', response: { 200: PageOf(Rate) } },
    },
    async () => ({ items: await rates.list(), next: null }),
  );

  app.post(
    '/rates',
    {
      config: { permission: 'costs:write', wholeScope: true },
      schema: {
        tags,
        summary: 'Propose a rate from a date on; work is costed with it once a second person has approved it',
        body: NewRate,
        response: { 201: Rate },
      },
    },
    async (request, reply) => {
      const rate = await rates.create(request.body, callerOf(request).email);
      return reply.code(201).header('location', `${app.prefix}/rates`).send(rate);
    },
  );

  await app.register(secondPersonRoutes, { path: '/rates', name: 'rate', tags, schema: Rate, proposals: rates });
};
