// Cuts a byte stream into whole packets, however the bytes come, and asks about each before it goes on. Packets that
// stand whole in a chunk are passed on in runs, without a copy.
import { HeaderCursor, type PacketLimits } from './packets/fixed-header.ts';
import type { Violation } from './packets/violation.ts';

/** `drop`: it is dealt with. `hold`: it and everything after it must wait. `stop`: the connection is done for. */
export type Verdict = 'pass' | 'drop' | 'hold' | 'stop';

export interface FrameHandling {
  /** A packet has begun that is not whole yet; false when it must not. */
  mayBegin(type: number): boolean;
  judge(bytes: Buffer, start: number, bodyAt: number, end: number): Verdict;
  emit(run: Buffer): void;
  onFault(violation: Violation): void;
}

const FIRST_BYTES = 256;

export class PacketStream {
  readonly #cursor: HeaderCursor;
  readonly #handling: FrameHandling;
  /** The beginning of a packet whose rest is still to come. */
  #partial: Buffer | null = null;
  #partialLength = 0;

  constructor(limits: PacketLimits, handling: FrameHandling) {
    this.#cursor = new HeaderCursor(limits);
    this.#handling = handling;
  }

  get hasPartial(): boolean {
    return this.#partial !== null;
  }

  /** Takes the bytes that came; gives back those that must wait, to be fed again, or null. */
  feed(chunk: Buffer): Buffer | null {
    if (!this.#partial) return this.#feedFrom(chunk, 0);
    const taken = this.#complete(chunk);
    if (taken < 0) return null;
    const packet = this.#partial.subarray(0, this.#partialLength);
    this.#partial = null;
    const verdict = this.#handling.judge(packet, 0, this.#cursor.bodyAt, this.#cursor.end);
    if (verdict === 'stop') return null;
    if (verdict === 'hold') return taken < chunk.length ? Buffer.concat([packet, chunk.subarray(taken)]) : packet;
    if (verdict === 'pass') this.#handling.emit(packet);
    return this.#feedFrom(chunk, taken);
  }

  /** Bytes given back to wait, less the whole packets among them that need not: told by their first byte. */
  skim(waiting: Buffer, isDealtWith: (firstByte: number) => boolean): Buffer {
    const kept: Buffer[] = [];
    let keptFrom = 0;
    for (let at = 0; at < waiting.length && this.#cursor.read(waiting, at, waiting.length) === 'whole'; ) {
      const { end } = this.#cursor;
      if (isDealtWith(waiting[at] as number)) {
        kept.push(waiting.subarray(keptFrom, at));
        keptFrom = end;
      }
      at = end;
    }
    return keptFrom === 0 ? waiting : Buffer.concat([...kept, waiting.subarray(keptFrom)]);
  }

  #feedFrom(chunk: Buffer, from: number): Buffer | null {
    let runFrom = from;
    let at = from;
    while (at < chunk.length) {
      const state = this.#cursor.read(chunk, at, chunk.length);
      if (state === 'partial') break;
      if (state !== 'whole') {
        this.#handling.onFault(state);
        return null;
      }
      const { end } = this.#cursor;
      const verdict = this.#handling.judge(chunk, at, this.#cursor.bodyAt, end);
      if (verdict !== 'pass') {
        this.#emitRun(chunk, runFrom, at);
        if (verdict === 'hold') return chunk.subarray(at);
        if (verdict === 'stop') return null;
        runFrom = end;
      }
      at = end;
    }
    this.#emitRun(chunk, runFrom, at);
    if (at < chunk.length && this.#handling.mayBegin((chunk[at] as number) >> 4)) this.#begin(chunk.subarray(at));
    return null;
  }

  #emitRun(chunk: Buffer, from: number, to: number): void {
    if (to > from) this.#handling.emit(from === 0 && to === chunk.length ? chunk : chunk.subarray(from, to));
  }

  #begin(bytes: Buffer): void {
    this.#partial = Buffer.allocUnsafeSlow(Math.max(FIRST_BYTES, bytes.length));
    this.#partialLength = 0;
    this.#append(bytes);
  }

  /** Takes what the packet lacks from the chunk; -1 when it lacks more than that, or can never be whole. */
  #complete(chunk: Buffer): number {
    let taken = 0;
    for (;;) {
      const state = this.#cursor.read(this.#partial as Buffer, 0, this.#partialLength);
      if (state === 'whole') return taken;
      if (state !== 'partial') {
        this.#handling.onFault(state);
        return -1;
      }
      if (taken === chunk.length) return -1;
      // Without its length the packet is asked for byte by byte: five at most.
      const lacking = this.#cursor.end === 0 ? 1 : this.#cursor.end - this.#partialLength;
      const part = chunk.subarray(taken, taken + lacking);
      this.#append(part);
      taken += part.length;
    }
  }

  /** Grows with the bytes that came, not with the length that was announced: that costs a liar nothing. */
  #append(bytes: Buffer): void {
    const partial = this.#partial as Buffer;
    const length = this.#partialLength + bytes.length;
    if (length > partial.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(length, partial.length * 2));
      partial.copy(grown, 0, 0, this.#partialLength);
      this.#partial = grown;
    }
    bytes.copy(this.#partial as Buffer, this.#partialLength);
    this.#partialLength = length;
  }
}
