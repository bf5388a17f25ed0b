// The live protocol (socket.io namespace `/live`): topics and messages, shared by server and dashboard.
import type { Alert } from './http/alerts.ts';
import type { Command } from './http/commands.ts';
import type { Device, LatestValue } from './http/devices.ts';
import type { Import } from './http/system.ts';
import type { WorkOrder } from './http/work-orders.ts';

export type LiveTopic = 'fleet' | 'alerts' | 'work-orders' | 'costs' | 'rules' | `device:${string}`;

const NAMED = ['fleet', 'alerts', 'work-orders', 'costs', 'rules'] as const;

export const parseLiveTopic = (topic: unknown): LiveTopic | null => {
  if (typeof topic !== 'string' || topic.length > 80) return null;
  if (NAMED.find((one) => one === topic) !== undefined) return topic as LiveTopic;
  return /^device:[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$/.test(topic) ? (topic as LiveTopic) : null;
};

export interface SubscribeRequest {
  topic: LiveTopic;
  /** Last position seen; the answer then holds what was missed, or a snapshot when that is too long ago. */
  since?: number;
}

/** `truncated`: there are more records than one snapshot holds; the rest is paged over HTTP. */
export interface Snapshots {
  fleet: { devices: Device[]; imports: Import[]; truncated?: true };
  alerts: { alerts: Alert[]; truncated?: true };
  'work-orders': { workOrders: WorkOrder[]; truncated?: true };
  /** Costs change by telling the screen to read its own pivot again. */
  costs: { period: string };
  /** So do rules. */
  rules: Record<string, never>;
  device: { device: Device; latest: LatestValue[] };
}

export type SubscribeAnswer =
  | { snapshot: Snapshots[keyof Snapshots]; position: number }
  | { missed: Change[]; position: number }
  | { error: string };

/** `data` by `type`; positions only grow within a topic. Readings are thinned and carry the position of the last event. */
export type Change = { topic: LiveTopic; position: number } & (
  | { type: 'device.changed'; data: Device }
  | { type: 'command.changed'; data: Command }
  | { type: 'alert.changed'; data: Alert }
  | { type: 'work-order.changed'; data: WorkOrder }
  | {
      type: 'costs.changed';
      data: {
        period: string;
        amountMinor: string | null;
        currency: string;
        device: string | null;
        workOrderId: number | null;
      };
    }
  | { type: 'rule.changed'; data: { id: number } }
  | { type: 'import.progressed'; data: Import }
  | { type: 'readings'; data: LatestValue[] }
);

export interface ServerToClient {
  change: (change: Change) => void;
}
export interface ClientToServer {
  subscribe: (request: SubscribeRequest, answer: (answer: SubscribeAnswer) => void) => void;
  unsubscribe: (topic: LiveTopic) => void;
}
