// What the broker needs from others, handed in by the composition root.
import type { EpochMs } from '../contracts/time.ts';
import type { UpTopic } from '../contracts/topics.ts';

export interface DeviceIdentity {
  /** Whether `token` is a valid credential of the device. Rejects when that cannot be found out now. */
  authenticate(deviceCode: string, token: string): Promise<boolean>;
  /** Whether a certificate (DER) that TLS has verified lets this device in; absent: none does. */
  authenticateCertificate?(deviceCode: string, der: Buffer): Promise<boolean>;
}

/** One publish of a signed-in device on one of its own topics. */
export interface UpMessage {
  device: string;
  kind: UpTopic['kind'];
  topic: string;
  payload: Buffer;
  arrivedAtMs: EpochMs;
  /** Of QoS 1 and 2; with the payload it tells which message a redelivery repeats. */
  packetId?: number | undefined;
  /** The device says that it may have sent it before (DUP). */
  isRedelivery?: boolean | undefined;
}

export interface IngestPort {
  /** Tells when the message is durable: committed or quarantined. Only then is it acknowledged. */
  take(message: UpMessage, settled: (error: Error | null) => void): void;
}

export type Presence = 'online' | 'offline';
export type OnPresence = (device: string, presence: Presence, at: EpochMs) => void;
