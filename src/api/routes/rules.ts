// Alarm rules: written down, listed, taken out of force. A rule is never edited; a new one takes its place.
import { Type } from 'typebox';
import { PageOf, PageQuery } from '../../contracts/http/page.ts';
import { Code } from '../../contracts/product.ts';
import { NewRule, Rule } from '../../contracts/rules.ts';
import type { Rules } from '../ports.ts';
import { found, IdParams, type Routes } from './route-types.ts';

const RuleQuery = Type.Interface([PageQuery], {
  product: Type.Optional(Code),
  active: Type.Optional(Type.Boolean()),
});

const tags = ['rules'];

export const ruleRoutes: Routes<{ rules: Rules }> = async (app, { rules }) => {
  app.get(
    '/rules',
    {
      config: { permission: 'rules:read' },
      schema: { tags, summary: 'Alarm rules', querystring: RuleQuery, response: { 200: PageOf(Rule) } },
    },
    async (request) => rules.list(request.query),
  );

  app.post(
    '/rules',
    {
      config: { permission: 'rules:write', wholeScope: true },
      schema: { tags, summary: 'Put a rule in force', body: NewRule, response: { 201: Rule } },
    },
    async (request, reply) => {
      const rule = await rules.create(request.body);
      return reply.code(201).header('location', `${app.prefix}/rules/${rule.id}`).send(rule);
    },
  );

  app.get(
    '/rules/:id',
    {
      config: { permission: 'rules:read' },
      schema: { tags, summary: 'One rule', params: IdParams, response: { 200: Rule } },
    },
    async (request) => found(await rules.one(request.params.id), `rule ${request.params.id}`),
  );

  app.post(
    '/rules/:id/deactivate',
    {
      config: { permission: 'rules:write', wholeScope: true },
      schema: { tags, summary: 'Take a rule out of force', params: IdParams, response: { 200: Rule } },
    },
    async (request) => rules.deactivate(request.params.id),
  );
};
