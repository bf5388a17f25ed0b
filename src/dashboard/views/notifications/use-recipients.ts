// Whom a policy can name, with the name of each for people.
import type { Reachable, Recipient, Team, Webhook } from '../../../contracts/http/notifications.ts';
import { ROLES } from '../../../contracts/access.ts';
import { useApp, useFormat, useWords } from '../../app-context.ts';
import { useResource } from '../../state/use-resource.ts';

export interface Choosable {
  key: string;
  name: string;
  recipient: Recipient;
}

export const keyOf = (recipient: Recipient): string => {
  switch (recipient.kind) {
    case 'person':
      return `person ${recipient.id}`;
    case 'role':
      return `role ${recipient.role}`;
    case 'team':
      return `team ${recipient.team}`;
    case 'webhook':
      return `webhook ${recipient.id}`;
  }
};

export function useRecipients(): {
  all: Choosable[];
  nameOf: (recipient: Recipient) => string;
  hasMail: boolean | null;
} {
  const { api } = useApp();
  const words = useWords();
  const format = useFormat();
  const reachable = useResource('recipients', (signal) =>
    api.get<Reachable>('/notifications/recipients', {}, signal),
  ).value;
  const teams = useResource('teams', (signal) => api.get<Team[]>('/notifications/teams', {}, signal)).value;
  const webhooks = useResource('webhooks', (signal) => api.get<Webhook[]>('/notifications/webhooks', {}, signal)).value;
  const { kind } = words.notifications.policy;
  const choosable = (recipient: Recipient, name: string): Choosable => ({
    key: keyOf(recipient),
    name: `${kind[recipient.kind]} · ${name}`,
    recipient,
  });
  const all = [
    ...ROLES.map((role) => choosable({ kind: 'role', role }, words.terms.role[role])),
    ...(teams ?? []).map(({ code, name }) => choosable({ kind: 'team', team: code }, format.text(name))),
    ...(webhooks ?? []).map(({ id, name }) => choosable({ kind: 'webhook', id }, name)),
    ...(reachable?.people ?? []).map(({ id, name, email }) => choosable({ kind: 'person', id }, `${name} (${email})`)),
  ];
  const names = new Map(all.map(({ key, name }) => [key, name]));
  return {
    all,
    nameOf: (recipient) => names.get(keyOf(recipient)) ?? keyOf(recipient),
    hasMail: reachable?.email ?? null,
  };
}
