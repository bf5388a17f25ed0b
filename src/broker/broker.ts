// The broker that devices connect to: the MQTT engine under the policy of devices.
import type { BaseLogger } from 'pino';
import type { Registry } from 'prom-client';
import type { Clock } from '../contracts/time.ts';
import { devicePolicy } from './device-policy.ts';
import type { BrokerLimits } from './limits.ts';
import type { BrokerPorts } from './listeners.ts';
import { type MqttEngine, startEngine } from './mqtt-engine.ts';
import type { Ledger } from './persistence/ledger.ts';
import type { SessionLimits } from './persistence/limits.ts';
import type { DeviceIdentity, IngestPort, OnPresence } from './ports.ts';

export interface BrokerOptions {
  ports: BrokerPorts;
  identity: DeviceIdentity;
  ingest: IngestPort;
  onPresence: OnPresence;
  clock: Clock;
  log: BaseLogger;
  metrics: Registry;
  limits?: Partial<BrokerLimits>;
  /** Where sessions and retained messages are kept; in memory when left out. Closed with the broker. */
  ledger?: Ledger;
  sessionLimits?: Partial<SessionLimits>;
  /** A session has begun to listen to its server, on a new subscription or a restored one. */
  onListening?: (device: string) => void;
}

export type Broker = MqttEngine;

export function startBroker({ identity, ingest, onPresence, ...engine }: BrokerOptions): Promise<Broker> {
  const { clock, log } = engine;
  return startEngine({
    ...engine,
    policy: (tools) =>
      devicePolicy(
        { identity, ingest, onPresence: (device, presence) => onPresence(device, presence, clock.now()), clock, log },
        tools,
      ),
  });
}
