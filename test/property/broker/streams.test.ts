// Laws of the byte stream and of acknowledging: packets are told apart however the bytes are cut, and acknowledgements
// leave in the order of arrival however the commits end.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ackOrder } from '../../../src/broker/ack-order.ts';
import { frameScanner } from '../../../src/broker/frames.ts';

const MAX_BYTES = 100_000;

const frame = fc
  .tuple(
    fc.integer({ min: 1, max: 14 }),
    fc.oneof(fc.integer({ min: 0, max: 300 }), fc.constantFrom(127, 128, 16_383, 16_384)),
  )
  .map(([type, length]) => {
    const header = [type << 4];
    for (let left = length; ; left >>= 7) {
      header.push((left & 0x7f) | (left > 0x7f ? 0x80 : 0));
      if (left <= 0x7f) break;
    }
    return { type, bytes: Buffer.concat([Buffer.from(header), Buffer.alloc(length, 0xff)]) };
  });

test('packets are found wherever the stream is cut, and one that may not start stays behind whole', () => {
  const streams = fc.tuple(
    fc.array(frame, { maxLength: 12 }),
    fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1 }),
    fc.nat(12),
  );
  fc.assert(
    fc.property(streams, ([frames, cuts, stopAt]) => {
      const stream = Buffer.concat(frames.map(({ bytes }) => bytes));
      const scanner = frameScanner(MAX_BYTES);
      const types: number[] = [];
      let passed = 0;
      for (let at = 0, cut = 0; at < stream.length; cut++) {
        const chunk = stream.subarray(at, at + (cuts[cut % cuts.length] as number));
        const result = scanner.scan(chunk, (type) => types.length < stopAt && types.push(type) > 0);
        expect(result.fault).toBeNull();
        passed += result.passed;
        at += chunk.length;
        if (result.passed < chunk.length) break;
      }
      const allowed = frames.slice(0, stopAt);
      expect(types).toEqual(allowed.map(({ type }) => type));
      expect(passed).toBe(Buffer.concat(allowed.map(({ bytes }) => bytes)).length);
    }),
  );
});

test('a packet that is too large, or whose length never ends, is told from its header', () => {
  const scan = (bytes: number[]) => frameScanner(1_000).scan(Buffer.from(bytes), () => true);
  expect(scan([0x30, 0xe8, 0x07])).toEqual({ passed: 3, fault: null });
  expect(scan([0x30, 0xe9, 0x07])).toMatchObject({ fault: 'packet-too-large' });
  expect(scan([0x30, 0xff, 0xff, 0xff, 0x7f])).toMatchObject({ fault: 'packet-too-large' });
  expect(scan([0x30, 0xff, 0xff, 0xff, 0xff])).toMatchObject({ fault: 'malformed-length' });
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
