// Webhooks that alerts are told to: set up, switched off, given a new secret, tried.
import { Type } from 'typebox';
import {
  NewWebhook,
  Notification,
  Webhook,
  WebhookChanges,
  WebhookWithSecret,
} from '../../contracts/http/notifications.ts';
import { callerOf } from '../plugins/auth.ts';
import { requireMatch, revisionOf, sendRecord } from '../plugins/revisions.ts';
import type { Notifications } from '../ports-notifications.ts';
import { found, IdParams, type Routes } from './route-types.ts';

const tags = ['notifications'];
const reads = { permission: 'notifications:read', wholeScope: true } as const;
const writes = { permission: 'notifications:write', wholeScope: true } as const;
/** An answer that is kept to be repeated would keep the secret. */
const givesSecret = { ...writes, idempotent: false } as const;

export const webhookRoutes: Routes<{ notifications: Notifications }> = async (app, { notifications }) => {
  app.get(
    '/notifications/webhooks',
    { config: reads, schema: { tags, summary: 'Webhooks', response: { 200: Type.Array(Webhook) } } },
    async () => notifications.webhooks(),
  );

  app.post(
    '/notifications/webhooks',
    {
      config: givesSecret,
      schema: {
        tags,
        summary: 'Set up a webhook; its secret is shown this once',
        body: NewWebhook,
        response: { 201: WebhookWithSecret },
      },
    },
    async (request, reply) =>
      reply.code(201).send(await notifications.createWebhook(request.body, callerOf(request).email)),
  );

  app.patch(
    '/notifications/webhooks/:id',
    {
      config: writes,
      schema: {
        tags,
        summary: 'Change a webhook, or switch it off',
        params: IdParams,
        body: WebhookChanges,
        response: { 200: Webhook },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const current = found(await notifications.webhook(id), `webhook ${id}`);
      requireMatch(request, current);
      return sendRecord(reply, await notifications.changeWebhook(id, request.body, revisionOf(request, current)));
    },
  );

  app.delete(
    '/notifications/webhooks/:id',
    {
      config: writes,
      schema: {
        tags,
        summary: 'Delete a webhook that no policy names; what was sent to it is kept',
        params: IdParams,
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const current = found(await notifications.webhook(id), `webhook ${id}`);
      requireMatch(request, current);
      await notifications.deleteWebhook(id, callerOf(request).email, revisionOf(request, current));
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/notifications/webhooks/:id/secret',
    {
      config: givesSecret,
      schema: {
        tags,
        summary: 'Give a webhook a new secret, shown this once; the old one ends',
        params: IdParams,
        response: { 200: WebhookWithSecret },
      },
    },
    async (request) => notifications.rotateSecret(request.params.id),
  );

  app.post(
    '/notifications/webhooks/:id/test',
    {
      config: writes,
      schema: { tags, summary: 'Send a webhook a test', params: IdParams, response: { 202: Notification } },
    },
    async (request, reply) => reply.code(202).send(await notifications.test({ webhookId: request.params.id })),
  );
};
