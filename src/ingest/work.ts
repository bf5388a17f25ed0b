// The work a commit has to do for a message: what it stores, what it holds.
import type { EpochMs } from '../contracts/time.ts';
import type { CommandReply } from './decoders/command-reply.ts';
import type { Refusal } from './decoders/decoded.ts';
import type { DeviceEvent } from './decoders/device-event.ts';
import type { DeviceMeta } from './decoders/meta.ts';
import type { KeyedSample } from './keyed-sample.ts';
import type { DeviceFacts, UpMessage } from './ports.ts';

/** A name that a device uses and its product does not have. */
export interface OwnName {
  deviceKey: number;
  metric: string;
  /** 'unsupported-type': neither number, truth nor state; reported, not stored. */
  problem: 'unknown' | 'unsupported-type';
  /** As it was given; empty when none was. */
  unit: string;
}

/**
 * `hold` of readings: the message has a part that was refused, so it is held as well; replayed when the cause is
 * mended, what is stored already stays as it is. `own`: names it uses that were not met from its device before.
 */
export type Work = { message: UpMessage } & (
  | {
      kind: 'readings';
      samples: KeyedSample[];
      count: number;
      isKeyed: boolean;
      hold: Refusal | null;
      own: OwnName[] | null;
    }
  | { kind: 'event'; device: DeviceFacts; at: EpochMs; event: DeviceEvent }
  | { kind: 'meta'; device: DeviceFacts; meta: DeviceMeta }
  | { kind: 'reply'; device: DeviceFacts; reply: CommandReply }
  | { kind: 'quarantine'; refusal: Refusal }
);

export const held = (message: UpMessage, refusal: Refusal): Work => ({ message, kind: 'quarantine', refusal });

/** Why a message, or a part of it, cannot be stored. */
export function refusalOf(work: Work): Refusal | null {
  if (work.kind === 'quarantine') return work.refusal;
  return work.kind === 'readings' ? work.hold : null;
}
