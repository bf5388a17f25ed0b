// The policy of the service: devices sign in with their own credentials, say what they have under their own topics, and
// hear nothing but their own commands. What they say goes to ingest and is acknowledged when it is durable.
import type { BaseLogger } from 'pino';
import type { Clock } from '../contracts/time.ts';
import { isSparkplugFilter } from '../contracts/sparkplug-topics.ts';
import { isCommandFilter } from '../contracts/topics.ts';
import type { AccessPolicy, PolicyTools } from './access-policy.ts';
import type { DeviceIdentity, IngestPort, Presence } from './ports.ts';
import { startPublishing } from './publishing.ts';
import { authenticateWith, isOwnWill } from './sign-in.ts';

export interface DevicePolicyOptions {
  identity: DeviceIdentity;
  ingest: IngestPort;
  onPresence: (device: string, presence: Presence) => void;
  clock: Clock;
  log: BaseLogger;
}

export function devicePolicy(
  { identity, ingest, onPresence, clock, log }: DevicePolicyOptions,
  { gate, counts, onRefused, certificateOf, sessions }: PolicyTools,
): AccessPolicy {
  const onForeignTopic = (): void => onRefused('foreign-topic');
  const publishing = startPublishing({ ingest, sessions, gate, onPresence, onForeignTopic, counts, clock, log });
  return {
    authenticate: authenticateWith({ identity, certificateOf, onRefused, log }),
    mayLeaveWill: isOwnWill,
    // Nothing is fanned out, so whichever node's commands it asks for, it gets what was sent to it.
    maySubscribe: (device, filter) => isCommandFilter(device, filter) || isSparkplugFilter(filter),
    publish: (device, packet, guard, acknowledge) => publishing.publish(device, packet, guard, acknowledge),
    onPresence,
  };
}
