// Stands between a socket and the MQTT engine, which itself bounds nothing and lets much pass: only whole, well-formed
// packets go through, nothing before sign-in but CONNECT, no more publishes than the window and the rate allow; and it
// knows when the peer went silent.
import { Duplex } from 'node:stream';
import type { Clock, EpochMs } from '../contracts/time.ts';
import { PacketStream, type Verdict } from './frames.ts';
import type { IntakeGate } from './intake-gate.ts';
import type { BrokerLimits } from './limits.ts';
import { checkPacket } from './packets/check-packet.ts';
import { CONNECT, DISCONNECT, PINGREQ, PUBACK, PUBCOMP, PUBLISH, PUBREC, SUBSCRIBE } from './packets/fixed-header.ts';
import { countFilters, refusingSuback } from './packets/subscribe.ts';
import { CONNACK_CODES, type Violation } from './packets/violation.ts';
import { PublishRate } from './publish-rate.ts';

const PONG = Buffer.from([0xd0, 0]);
const connack = (returnCode: number): Buffer => Buffer.from([0x20, 2, 0, returnCode]);

/** Held bytes up to which a connection is still read. */
const READ_AHEAD_BYTES = 16 * 1024;

/** MQTT-3.1.2-24: one and a half times the keep alive. */
const KEEPALIVE_TOLERANCE = 1.5;

export interface GuardOptions {
  socket: Duplex;
  gate: IntakeGate;
  limits: BrokerLimits;
  clock: Clock;
  onViolation: (violation: Violation) => void;
  onLimit: (limit: GuardLimit) => void;
  /** Whether an acknowledgement, PUBREL aside, is one that the message it names calls for. */
  isCalledFor: (type: number, packetId: number) => boolean;
}

/** `publish-rate`: it publishes faster than it may, and is not read for a while. */
export type GuardLimit = 'publish-rate' | 'too-many-filters';

export type Overdue = 'keep-alive' | 'silence' | 'sign-in-timeout' | 'packet-timeout';

export class ConnectionGuard extends Duplex {
  readonly #socket: Duplex;
  readonly #gate: IntakeGate;
  readonly #clock: Clock;
  readonly #limits: BrokerLimits;
  readonly #packets: PacketStream;
  readonly #rate: PublishRate;
  readonly #onViolation: (violation: Violation) => void;
  readonly #onLimit: (limit: GuardLimit) => void;
  readonly #isCalledFor: GuardOptions['isCalledFor'];
  readonly #openedAtMs: EpochMs;
  #phase: 'new' | 'connecting' | 'admitted' | 'refused' = 'new';
  #held: Buffer | null = null;
  #wantsMore = true;
  #isWaitingForGate = false;
  #rateTimer: NodeJS.Timeout | null = null;
  #isHeldByRate = false;
  #hasEnded = false;
  #hasSaidGoodbye = false;
  #inFlight = 0;
  #keepaliveMs = 0;
  #lastActivityMs: EpochMs;
  #packetBeganAtMs: EpochMs = 0;

  constructor({ socket, gate, limits, clock, onViolation, onLimit, isCalledFor }: GuardOptions) {
    super({
      allowHalfOpen: false,
      readableHighWaterMark: limits.maxPacketBytes,
      writableHighWaterMark: limits.maxOutgoingBytes,
    });
    this.#socket = socket;
    this.#gate = gate;
    this.#clock = clock;
    this.#limits = limits;
    this.#onViolation = onViolation;
    this.#onLimit = onLimit;
    this.#isCalledFor = isCalledFor;
    this.#openedAtMs = this.#lastActivityMs = clock.now();
    this.#rate = new PublishRate(limits.publishesPerS, this.#openedAtMs);
    this.#packets = new PacketStream(limits, {
      mayBegin: (type) => this.#mayBegin(type),
      judge: (bytes, start, bodyAt, end) => this.#judge(bytes, start, bodyAt, end),
      emit: (run) => {
        this.#wantsMore = this.push(run);
      },
      onFault: (violation) => this.#refuse(violation),
    });
    socket.on('data', (chunk: Buffer) => {
      if (this.#phase === 'refused') return;
      this.#lastActivityMs = clock.now();
      if (this.#held) this.#hold(Buffer.concat([this.#held, chunk]));
      else this.#feed(chunk);
    });
    socket.on('end', () => {
      this.#hasEnded = true;
      if (!this.#held) this.push(null);
    });
    socket.on('error', (error) => this.destroy(error));
    socket.on('close', () => this.destroy());
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** Signed in: from here on everything may pass. */
  admit(): void {
    this.#phase = 'admitted';
    this.#resume();
  }

  /** The engine's own timer would cut a device whose pings wait behind its commits. */
  takeOverKeepalive(keepaliveS: number): void {
    this.#keepaliveMs = keepaliveS * 1000;
  }

  /** A publish that passed is settled: room for another. */
  settle(): void {
    this.#inFlight -= 1;
    this.#lastActivityMs = this.#clock.now();
    this.#resume();
  }

  /** What the client has let pass, if anything; while something of its own waits for us it owes nothing. */
  overdue(nowMs: EpochMs): Overdue | null {
    if (this.#phase !== 'admitted') {
      return nowMs - this.#openedAtMs > this.#limits.signInMs ? 'sign-in-timeout' : null;
    }
    if (this.#packets.hasPartial && nowMs - this.#packetBeganAtMs > this.#limits.packetMs) return 'packet-timeout';
    if (this.#inFlight > 0 || this.#held) return null;
    const silentMs = nowMs - this.#lastActivityMs;
    if (this.#keepaliveMs === 0) return silentMs > this.#limits.maxSilenceMs ? 'silence' : null;
    return silentMs > this.#keepaliveMs * KEEPALIVE_TOLERANCE ? 'keep-alive' : null;
  }

  #feed(chunk: Buffer): void {
    this.#wantsMore = true;
    const held = this.#packets.feed(chunk);
    if (held) this.#hold(held);
    else if (!this.#wantsMore) this.#socket.pause();
  }

  /** What must wait is read a little way ahead: a ping behind it is answered, or the device would give us up for dead. */
  #hold(bytes: Buffer): void {
    this.#held = this.#phase === 'admitted' ? this.#packets.skim(bytes, (first) => this.#answersPing(first)) : bytes;
    if (this.#held.length >= READ_AHEAD_BYTES) this.#socket.pause();
    else this.#socket.resume();
  }

  /** The engine answers only what it has read, and a device that does not read its answers gets none of ours. */
  #answersPing(firstByte: number): boolean {
    if (firstByte >> 4 !== PINGREQ || this.writableNeedDrain || this.#hasSaidGoodbye) return false;
    this.write(PONG);
    return true;
  }

  #mayBegin(type: number): boolean {
    if (this.#phase === 'new' && type !== CONNECT) {
      this.#refuse('connect-first');
      return false;
    }
    this.#packetBeganAtMs = this.#clock.now();
    return true;
  }

  #judge(bytes: Buffer, start: number, bodyAt: number, end: number): Verdict {
    const type = (bytes[start] as number) >> 4;
    if (this.#phase === 'new' && type !== CONNECT) return this.#refuse('connect-first'); // MQTT-3.1.0-1
    if (this.#phase !== 'new' && type === CONNECT) return this.#refuse('second-connect'); // MQTT-3.1.0-2
    const violation = checkPacket(bytes, start, bodyAt, end);
    if (violation) return this.#refuse(violation);
    if (this.#phase === 'connecting') return 'hold';
    if (this.#hasSaidGoodbye) return 'drop'; // MQTT-3.14.4-2
    if (type === PUBLISH) return this.#mayPublish() ? 'pass' : 'hold';
    if (type === CONNECT) this.#phase = 'connecting';
    else if (type === PUBACK || type === PUBREC || type === PUBCOMP) {
      if (!this.#isCalledFor(type, bytes.readUInt16BE(bodyAt))) return this.#refuse('acknowledgement');
    } else if (type === SUBSCRIBE) return this.#maySubscribe(bytes, bodyAt, end) ? 'pass' : 'drop';
    else if (type === DISCONNECT) this.#hasSaidGoodbye = true;
    return this.#answersPing(bytes[start] as number) ? 'drop' : 'pass';
  }

  #mayPublish(): boolean {
    if (!this.#gate.isOpen) {
      this.#waitForGate();
      return false;
    }
    if (this.#inFlight >= this.#limits.inFlightWindow) return false;
    const isWithinRate = this.#rate.take(this.#clock.now());
    if (!isWithinRate && !this.#isHeldByRate) this.#onLimit('publish-rate');
    this.#isHeldByRate = !isWithinRate;
    if (!isWithinRate) {
      this.#waitForRate();
      return false;
    }
    this.#inFlight += 1;
    return true;
  }

  /** A SUBSCRIBE that asks for too much is answered here: the engine would not see how much it is. */
  #maySubscribe(bytes: Buffer, bodyAt: number, end: number): boolean {
    const filters = countFilters(bytes, bodyAt, end);
    if (filters <= this.#limits.maxFiltersPerSubscribe) return true;
    this.#onLimit('too-many-filters');
    this.write(refusingSuback(bytes.readUInt16BE(bodyAt), filters));
    return false;
  }

  #waitForGate(): void {
    if (this.#isWaitingForGate) return;
    this.#isWaitingForGate = true;
    this.#gate.whenOpen(() => {
      this.#isWaitingForGate = false;
      this.#resume();
    });
  }

  #waitForRate(): void {
    if (this.#rateTimer) return;
    this.#rateTimer = setTimeout(() => {
      this.#rateTimer = null;
      this.#resume();
    }, this.#rate.waitMs);
  }

  #resume(): void {
    const held = this.#held;
    if (!held || this.destroyed) return;
    this.#held = null;
    this.#feed(held);
    if (this.#held || this.destroyed) return;
    if (this.#hasEnded) this.push(null);
    else if (this.readableLength < this.readableHighWaterMark) this.#socket.resume();
  }

  #refuse(violation: Violation): 'stop' {
    this.#phase = 'refused';
    this.#onViolation(violation);
    const returnCode = CONNACK_CODES[violation];
    if (returnCode === undefined) this.destroy();
    else this.#socket.end(connack(returnCode), () => this.destroy());
    return 'stop';
  }

  override _read(): void {
    if (!this.#held && !this.#hasEnded) this.#socket.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#socket.write(chunk, done);
  }

  /** The engine writes a packet in pieces, and the acknowledgements of a commit one by one: one write for all of them. */
  override _writev(pieces: { chunk: Buffer }[], done: (error?: Error | null) => void): void {
    this.#socket.write(Buffer.concat(pieces.map(({ chunk }) => chunk)), done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#socket.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#held = null;
    if (this.#rateTimer) clearTimeout(this.#rateTimer);
    this.#socket.destroy();
    done(error);
  }
}
