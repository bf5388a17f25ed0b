// Takes in what comes through the doors: a place for each connection and a guard before it, the others are turned away;
// and shows those out who let their time pass.
import type { Client } from 'aedes';
import type { BaseLogger } from 'pino';
import type { Clock } from '../contracts/time.ts';
import type { ShownCertificate } from './client-certificate.ts';
import { ConnectionGuard, type GuardLimit } from './connection-guard.ts';
import { countConnections } from './connections.ts';
import type { IntakeGate } from './intake-gate.ts';
import type { BrokerLimits } from './limits.ts';
import type { Arrival } from './listeners.ts';
import { turnAway } from './turn-away.ts';

export interface ReceptionOptions {
  limits: BrokerLimits;
  gate: IntakeGate;
  clock: Clock;
  log: BaseLogger;
  onRefused: (reason: string) => void;
  onLimit: (limit: GuardLimit) => void;
  /** Begins to speak MQTT behind the guard. */
  serve: (guard: ConnectionGuard) => Client;
  /** Whether an acknowledgement of the client is one that the message it names calls for. */
  isCalledFor: (client: Client, type: number, packetId: number) => boolean;
}

export interface Reception {
  /** Open connections. */
  readonly count: number;
  readonly hasPending: boolean;
  receive: (arrival: Arrival) => void;
  certificateOf: (client: Client) => ShownCertificate | undefined;
  /** Looks at nobody's time any more. */
  stopLooking(): void;
  /** Ends every connection. */
  endAll(): void;
}

const SWEEP_MS = 1_000;

export function startReception(options: ReceptionOptions): Reception {
  const { limits, gate, clock, log, onRefused, onLimit, serve, isCalledFor } = options;
  const guards = new Set<ConnectionGuard>();
  const certificates = new WeakMap<ConnectionGuard, ShownCertificate>();
  const connections = countConnections(limits);
  const sendAway = turnAway();

  const onViolation = (violation: string): void => {
    onRefused(violation);
    log.info({ violation }, 'a connection was cut');
  };
  function cutOverdue(): void {
    const nowMs = clock.now();
    for (const guard of guards) {
      const overdue = guard.overdue(nowMs);
      if (overdue === null) continue;
      onRefused(overdue);
      guard.destroy();
    }
  }
  const sweep = setInterval(cutOverdue, SWEEP_MS).unref();

  return {
    get count() {
      return connections.count;
    },
    get hasPending() {
      return [...guards].some((guard) => guard.inFlight > 0);
    },
    receive({ stream, address, certificate }) {
      const place = connections.enter(address);
      if (typeof place === 'string') {
        onRefused(place);
        return sendAway(stream);
      }
      const guard = new ConnectionGuard({
        socket: stream,
        gate,
        limits,
        clock,
        onViolation,
        onLimit,
        isCalledFor: (type, packetId) => isCalledFor(client, type, packetId),
      });
      guards.add(guard);
      if (certificate) certificates.set(guard, certificate);
      guard.once('close', () => {
        guards.delete(guard);
        place.left();
      });
      const client = serve(guard);
    },
    certificateOf: (client) => certificates.get(guardOf(client)),
    stopLooking: () => clearInterval(sweep),
    endAll() {
      for (const guard of guards) guard.destroy();
    },
  };
}

export function guardOf({ conn }: Client): ConnectionGuard {
  if (conn instanceof ConnectionGuard) return conn;
  throw new Error('a connection came past its guard');
}
