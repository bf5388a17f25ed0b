// Laws of what may pass to the MQTT engine: every packet that an independent encoder writes passes, every named way of
// breaking one is refused, and whatever passes of a million broken ones is nothing the engine's parser stumbles over.
import fc from 'fast-check';
import { generate, type Packet, parser } from 'mqtt-packet';
import { expect, test } from 'vitest';
import { PacketStream } from '../../../src/broker/frames.ts';
import { DEFAULT_BROKER_LIMITS } from '../../../src/broker/limits.ts';
import { checkPacket } from '../../../src/broker/packets/check-packet.ts';
import type { Violation } from '../../../src/broker/packets/violation.ts';

interface Passage {
  passed: Buffer;
  fault: Violation | null;
}

/** What a guard lets through of these chunks, flow control aside. */
function passageOf(chunks: readonly Buffer[]): Passage {
  const passed: Buffer[] = [];
  let fault: Violation | null = null;
  const stream = new PacketStream(DEFAULT_BROKER_LIMITS, {
    mayBegin: () => true,
    judge(bytes, start, bodyAt, end) {
      fault = checkPacket(bytes, start, bodyAt, end);
      return fault === null ? 'pass' : 'stop';
    },
    emit: (run) => void passed.push(run),
    onFault: (violation) => {
      fault = violation;
    },
  });
  for (const chunk of chunks) {
    if (fault === null) stream.feed(chunk);
  }
  return { passed: Buffer.concat(passed), fault };
}

const character = fc.constantFrom(...'abcXYZ019 _-.'.split(''), 'é', '温', '\u{2a6d4}', '\ufeff');
const name = fc.string({ unit: character, minLength: 1, maxLength: 12 });
const topic = fc.array(name, { minLength: 1, maxLength: 6 }).map((levels) => levels.join('/'));
const filter = fc
  .tuple(fc.array(fc.oneof(name, fc.constant('+')), { minLength: 1, maxLength: 5 }), fc.boolean())
  .map(([levels, hasRest]) => [...levels, ...(hasRest ? ['#'] : [])].join('/'));
const packetId = fc.integer({ min: 1, max: 65_535 });
const payload = fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes));
const qos = fc.constantFrom<0 | 1 | 2>(0, 1, 2);

const connect = fc
  .record({
    clientId: name,
    clean: fc.boolean(),
    keepalive: fc.nat(65_535),
    will: fc.option(fc.record({ topic, payload, qos, retain: fc.boolean() }), { nil: undefined }),
    // The encoder leaves an empty user name out and keeps its flag.
    user: fc.option(fc.record({ username: name, password: fc.option(payload, { nil: undefined }) }), {
      nil: undefined,
    }),
  })
  .map(({ clientId, clean, keepalive, will, user }) =>
    generate({
      cmd: 'connect',
      protocolId: 'MQTT',
      protocolVersion: 4,
      clientId,
      clean,
      keepalive,
      ...(will ? { will } : {}),
      ...(user ? { username: user.username } : {}),
      ...(user?.password ? { password: user.password } : {}),
    }),
  );
const publish = fc
  .record({ topic, payload, qos, retain: fc.boolean(), messageId: packetId, isAgain: fc.boolean() })
  .map(({ isAgain, ...packet }) => generate({ cmd: 'publish', ...packet, dup: isAgain && packet.qos > 0 }));
const acknowledgement = fc
  .tuple(fc.constantFrom('puback', 'pubrec', 'pubrel', 'pubcomp'), packetId)
  .map(([cmd, messageId]) => generate({ cmd, messageId } as Packet));
const subscribe = fc
  .tuple(packetId, fc.array(fc.record({ topic: filter, qos }), { minLength: 1, maxLength: 8 }))
  .map(([messageId, subscriptions]) => generate({ cmd: 'subscribe', messageId, subscriptions }));
const unsubscribe = fc
  .tuple(packetId, fc.array(filter, { minLength: 1, maxLength: 8 }))
  .map(([messageId, unsubscriptions]) => generate({ cmd: 'unsubscribe', messageId, unsubscriptions }));
const empty = fc.constantFrom<Packet['cmd']>('pingreq', 'disconnect').map((cmd) => generate({ cmd } as Packet));
const wellFormed = fc.oneof(connect, publish, acknowledgement, subscribe, unsubscribe, empty);

test('every well-formed packet passes, however its bytes are cut', () => {
  const streams = fc.tuple(
    fc.array(wellFormed, { minLength: 1, maxLength: 8 }),
    fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 20 }),
  );
  fc.assert(
    fc.property(streams, ([packets, cuts]) => {
      const bytes = Buffer.concat(packets);
      const chunks: Buffer[] = [];
      for (let at = 0; at < bytes.length; at += chunks.at(-1)?.length ?? 0) {
        chunks.push(bytes.subarray(at, at + (cuts[chunks.length % cuts.length] as number)));
      }
      const { passed, fault } = passageOf(chunks);
      expect(fault).toBeNull();
      expect(passed.equals(bytes)).toBe(true);
    }),
    { numRuns: 300 },
  );
});

/** The same packet with its body put in the place of another, and the length that belongs to it. */
function withBody(packet: Buffer, change: (body: Buffer) => Buffer): Buffer {
  let bodyAt = 1;
  while ((packet[bodyAt++] as number) & 0x80);
  const body = change(packet.subarray(bodyAt));
  const header = [packet[0] as number];
  for (let left = body.length; header.length === 1 || left > 0; left >>= 7) {
    header.push((left & 0x7f) | (left > 0x7f ? 0x80 : 0));
  }
  return Buffer.concat([Buffer.from(header), body]);
}

const longer = (packet: Buffer): Buffer => withBody(packet, (body) => Buffer.concat([body, Buffer.from([0])]));
const shorter = (packet: Buffer): Buffer => withBody(packet, (body) => body.subarray(0, -1));
const at = (index: number, value: number) => (packet: Buffer) => {
  const changed = Buffer.from(packet);
  changed[index] = value;
  return changed;
};
const withoutId = (packet: Buffer): Buffer =>
  withBody(packet, (body) => Buffer.concat([Buffer.from([0, 0]), body.subarray(2)]));

test.each<[string, fc.Arbitrary<Buffer>, (packet: Buffer) => Buffer]>([
  ['a byte after CONNECT', connect, longer],
  ['a byte missing from CONNECT', connect, shorter],
  ['a byte after an acknowledgement', acknowledgement, longer],
  ['a byte missing from an acknowledgement', acknowledgement, shorter],
  ['an acknowledgement of packet id 0', acknowledgement, withoutId],
  ['a byte after SUBSCRIBE', subscribe, longer],
  ['a byte missing from SUBSCRIBE', subscribe, shorter],
  ['SUBSCRIBE with packet id 0', subscribe, withoutId],
  ['SUBSCRIBE without filters', subscribe, (packet) => withBody(packet, (body) => body.subarray(0, 2))],
  ['SUBSCRIBE with QoS 3', subscribe, (packet) => at(packet.length - 1, 3)(packet)],
  ['UNSUBSCRIBE with packet id 0', unsubscribe, withoutId],
  ['a byte missing from UNSUBSCRIBE', unsubscribe, shorter],
  ['a byte after PINGREQ or DISCONNECT', empty, longer],
  [
    'reserved flags',
    fc.oneof(connect, acknowledgement, subscribe, unsubscribe, empty),
    (packet) => at(0, (packet[0] as number) ^ 1)(packet),
  ],
  ['PUBLISH with QoS 3', publish, (packet) => at(0, 0x36)(packet)],
  ['PUBLISH at QoS 0 that was sent before', publish, (packet) => at(0, 0x38)(packet)],
  ['PUBLISH with a wildcard', publish, (packet) => withBody(packet, (body) => at(2, 0x2b)(body))],
  ['PUBLISH with U+0000 in its topic', publish, (packet) => withBody(packet, (body) => at(2, 0)(body))],
  ['a client id with a control character', connect, (packet) => withBody(packet, (body) => at(12, 0x1f)(body))],
])('%s is refused', (_what, packet, broken) => {
  fc.assert(fc.property(packet, (bytes) => passageOf([broken(bytes)]).fault !== null));
});

/** Small, fast and always the same (xorshift32). */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % sides;
  };
}

test('of a million broken frames none throws, grows the memory, or passes and makes the parser stumble', () => {
  const samples = fc.sample(wellFormed, { seed: 7, numRuns: 500 });
  const roll = dice(2026);
  const FRAMES = 1_000_000;
  const PARSED_EVERY = 50;
  let refused = 0;
  globalThis.gc?.();
  const heldBefore = process.memoryUsage().heapUsed;
  for (let i = 0; i < FRAMES; i++) {
    const frame = Buffer.from(samples[roll(samples.length)] as Buffer);
    for (let changes = 1 + roll(3); changes > 0; changes--) frame[roll(Math.min(frame.length, 24))] = roll(256);
    const { passed, fault } = passageOf([frame]);
    if (fault !== null) refused += 1;
    else if (i % PARSED_EVERY === 0 && passed.length > 0) {
      const read = parser();
      read.on('error', (error) => expect.fail(`${error.message}: ${passed.toString('hex')}`));
      expect(read.parse(passed)).toBe(0);
    }
  }
  globalThis.gc?.();
  expect(refused).toBeGreaterThan(FRAMES / 4);
  expect(process.memoryUsage().heapUsed - heldBefore).toBeLessThan(100 * 1024 * 1024);
});
