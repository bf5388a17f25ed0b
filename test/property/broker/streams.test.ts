// Laws of the byte stream and of acknowledging: packets are told apart however the bytes are cut, and acknowledgements
// leave in the order of arrival however the commits end.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ackOrder } from '../../../src/broker/ack-order.ts';
import { PacketStream, type Verdict } from '../../../src/broker/frames.ts';
import type { Violation } from '../../../src/broker/packets/violation.ts';

const LIMITS = { maxPacketBytes: 100_000, maxConnectBytes: 500 };

const frame = fc
  .tuple(
    fc.constantFrom(0x10, 0x30, 0x40, 0x62, 0x82, 0xc0),
    fc.oneof(fc.integer({ min: 0, max: 300 }), fc.constantFrom(127, 128, 16_383, 16_384)),
  )
  .map(([first, wanted]) => {
    const length = first === 0x10 ? Math.min(wanted, LIMITS.maxConnectBytes) : wanted;
    const header: number[] = [first];
    for (let left = length; ; left >>= 7) {
      header.push((left & 0x7f) | (left > 0x7f ? 0x80 : 0));
      if (left <= 0x7f) break;
    }
    return Buffer.concat([Buffer.from(header), Buffer.alloc(length, 0xff)]);
  });

const chunked = (stream: Buffer, cuts: readonly number[]): Buffer[] => {
  const chunks: Buffer[] = [];
  for (let at = 0; at < stream.length; at += chunks.at(-1)?.length ?? 0) {
    chunks.push(stream.subarray(at, at + (cuts[chunks.length % cuts.length] as number)));
  }
  return chunks;
};

const isSame = (some: readonly Buffer[], others: readonly Buffer[]): boolean =>
  Buffer.concat(some).equals(Buffer.concat(others));

const frames = fc.array(frame, { maxLength: 12 });
const cuts = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1 });

test('packets are found wherever the stream is cut, and each is asked about once and whole', () => {
  fc.assert(
    fc.property(frames, cuts, fc.array(fc.constantFrom<Verdict>('pass', 'drop')), (packets, sizes, verdicts) => {
      const judged: Buffer[] = [];
      const emitted: Buffer[] = [];
      const stream = new PacketStream(LIMITS, {
        mayBegin: () => true,
        judge(bytes, start, _bodyAt, end) {
          judged.push(Buffer.from(bytes.subarray(start, end)));
          return verdicts[judged.length - 1] ?? 'pass';
        },
        emit: (run) => void emitted.push(Buffer.from(run)),
        onFault: (violation) => expect.fail(violation),
      });
      for (const chunk of chunked(Buffer.concat(packets), sizes)) expect(stream.feed(chunk)).toBeNull();
      expect(judged.length).toBe(packets.length);
      expect(isSame(judged, packets)).toBe(true);
      expect(stream.hasPartial).toBe(false);
      expect(
        isSame(
          emitted,
          packets.filter((_, i) => verdicts[i] !== 'drop'),
        ),
      ).toBe(true);
    }),
  );
});

test('a packet that must wait is given back with all that came after it, and goes on where it was', () => {
  fc.assert(
    fc.property(frames, cuts, fc.nat(12), (packets, sizes, holdAt) => {
      const emitted: Buffer[] = [];
      let seen = 0;
      const stream = new PacketStream(LIMITS, {
        mayBegin: () => true,
        judge: () => (seen++ === holdAt ? 'hold' : 'pass'),
        emit: (run) => void emitted.push(Buffer.from(run)),
        onFault: (violation) => expect.fail(violation),
      });
      for (const chunk of chunked(Buffer.concat(packets), sizes)) {
        const held = stream.feed(chunk);
        if (!held) continue;
        expect(isSame(emitted, packets.slice(0, holdAt))).toBe(true);
        expect(stream.feed(held)).toBeNull();
      }
      expect(isSame(emitted, packets)).toBe(true);
    }),
  );
});

test('a packet that is too large, whose length never ends, or that a client never sends, is told from its header', () => {
  function faultOf(bytes: number[], chunkBytes: number): Violation | null {
    let fault: Violation | null = null;
    const stream = new PacketStream(LIMITS, {
      mayBegin: () => true,
      judge: () => 'pass',
      emit: () => {},
      onFault: (violation) => void (fault = violation),
    });
    for (const chunk of chunked(Buffer.from(bytes), [chunkBytes])) if (fault === null) stream.feed(chunk);
    return fault;
  }
  const table: [number[], Violation | null][] = [
    [[0x30, 0xa0, 0x8d, 0x06], null],
    [[0x30, 0xa1, 0x8d, 0x06], 'packet-too-large'],
    [[0x30, 0xff, 0xff, 0xff, 0x7f], 'packet-too-large'],
    [[0x30, 0xff, 0xff, 0xff, 0xff], 'malformed-length'],
    [[0x10, 0xf5, 0x03], 'packet-too-large'],
    [[0x00], 'packet-type'],
    [[0xf0], 'packet-type'],
    [[0x20], 'packet-type'],
    [[0x60], 'reserved-flags'],
    [[0x81], 'reserved-flags'],
    [[0xc1], 'reserved-flags'],
  ];
  for (const [bytes, fault] of table) for (const size of [1, 100]) expect(faultOf(bytes, size)).toBe(fault);
});

test('acknowledgements leave in the order of arrival', () => {
  const orders = fc
    .integer({ min: 0, max: 30 })
    .chain((n) => fc.shuffledSubarray([...Array(n).keys()], { minLength: n, maxLength: n }));
  fc.assert(
    fc.property(orders, (commits) => {
      const order = ackOrder();
      const left: number[] = [];
      const places = commits.map((_, i) => order.place(() => left.push(i)));
      for (const i of commits) places[i]?.(null);
      expect(left).toEqual([...commits.keys()]);
    }),
  );
});
