// Exchange rates by date, which reports in one currency are converted at.
import { ExchangeRate, NewExchangeRate } from '../../contracts/http/exchange-rates.ts';
import { PageOf } from '../../contracts/http/page.ts';
import { callerOf } from '../plugins/auth.ts';
import type { ExchangeRates } from '../ports.ts';
import type { Routes } from './route-types.ts';
import { secondPersonRoutes } from './second-person.ts';

const tags = ['rates'];

export const exchangeRateRoutes: Routes<{ exchangeRates: ExchangeRates }> = async (app, { exchangeRates }) => {
  app.get(
    '/rates/exchange',
    {
      config: { permission: 'costs:read' },
      schema: { tags, summary: 'Exchange rates, newest first, proposals too', response: { 200: PageOf(ExchangeRate) } },
    },
    async () => ({ items: await exchangeRates.list(), next: null }),
  );

  app.post(
    '/rates/exchange',
    {
      config: { permission: 'costs:write', wholeScope: true },
      schema: {
        tags,
        summary: 'Propose an exchange rate from a day on; reports use it once a second person has approved it',
        body: NewExchangeRate,
        response: { 201: ExchangeRate },
      },
    },
    async (request, reply) => {
      const rate = await exchangeRates.create(request.body, callerOf(request).email);
      return reply.code(201).header('location', `${app.prefix}/rates/exchange`).send(rate);
    },
  );

  await app.register(secondPersonRoutes, {
    path: '/rates/exchange',
    name: 'exchange rate',
    tags,
    schema: ExchangeRate,
    proposals: exchangeRates,
  });
};
