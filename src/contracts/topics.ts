// The grammar of MQTT topics (`stethos/v1/{device}/...`); that of Sparkplug nodes is in sparkplug-topics.ts.
import { parseSparkplugTopic, type SparkplugTopic } from './sparkplug-topics.ts';

export const DEVICE_ID = /^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$/;

export type UpTopic =
  | SparkplugTopic
  | ({ device: string } & (
      | { kind: 'telemetry' | 'event' | 'meta' | 'state' | 'senml' }
      | { kind: 'command-reply'; request: string }
    ));

const ROOT = 'stethos/v1';
const PLAIN = new Set(['telemetry', 'event', 'meta', 'state', 'senml']);

/** A topic a device may publish on, or `null` when it is not one of ours. */
export function parseUpTopic(topic: string): UpTopic | null {
  const parts = topic.split('/');
  if (parts.length < 4 || parts[0] !== 'stethos' || parts[1] !== 'v1') return parseSparkplugTopic(topic);
  const [, , device, kind, request, last] = parts as [string, string, string, string, string?, string?];
  if (!DEVICE_ID.test(device)) return null;
  if (parts.length === 4 && PLAIN.has(kind)) return { device, kind: kind as 'telemetry' };
  if (parts.length === 6 && kind === 'command' && last === 'reply' && request) {
    return { device, kind: 'command-reply', request };
  }
  return null;
}

/** Whether the device may publish there. Who speaks for which Sparkplug node, ingest finds out: it takes the database. */
export const isTopicOf = (topic: UpTopic, device: string): boolean =>
  topic.kind === 'sparkplug' || topic.device === device;

export const telemetryTopic = (device: string): string => `${ROOT}/${device}/telemetry`;
export const eventTopic = (device: string): string => `${ROOT}/${device}/event`;
export const metaTopic = (device: string): string => `${ROOT}/${device}/meta`;
export const senmlTopic = (device: string): string => `${ROOT}/${device}/senml`;
export const stateTopic = (device: string): string => `${ROOT}/${device}/state`;
export const commandTopic = (device: string, request: string): string => `${ROOT}/${device}/command/${request}`;
export const commandReplyTopic = (device: string, request: string): string => `${commandTopic(device, request)}/reply`;
/** How a device subscribes to its own commands. */
export const commandFilter = (device: string): string => `${ROOT}/${device}/command/+`;
/** Whether the filter asks for the device's own commands and for nothing else. */
export const isCommandFilter = (device: string, filter: string): boolean =>
  filter === commandFilter(device) || filter === `${ROOT}/${device}/command/#`;
