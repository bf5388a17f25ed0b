// Alert episodes and what a person does with one, or with several at once.
import {
  Alert,
  ALERT_ACTIONS,
  type AlertAction,
  AlertBulk,
  AlertBulkResult,
  AlertCommand,
  AlertDetail,
  AlertQuery,
} from '../../contracts/http/alerts.ts';
import { PageOf } from '../../contracts/http/page.ts';
import { Problem } from '../../contracts/problems.ts';
import { callerOf } from '../plugins/auth.ts';
import { expectedRevision, sendRecord } from '../plugins/revisions.ts';
import type { Notifications } from '../ports-notifications.ts';
import type { AlertCommands, AlertReads } from '../ports.ts';
import { found, IdParams, type Routes } from './route-types.ts';

const tags = ['alerts'];

/** What an action cannot do without. */
const NEEDS: Readonly<Partial<Record<AlertAction, keyof AlertCommand>>> = {
  assign: 'assignee',
  comment: 'note',
  shelve: 'until',
};

function refuseIncomplete(action: AlertAction, body: AlertCommand): void {
  const needed = NEEDS[action];
  if (needed && body[needed] === undefined) {
    throw new Problem('validation-failed', `To ${action} an alert send \`${needed}\``);
  }
}

interface Ports {
  alerts: AlertReads;
  alertCommands: AlertCommands;
  notifications: Pick<Notifications, 'ofAlert'>;
}

export const alertRoutes: Routes<Ports> = async (app, { alerts, alertCommands, notifications }) => {
  app.get(
    '/alerts',
    {
      config: { permission: 'alerts:read' },
      schema: { tags, summary: 'Alert episodes', querystring: AlertQuery, response: { 200: PageOf(Alert) } },
    },
    async (request) => alerts.list(request.query, callerOf(request).scope),
  );

  app.get(
    '/alerts/:id',
    {
      config: { permission: 'alerts:read' },
      schema: {
        tags,
        summary: 'One episode with its explanation, history, similar cases, next step and notifications',
        params: IdParams,
        response: { 200: AlertDetail },
      },
    },
    async (request, reply) => {
      const { id } = request.params;
      const detail = found(await alerts.one(id, callerOf(request).scope), `alert ${id}`);
      return sendRecord(reply, { ...detail, notices: await notifications.ofAlert(id) }, detail.alert);
    },
  );

  app.post(
    '/alerts/bulk',
    {
      config: { permission: 'alerts:write' },
      schema: {
        tags,
        summary: 'Do the same with several alerts; each is done or refused by itself',
        body: AlertBulk,
        response: { 200: AlertBulkResult },
      },
    },
    async (request) => {
      const { ids, action, ...body } = request.body;
      refuseIncomplete(action, body);
      const { email: actor, scope } = callerOf(request);
      const result: AlertBulkResult = { changed: [], refused: [] };
      for (const id of ids) {
        try {
          found(await alerts.one(id, scope), `alert ${id}`);
          result.changed.push(await alertCommands[action]({ ...body, id, actor }));
        } catch (error) {
          if (!(error instanceof Problem)) throw error;
          result.refused.push({ id, code: error.code, detail: error.message });
        }
      }
      return result;
    },
  );

  for (const action of ALERT_ACTIONS) {
    app.post(
      `/alerts/:id/${action}`,
      {
        config: { permission: 'alerts:write' },
        preValidation: async (request) => {
          request.body ??= {};
        },
        schema: {
          tags,
          summary: `${action[0]?.toUpperCase()}${action.slice(1)} an alert`,
          params: IdParams,
          body: AlertCommand,
          response: { 200: Alert },
        },
      },
      async (request, reply) => {
        refuseIncomplete(action, request.body);
        const { id } = request.params;
        const { email: actor, scope } = callerOf(request);
        found(await alerts.one(id, scope), `alert ${id}`);
        const command = { ...request.body, id, actor, ...expectedRevision(request) };
        return sendRecord(reply, await alertCommands[action](command));
      },
    );
  }
};
