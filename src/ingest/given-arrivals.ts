// Times given to messages that came without one, so that a redelivery gets the time it had: kept by device and packet id
// in the very commit of the message, because the acknowledgement may be lost with the process. A message counts as a
// redelivery when the device says so (MQTT-3.3.1-1, DUP) and packet id and payload are those of the last one there.
import { createHash } from 'node:crypto';
import { QUALITY } from '../contracts/readings.ts';
import type { EpochMs } from '../contracts/time.ts';
import type { Database, Transaction } from '../db/database.ts';
import { arrivals } from './arrivals.ts';
import type { UpMessage } from './ports.ts';
import type { Work } from './work.ts';

/** More than a connection may have in flight; packet ids share them. */
const SLOTS_PER_DEVICE = 128;
const HASH_BYTES = 16;

type TimedWork = Extract<Work, { kind: 'readings' | 'event' }>;

interface Given {
  work: TimedWork;
  deviceId: number;
  packetId: number;
  hash: Buffer;
  atMs: EpochMs;
}

interface Row {
  device_id: number;
  packet_id: number;
  payload_hash: Buffer;
  given_at: Date;
}

export interface GivenArrivals {
  /** One instant a message, which no other message of its device has. */
  atOf(message: UpMessage): EpochMs;
  /** Puts redelivered messages back to the time they had, and answers what the commit has to remember. */
  recall(works: readonly Work[]): Promise<readonly Given[]>;
  remember(tx: Transaction, given: readonly Given[]): Promise<void>;
}

const isArrivalTimed = (work: TimedWork): boolean =>
  work.kind === 'event'
    ? work.event.at === null
    : work.samples.some(({ qualities }) => ((qualities[0] ?? 0) & QUALITY.arrivalTime) !== 0);

const nameOf = (deviceId: number, packetId: number, hash: Buffer): string =>
  `${deviceId} ${packetId} ${hash.toString('latin1')}`;

const slotOf = (packetId: number): number => packetId % SLOTS_PER_DEVICE;

/** Moves what was timed by the arrival; trying the batch again finds it moved already. */
function move({ work, atMs }: Given, toMs: EpochMs): void {
  if (work.kind === 'event') {
    work.at += toMs - atMs;
    return;
  }
  for (const sample of work.samples)
    if (((sample.qualities[0] ?? 0) & QUALITY.arrivalTime) !== 0) sample.measuredAtMs += toMs - atMs;
}

async function lookUp(database: Database, redelivered: readonly Given[]): Promise<Map<string, EpochMs>> {
  const { rows } = await database.query<Row>(
    `SELECT device_id, packet_id, payload_hash, given_at FROM arrival_given
     WHERE (device_id, slot) IN (SELECT * FROM unnest($1::int4[], $2::int2[]))`,
    [redelivered.map(({ deviceId }) => deviceId), redelivered.map(({ packetId }) => slotOf(packetId))],
  );
  return new Map(
    rows.map((row) => [nameOf(row.device_id, row.packet_id, row.payload_hash), row.given_at.getTime()] as const),
  );
}

export function givenArrivals(database: Database): GivenArrivals {
  const next = arrivals();
  const instants = new WeakMap<UpMessage, EpochMs>();

  function givenTo(work: Work): Given | null {
    if (work.kind !== 'readings' && work.kind !== 'event') return null;
    const { message } = work;
    // Without a packet id (QoS 0) nothing is ever sent again.
    if (message.packetId === undefined || message.kind === 'sparkplug' || !isArrivalTimed(work)) return null;
    const deviceId = work.kind === 'event' ? work.device.id : (work.samples[0]?.deviceKey ?? 0);
    const hash = createHash('sha256').update(message.payload).digest().subarray(0, HASH_BYTES);
    const atMs = instants.get(message) ?? message.arrivedAtMs;
    return { work, deviceId, packetId: message.packetId, hash, atMs };
  }

  return {
    atOf(message) {
      const known = instants.get(message);
      if (known !== undefined) return known;
      const atMs = next(message.device, message.arrivedAtMs);
      instants.set(message, atMs);
      return atMs;
    },

    async recall(works) {
      const given: Given[] = [];
      for (const work of works) {
        const one = givenTo(work);
        if (one) given.push(one);
      }
      const redelivered = given.filter(({ work }) => work.message.isRedelivery);
      if (redelivered.length === 0) return given;
      const known = await lookUp(database, redelivered);
      for (const one of given) {
        const name = nameOf(one.deviceId, one.packetId, one.hash);
        const atMs = one.work.message.isRedelivery ? known.get(name) : undefined;
        if (atMs !== undefined) {
          move(one, atMs);
          one.atMs = atMs;
          instants.set(one.work.message, atMs);
        }
        // The first delivery may wait in the same batch.
        known.set(name, one.atMs);
      }
      return given;
    },

    async remember(tx, given) {
      const slots = new Map(given.map((one) => [`${one.deviceId} ${slotOf(one.packetId)}`, one] as const));
      const rows = [...slots.values()].sort(
        (a, b) => a.deviceId - b.deviceId || slotOf(a.packetId) - slotOf(b.packetId),
      );
      await tx.prepared(
        'arrival-given',
        `INSERT INTO arrival_given (device_id, slot, packet_id, payload_hash, given_at)
         SELECT * FROM unnest($1::int4[], $2::int2[], $3::int4[], $4::bytea[], $5::timestamptz[])
         ON CONFLICT (device_id, slot) DO UPDATE
         SET packet_id = EXCLUDED.packet_id, payload_hash = EXCLUDED.payload_hash, given_at = EXCLUDED.given_at`,
        [
          rows.map(({ deviceId }) => deviceId),
          rows.map(({ packetId }) => slotOf(packetId)),
          rows.map(({ packetId }) => packetId),
          rows.map(({ hash }) => hash),
          rows.map(({ atMs }) => new Date(atMs)),
        ],
      );
    },
  };
}
