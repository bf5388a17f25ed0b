// What the MQTT engine leaves to whoever runs it: who may sign in, who may hear what, and where a publish goes. The
// protocol is the same under every policy.
import type { AedesOptions, Client, ConnectPacket } from 'aedes';
import type { Acknowledge } from './ack-order.ts';
import type { ShownCertificate } from './client-certificate.ts';
import type { ConnectionGuard } from './connection-guard.ts';
import type { IntakeGate } from './intake-gate.ts';
import type { BrokerCounts } from './metrics.ts';
import type { Sessions } from './persistence/sessions.ts';
import type { Presence } from './ports.ts';

export interface Publish {
  topic: string;
  payload: Buffer;
  qos: 0 | 1 | 2;
  retain: boolean;
  messageId?: number | undefined;
  dup?: boolean | undefined;
  /** `null`: a will whose connection ended with the broker before this one. */
  from: Client | null;
}

export interface AccessPolicy {
  /** Answers CONNACK. */
  authenticate: NonNullable<AedesOptions['authenticate']>;
  mayLeaveWill(connect: ConnectPacket): boolean;
  maySubscribe(clientId: string, filter: string): boolean;
  /**
   * Every publish and every will, in the order they came; it is acknowledged when `acknowledge` is called, and refused,
   * which ends the connection, when that is called with an error. `guard` is absent once the connection has ended.
   */
  publish(clientId: string, packet: Publish, guard: ConnectionGuard | null, acknowledge: Acknowledge): void;
  onPresence(clientId: string, presence: Presence): void;
}

/** What the engine lends to a policy. */
export interface PolicyTools {
  gate: IntakeGate;
  counts: BrokerCounts;
  onRefused: (reason: string) => void;
  /** What the connection of this client showed to the TLS door. */
  certificateOf: (client: Client) => ShownCertificate | undefined;
  /** Where a publish goes that other clients are to have. */
  sessions: Pick<Sessions, 'publish' | 'retain'>;
}
