// What ingest takes, and what it needs from others: the devices it may believe, who learns of committed readings, and
// who keeps what a device says about itself. Handed in by the composition root.
import type { Metric } from '../contracts/product.ts';
import type { CommittedBatch } from '../contracts/readings.ts';
import type { EpochMs } from '../contracts/time.ts';
import type { UpTopic } from '../contracts/topics.ts';
import type { Transaction } from '../db/database.ts';
import type { CommandReply } from './decoders/command-reply.ts';
import type { DeviceMeta } from './decoders/meta.ts';

/** One publish of a device, as it arrived. */
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

export type MetricFacts = Pick<Metric, 'kind' | 'unit' | 'plausibleMin' | 'plausibleMax'> &
  Partial<Pick<Metric, 'expectedIntervalS'>>;

export interface DeviceFacts {
  id: number;
  code: string;
  /** The device that may speak for it. */
  gateway: string | null;
  /** What it is one of, where known. */
  product?: { code: string };
  /** The product's metrics by code. */
  metrics: ReadonlyMap<string, MetricFacts>;
}

/** Asked for every message, so it answers from memory. */
export interface DeviceDirectory {
  find(code: string): DeviceFacts | null;
}

/** Asked by those who read back: also finds a device that never signed in here. */
export interface DeviceLookup {
  load(code: string): Promise<DeviceFacts | null>;
}

export type DeviceSource = DeviceDirectory & DeviceLookup;

/** A device behind an edge node came or went. */
export type OnDevicePresence = (device: string, presence: 'online' | 'offline', at: EpochMs) => void;

/** A Sparkplug edge node has to be asked to say everything again: a message for the device it speaks as. */
export type OnRebirthWanted = (message: { device: string; topic: string; payload: Buffer }) => void;

/** Called after the commit, in order; the readings of one call are in canonical order. */
export type OnCommitted = (batch: CommittedBatch) => void;

/** Stores what a device said about itself, in the transaction that makes the message durable. */
export interface MetaStore {
  apply(tx: Transaction, deviceId: number, meta: DeviceMeta, at: EpochMs): Promise<void>;
}

export interface DeviceReply extends CommandReply {
  deviceId: number;
}

/** Takes devices' answers to commands, in the transaction that makes the message durable. */
export interface ReplyStore {
  /** For each whether it answers something that was sent to its device. */
  apply(tx: Transaction, replies: readonly DeviceReply[], at: EpochMs): Promise<readonly ('taken' | 'unasked')[]>;
}
