// Stands between a socket and the MQTT broker, which itself bounds nothing: refuses packets by their header, lets
// nothing through before sign-in but CONNECT, holds publishes beyond the window, and knows when the peer went silent.
import { Duplex } from 'node:stream';
import type { Clock, EpochMs } from '../contracts/time.ts';
import { CONNECT, type FrameFault, type FrameScanner, frameScanner, PINGREQ, PUBLISH } from './frames.ts';
import type { IntakeGate } from './intake-gate.ts';
import type { BrokerLimits } from './limits.ts';

export type Violation = FrameFault | 'connect-first';

const PING = Buffer.from([PINGREQ << 4, 0]);
const PONG = Buffer.from([0xd0, 0]);

/** MQTT-3.1.2-24: one and a half times the keep alive. */
const KEEPALIVE_TOLERANCE = 1.5;

export interface GuardOptions {
  socket: Duplex;
  gate: IntakeGate;
  limits: BrokerLimits;
  clock: Clock;
  onViolation: (violation: Violation) => void;
}

export class ConnectionGuard extends Duplex {
  readonly openedAtMs: EpochMs;
  readonly #socket: Duplex;
  readonly #gate: IntakeGate;
  readonly #clock: Clock;
  readonly #window: number;
  readonly #scanner: FrameScanner;
  readonly #onViolation: (violation: Violation) => void;
  #phase: 'new' | 'connecting' | 'admitted' = 'new';
  #held: Buffer | null = null;
  #isWaitingForGate = false;
  #hasEnded = false;
  #inFlight = 0;
  #keepaliveMs = 0;
  #lastActivityMs: EpochMs;

  constructor({ socket, gate, limits, clock, onViolation }: GuardOptions) {
    super({ allowHalfOpen: false, highWaterMark: limits.maxPacketBytes });
    this.#socket = socket;
    this.#gate = gate;
    this.#clock = clock;
    this.#window = limits.inFlightWindow;
    this.#scanner = frameScanner(limits.maxPacketBytes);
    this.#onViolation = onViolation;
    this.openedAtMs = this.#lastActivityMs = clock.now();
    socket.on('data', (chunk: Buffer) => {
      this.#lastActivityMs = clock.now();
      this.#feed(chunk);
    });
    socket.on('end', () => {
      this.#hasEnded = true;
      if (!this.#held) this.push(null);
    });
    socket.on('error', (error) => this.destroy(error));
    socket.on('close', () => this.destroy());
  }

  get isAdmitted(): boolean {
    return this.#phase === 'admitted';
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** Signed in: from here on everything may pass. */
  admit(): void {
    this.#phase = 'admitted';
    this.#resume();
  }

  /** The broker's own timer would cut a device whose pings wait behind its commits. */
  takeOverKeepalive(keepaliveS: number): void {
    this.#keepaliveMs = keepaliveS * 1000;
  }

  /** A publish that passed is settled: room for another. */
  settle(): void {
    this.#inFlight -= 1;
    this.#lastActivityMs = this.#clock.now();
    this.#resume();
  }

  /** Nothing came for longer than the keep alive allows, and nothing of it waits for us. */
  isSilent(nowMs: EpochMs): boolean {
    if (this.#keepaliveMs === 0 || this.#inFlight > 0 || this.#held) return false;
    return nowMs - this.#lastActivityMs > this.#keepaliveMs * KEEPALIVE_TOLERANCE;
  }

  #feed(chunk: Buffer): void {
    let rest = chunk;
    let wantsMore = true;
    for (;;) {
      const part = rest;
      const { passed, fault } = this.#scanner.scan(part, (type, at) => this.#mayStart(type, part, at));
      if (fault) return this.#refuse(fault);
      if (this.destroyed) return;
      if (passed > 0) wantsMore = this.push(passed === part.length ? part : part.subarray(0, passed));
      rest = part.subarray(passed);
      if (!this.#answersPing(rest, 0)) break;
      this.write(PONG);
      rest = rest.subarray(PING.length);
    }
    if (rest.length > 0) this.#held = rest;
    if (this.#held || !wantsMore) this.#socket.pause();
  }

  #mayStart(type: number, chunk: Buffer, at: number): boolean {
    if (this.#phase === 'new') {
      if (type === CONNECT) this.#phase = 'connecting';
      else this.#refuse('connect-first'); // MQTT-3.1.0-1
      return type === CONNECT;
    }
    if (this.#phase === 'connecting') return false;
    if (type === PINGREQ) return !this.#answersPing(chunk, at);
    if (type !== PUBLISH) return true;
    if (!this.#gate.isOpen) {
      this.#waitForGate();
      return false;
    }
    if (this.#inFlight >= this.#window) return false;
    this.#inFlight += 1;
    return true;
  }

  /**
   * The broker reads on only when the publishes before are committed; a ping answered then is too late for a device
   * that waits for a database to come back. So it is answered here, unless the device does not read its answers.
   */
  #answersPing(chunk: Buffer, at: number): boolean {
    const isPing = chunk[at] === PING[0] && chunk[at + 1] === PING[1];
    return isPing && this.#phase === 'admitted' && !this.writableNeedDrain;
  }

  #waitForGate(): void {
    if (this.#isWaitingForGate) return;
    this.#isWaitingForGate = true;
    this.#gate.whenOpen(() => {
      this.#isWaitingForGate = false;
      this.#resume();
    });
  }

  #resume(): void {
    const held = this.#held;
    if (!held || this.destroyed) return;
    this.#held = null;
    this.#feed(held);
    if (this.#held) return;
    if (this.#hasEnded) this.push(null);
    else if (this.readableLength < this.readableHighWaterMark) this.#socket.resume();
  }

  #refuse(violation: Violation): void {
    this.#onViolation(violation);
    this.destroy();
  }

  override _read(): void {
    if (!this.#held && !this.#hasEnded) this.#socket.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#socket.write(chunk, done);
  }

  /** The broker writes a packet in pieces, and the acknowledgements of a commit one by one: one write for all of them. */
  override _writev(pieces: { chunk: Buffer }[], done: (error?: Error | null) => void): void {
    this.#socket.write(Buffer.concat(pieces.map(({ chunk }) => chunk)), done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#socket.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#held = null;
    this.#socket.destroy();
    done(error);
  }
}
