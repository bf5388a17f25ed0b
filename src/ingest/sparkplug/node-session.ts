// What is known of one edge node between its birth and its death: the tables by which its messages are read and the
// sequence they come in (Sparkplug 3.0, 6.4). Without clock or store; a message changes it once, in the order of arrival.
import type { SparkplugMessage } from '../../contracts/sparkplug-topics.ts';
import { agree, bdSeqOf, type Birth, meansTheSame, readBirth } from './births.ts';
import type { NodePayload } from './payload.ts';

export interface NodeSession {
  /** False before its birth, after its death, and when a message is missing: a birth may have been among those. */
  isBorn: boolean;
  bdSeq: bigint | null;
  nextSeq: number | null;
  node: Birth | null;
  devices: Map<string, Birth>;
  /** By which it was read before its last birth, as long as the session is the same. */
  before: Pick<NodeSession, 'node' | 'devices'> | null;
}

export interface Heard {
  message: SparkplugMessage;
  /** The device behind the node, `null` for the node itself. */
  device: string | null;
  payload: NodePayload;
}

export interface Verdict {
  /** By which its values are read; `null` when it has none or they cannot be read. */
  birth: Birth | null;
  /** Who came or went by this message: device ids, `null` for the node. */
  appeared: readonly (string | null)[];
  gone: readonly (string | null)[];
  /** Why the node has to be asked to say everything again. */
  missing: string | null;
  /** What was held before it belongs to a session that is over. */
  isNewSession: boolean;
  /** A birth came out of its place: by which one this device's messages that are held were sent, nobody can tell. */
  isUnreadable: boolean;
}

/** Devices behind one node whose births are kept; one more has to be born again. */
const MAX_DEVICES = 1_000;
const SEQ_MODULUS = 256;

export const newSession = (): NodeSession => ({
  isBorn: false,
  bdSeq: null,
  nextSeq: null,
  node: null,
  devices: new Map(),
  before: null,
});

const NOTHING: Verdict = {
  birth: null,
  appeared: [],
  gone: [],
  missing: null,
  isNewSession: false,
  isUnreadable: false,
};

/** The last birth that is known of each device, also of those that died since. */
function lastKnown({ devices, before }: NodeSession): Map<string, Birth> {
  const all = new Map([...(before?.devices ?? []), ...devices]);
  return all.size > MAX_DEVICES ? devices : all;
}

function bear(session: NodeSession, payload: NodePayload): Verdict {
  const bdSeq = bdSeqOf(payload);
  const isNewSession = session.bdSeq !== null && session.bdSeq !== bdSeq;
  const birth = readBirth(payload);
  session.before = isNewSession ? null : { node: session.node, devices: lastKnown(session) };
  session.isBorn = true;
  session.bdSeq = bdSeq;
  session.nextSeq = payload.seq === null ? null : (payload.seq + 1) % SEQ_MODULUS;
  session.node = birth;
  // Sparkplug 6.4.19: after a node's birth its devices are born again too.
  session.devices = new Map();
  return { ...NOTHING, birth, appeared: [null], isNewSession };
}

/** Ends the session, whoever noticed that it ended. */
export function bury(session: NodeSession): Verdict {
  const gone = [...session.devices.keys(), null];
  Object.assign(session, newSession());
  return { ...NOTHING, gone, isNewSession: true };
}

/** What is wrong with the place of a message in the sequence; a message sent twice is in its place. */
function takePlace(session: NodeSession, { seq }: NodePayload): string | null {
  if (!session.isBorn) return 'its birth has not been heard';
  if (seq === null || session.nextSeq === null) return null;
  const { nextSeq } = session;
  if (seq === (nextSeq + SEQ_MODULUS - 1) % SEQ_MODULUS) return null;
  if (seq === nextSeq) {
    session.nextSeq = (seq + 1) % SEQ_MODULUS;
    return null;
  }
  session.isBorn = false;
  return `sequence number ${seq} came where ${nextSeq} was due`;
}

function bearDevice(session: NodeSession, device: string, payload: NodePayload, missing: string | null): Verdict {
  const birth = readBirth(payload);
  const known = session.devices.get(device) ?? session.before?.devices.get(device);
  const isUnreadable = missing !== null && (!known || !agree(known, birth));
  session.devices.delete(device);
  session.devices.set(device, birth);
  if (session.devices.size > MAX_DEVICES) session.devices.delete(session.devices.keys().next().value as string);
  return { ...NOTHING, birth, appeared: [device], missing, isUnreadable };
}

/** What its aliases meant is kept to be held against its next birth. */
function unbear(session: NodeSession, device: string): void {
  const birth = session.devices.get(device);
  if (!birth) return;
  session.before ??= { node: null, devices: new Map() };
  session.before.devices.set(device, birth);
  session.devices.delete(device);
}

export function hear(session: NodeSession, { message, device, payload }: Heard): Verdict {
  if (message === 'NBIRTH') return bear(session, payload);
  if (message === 'NDEATH') {
    const bdSeq = bdSeqOf(payload);
    // A will of an earlier connection that comes late ends nothing (Sparkplug 6.4.21).
    const isStale = bdSeq !== null && session.bdSeq !== null && bdSeq !== session.bdSeq;
    return isStale ? NOTHING : bury(session);
  }
  const missing = takePlace(session, payload);
  if (device === null) return { ...NOTHING, birth: missing === null ? session.node : null, missing };
  if (message === 'DBIRTH') return bearDevice(session, device, payload, missing);
  if (message === 'DDEATH') {
    if (missing === null) unbear(session, device);
    return { ...NOTHING, gone: [device], missing };
  }
  const birth = missing === null ? (session.devices.get(device) ?? null) : null;
  return { ...NOTHING, birth, missing: missing ?? (birth ? null : `device ${device} has not been born`) };
}

const birthIn = ({ node, devices }: Pick<NodeSession, 'node' | 'devices'>, device: string | null): Birth | null =>
  device === null ? node : (devices.get(device) ?? null);

/**
 * The tables for a message that was held, without counting it a second time; `null` while there are none. Nor are there
 * any when its aliases meant something else before the birth: it may have been sent by either of the two.
 */
export function birthFor(session: NodeSession, { message, device, payload }: Heard): Birth | null {
  if (message === 'NBIRTH' || message === 'DBIRTH') return readBirth(payload);
  if (!session.isBorn) return null;
  const birth = birthIn(session, device);
  const before = session.before && birthIn(session.before, device);
  return birth && before && !meansTheSame(payload, before, birth) ? null : birth;
}
