// Who may get what over the live channel: the permission a topic and each change needs, and the cut of the house.
import { inScope, mayDo, type Permission, type Principal } from '../../contracts/access.ts';
import type { Change, LiveTopic } from '../../contracts/live.ts';

/** Where a record belongs; null: to no region and no customer. */
export interface Place {
  region: string | null;
  customer: string | null;
}

type WithoutTopic<C> = C extends Change ? Omit<C, 'topic' | 'position'> : never;
/** What a change says, whatever topic it goes out on. */
export type Message = WithoutTopic<Change>;

export interface Outgoing {
  topic: LiveTopic;
  message: Message;
  /** Of the event it tells of; readings carry that of the newest event handed out. */
  position: number;
  /** `everyone`: it concerns no single device. */
  place: Place | 'everyone';
  /** Told instead to those whose view is cut, where the whole is not theirs to see. */
  cutMessage?: Message;
}

const NEEDED: Readonly<Record<Message['type'], Permission>> = {
  'device.changed': 'fleet:read',
  'import.progressed': 'fleet:read',
  'command.changed': 'telemetry:read',
  'alert.changed': 'alerts:read',
  'work-order.changed': 'work-orders:read',
  'costs.changed': 'costs:read',
  'rule.changed': 'rules:read',
  readings: 'telemetry:read',
};

/** The device of a `device:{id}` topic, else null. */
export const deviceOf = (topic: LiveTopic): string | null =>
  topic.startsWith('device:') ? topic.slice('device:'.length) : null;

export const isCut = ({ scope }: Principal): boolean => scope.regions !== null || scope.customers !== null;

export function mayWatch(principal: Principal, topic: LiveTopic): boolean {
  const needed: Record<string, Permission> = {
    alerts: 'alerts:read',
    'work-orders': 'work-orders:read',
    costs: 'costs:read',
    rules: 'rules:read',
  };
  return mayDo(principal.role, needed[topic] ?? 'fleet:read');
}

/** The change as this person may see it, or null. */
export function changeFor(principal: Principal, outgoing: Outgoing): Change | null {
  const { topic, position, message, cutMessage, place } = outgoing;
  if (!mayDo(principal.role, NEEDED[message.type])) return null;
  if (place !== 'everyone' && !inScope(principal.scope, place)) return null;
  const told = cutMessage && isCut(principal) ? cutMessage : message;
  return { topic, position, ...told } as Change;
}
