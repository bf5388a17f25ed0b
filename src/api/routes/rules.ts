// Alarm rules: written down in versions, put in force by a second person, taken out of force. A version is never edited; a
// change is a new one.
import { Type } from 'typebox';
import { PageOf, PageQuery } from '../../contracts/http/page.ts';
import { Code } from '../../contracts/product.ts';
import { NewRule, Rule, RuleActivation, RuleChange, RuleDeactivation, RuleVersion } from '../../contracts/rules.ts';
import { callerOf } from '../plugins/auth.ts';
import { expectedRevision, requireMatch, revisionOf, sendRecord } from '../plugins/revisions.ts';
import type { Rules } from '../ports.ts';
import { found, IdParams, type Routes } from './route-types.ts';

const RuleQuery = Type.Interface([PageQuery], {
  product: Type.Optional(Code),
  active: Type.Optional(Type.Boolean()),
});

const tags = ['rules'];

export const ruleRoutes: Routes<{ rules: Rules }> = async (app, { rules }) => {
  const read = async (id: number): Promise<Rule> => found(await rules.one(id), `rule ${id}`);

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
      schema: {
        tags,
        summary: 'Write a rule; it counts once a second person has activated it',
        body: NewRule,
        response: { 201: Rule },
      },
    },
    async (request, reply) => {
      const rule = await rules.create(request.body, callerOf(request).email);
      return sendRecord(reply.code(201).header('location', `${app.prefix}/rules/${rule.id}`), rule);
    },
  );

  app.get(
    '/rules/:id',
    {
      config: { permission: 'rules:read' },
      schema: { tags, summary: 'One rule', params: IdParams, response: { 200: Rule } },
    },
    async (request, reply) => sendRecord(reply, await read(request.params.id)),
  );

  app.patch(
    '/rules/:id',
    {
      config: { permission: 'rules:write', wholeScope: true },
      schema: {
        tags,
        summary: 'Change a rule: a new version, which counts once a second person has activated it',
        params: IdParams,
        body: RuleChange,
        response: { 200: Rule },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const rule = await read(id);
      requireMatch(request, rule);
      const edit = { id, actor: callerOf(request).email, revision: revisionOf(request, rule) };
      return sendRecord(reply, await rules.change(edit, request.body));
    },
  );

  app.get(
    '/rules/:id/versions',
    {
      config: { permission: 'rules:read' },
      schema: {
        tags,
        summary: 'Every version of a rule, newest first, with who put it in force when and why',
        params: IdParams,
        response: { 200: Type.Object({ items: Type.Array(RuleVersion) }) },
      },
    },
    async (request) => ({ items: await rules.versions(request.params.id) }),
  );

  app.post(
    '/rules/:id/activate',
    {
      config: { permission: 'rules:approve', wholeScope: true },
      preValidation: async (request) => {
        request.body ??= {};
      },
      schema: {
        tags,
        summary: 'Put a version in force, in shadow (recorded, alerts nobody) or active; not by its author',
        params: IdParams,
        body: RuleActivation,
        response: { 200: Rule },
      },
    },
    async (request, reply) => {
      const edit = { id: request.params.id, actor: callerOf(request).email, ...expectedRevision(request) };
      return sendRecord(reply, await rules.activate(edit, request.body));
    },
  );

  app.post(
    '/rules/:id/deactivate',
    {
      config: { permission: 'rules:write', wholeScope: true },
      preValidation: async (request) => {
        request.body ??= {};
      },
      schema: {
        tags,
        summary: 'Take a rule out of force',
        params: IdParams,
        body: RuleDeactivation,
        response: { 200: Rule },
      },
    },
    async (request, reply) => {
      const edit = { id: request.params.id, actor: callerOf(request).email, ...expectedRevision(request) };
      return sendRecord(reply, await rules.deactivate(edit, request.body.note));
    },
  );
};
