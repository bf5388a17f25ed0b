// Notifications: what was sent, what a person wants, and who is told of which severity after how long.
import { Type } from 'typebox';
import {
  EscalationPolicy,
  NewPolicy,
  NewTeam,
  Notification,
  NotificationQuery,
  Preference,
  Reachable,
  Team,
  TeamChanges,
} from '../../contracts/http/notifications.ts';
import { Choice, PageOf } from '../../contracts/http/page.ts';
import { SEVERITIES } from '../../contracts/work-order-states.ts';
import { callerOf } from '../plugins/auth.ts';
import { requireMatch, revisionOf, sendRecord } from '../plugins/revisions.ts';
import type { Notifications } from '../ports-notifications.ts';
import { CodeParams, found, IdParams, type Routes } from './route-types.ts';

const tags = ['notifications'];
const reads = { permission: 'notifications:read', wholeScope: true } as const;
const writes = { permission: 'notifications:write', wholeScope: true } as const;
/** Everybody who sees alerts says how to be told of them. */
const own = { permission: 'alerts:read' } as const;
const SeverityParams = Type.Object({ severity: Choice(SEVERITIES) });

export const notificationRoutes: Routes<{ notifications: Notifications }> = async (app, { notifications }) => {
  app.get(
    '/notifications',
    {
      config: reads,
      schema: {
        tags,
        summary: 'Notifications, newest first',
        querystring: NotificationQuery,
        response: { 200: PageOf(Notification) },
      },
    },
    async (request) => notifications.list(request.query),
  );

  app.post(
    '/notifications/:id/resend',
    {
      config: writes,
      schema: {
        tags,
        summary: 'Send one that was given up once more',
        params: IdParams,
        response: { 200: Notification },
      },
    },
    async (request) => notifications.resend(request.params.id),
  );

  app.get(
    '/notifications/recipients',
    {
      config: reads,
      schema: { tags, summary: 'Whom a policy can name, and by what means', response: { 200: Reachable } },
    },
    async () => notifications.reachable(),
  );

  app.get(
    '/notifications/preference',
    { config: own, schema: { tags, summary: 'How the caller is told', response: { 200: Preference } } },
    async (request) => notifications.preference(callerOf(request).userId),
  );

  app.put(
    '/notifications/preference',
    {
      config: own,
      schema: { tags, summary: 'Set how the caller is told', body: Preference, response: { 200: Preference } },
    },
    async (request) => notifications.writePreference(callerOf(request).userId, request.body),
  );

  app.post(
    '/notifications/test',
    {
      config: own,
      schema: { tags, summary: 'Send the caller a test mail', response: { 202: Notification } },
    },
    async (request, reply) => reply.code(202).send(await notifications.test({ userId: callerOf(request).userId })),
  );

  app.get(
    '/notifications/policies',
    {
      config: reads,
      schema: { tags, summary: 'Escalation by severity', response: { 200: Type.Array(EscalationPolicy) } },
    },
    async () => notifications.policies(),
  );

  app.patch(
    '/notifications/policies/:severity',
    {
      config: writes,
      schema: {
        tags,
        summary: 'Set who is told of a severity, and after how long the next',
        params: SeverityParams,
        body: NewPolicy,
        response: { 200: EscalationPolicy },
      },
    },
    async (request, reply) => {
      const { severity } = request.params;
      const current = await notifications.policy(severity);
      requireMatch(request, current);
      const revision = revisionOf(request, current);
      const change = { actor: callerOf(request).email, ...(revision === undefined ? {} : { revision }) };
      return sendRecord(reply, await notifications.writePolicy(severity, request.body, change));
    },
  );

  app.get(
    '/notifications/teams',
    { config: reads, schema: { tags, summary: 'Teams a policy can name', response: { 200: Type.Array(Team) } } },
    async () => notifications.teams(),
  );

  app.post(
    '/notifications/teams',
    { config: writes, schema: { tags, summary: 'Found a team', body: NewTeam, response: { 201: Team } } },
    async (request, reply) => sendRecord(reply.code(201), await notifications.createTeam(request.body)),
  );

  app.patch(
    '/notifications/teams/:code',
    {
      config: writes,
      schema: {
        tags,
        summary: 'Change the name or members of a team',
        params: CodeParams,
        body: TeamChanges,
        response: { 200: Team },
      },
    },
    async (request, reply) => {
      const { code } = request.params;
      const current = found(await notifications.team(code), `team ${code}`);
      requireMatch(request, current);
      return sendRecord(reply, await notifications.changeTeam(code, request.body, revisionOf(request, current)));
    },
  );

  app.delete(
    '/notifications/teams/:code',
    {
      config: writes,
      schema: {
        tags,
        summary: 'Delete a team that no policy names',
        params: CodeParams,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const { code } = request.params;
      const current = found(await notifications.team(code), `team ${code}`);
      requireMatch(request, current);
      await notifications.deleteTeam(code, callerOf(request).email, revisionOf(request, current));
      return reply.code(204).send(null);
    },
  );
};
