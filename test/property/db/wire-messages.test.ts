import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MessageReader } from '../../../src/db/embedded/wire.ts';

function message(type: string, body: Uint8Array): Buffer {
  const head = Buffer.alloc(type.length + 4);
  head.write(type, 'latin1');
  head.writeInt32BE(body.length + 4, type.length);
  return Buffer.concat([head, body]);
}

describe('messages of the wire protocol', () => {
  it('are the same however the stream is cut', () => {
    const bodies = fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 12 });
    const cuts = fc.array(fc.integer({ min: 1, max: 97 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(bodies, cuts, (parts, sizes) => {
        const sent = parts.map((body, index) => message(index === 0 ? '' : 'Q', body));
        const stream = Buffer.concat(sent);
        const reader = new MessageReader();
        const received: Buffer[] = [];
        for (let at = 0, turn = 0; at < stream.length; turn += 1) {
          const size = sizes[turn % sizes.length] ?? 1;
          reader.push(stream.subarray(at, at + size));
          at += size;
          for (let next = reader.take(received.length === 0); next; next = reader.take(received.length === 0)) {
            received.push(next);
          }
        }
        expect(received.map((m) => m.toString('hex'))).toEqual(sent.map((m) => m.toString('hex')));
      }),
    );
  });
});
