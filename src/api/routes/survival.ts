// How long components of a product live, by cohort.
import { Type } from 'typebox';
import { ProductSurvival } from '../../contracts/http/survival.ts';
import { Code } from '../../contracts/product.ts';
import type { SurvivalReads } from '../ports.ts';
import type { Routes } from './route-types.ts';

export const survivalRoutes: Routes<{ survival: SurvivalReads }> = async (app, { survival }) => {
  app.get(
    '/products/:code/survival',
    {
      config: { permission: 'models:read' },
      schema: {
        tags: ['models'],
        summary: 'Weibull and product-limit survival of each component, for the product and its cohorts',
        params: Type.Object({ code: Code }),
        response: { 200: ProductSurvival },
      },
    },
    async (request) => survival.survival(request.params.code),
  );
};
