// Brings each device its commands: one at a time and in order, when it is connected and listens; again when it went away
// before it acknowledged. The table is the queue; here is only which devices to look at and what is on its way.
import { setTimeout as sleep } from 'node:timers/promises';
import type { BaseLogger } from 'pino';
import { isOpenCommand } from '../../contracts/commands.ts';
import type { Clock } from '../../contracts/time.ts';
import { commandTopic } from '../../contracts/topics.ts';
import type { Database } from '../../db/database.ts';
import type { EventLog } from '../../db/event-log.ts';
import type { Broker } from '../broker.ts';
import { type Dispatch, markDelivered, takeNext } from './delivery-store.ts';

export interface CourierOptions {
  database: Database;
  eventLog: Pick<EventLog, 'subscribe'>;
  clock: Clock;
  log: BaseLogger;
}

/** The broker's side of it. */
export type CommandLine = Pick<Broker, 'isListening' | 'send'>;

export interface Courier {
  /** Something may be there for this device, or the device has come back. */
  look(device: string): void;
  /** From here on commands leave through this broker. */
  serve(line: CommandLine): void;
  close(): Promise<void>;
}

/** Devices looked at in one statement. */
const ROUND_LIMIT = 500;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 5_000;
/** A device that is connected but did not take a command is not tried again before this. */
const REFUSED_PAUSE_MS = 1_000;
const MAX_PACKET_ID = 65_535;

/** The same in every session (MQTT-4.4.0-1), without keeping it: one command of a device is on its way at a time. */
const packetIdOf = ({ id }: Dispatch): number => Number(id % BigInt(MAX_PACKET_ID)) + 1;

export function startCourier({ database, eventLog, clock, log }: CourierOptions): Courier {
  const stop = new AbortController();
  const { signal } = stop;
  const due = new Set<string>();
  const onTheWay = new Set<string>();
  const pauses = new Set<NodeJS.Timeout>();
  let acknowledged: Dispatch[] = [];
  let line: CommandLine | null = null;
  let working: Promise<void> | undefined;

  const isReachable = (device: string): boolean => line?.isListening(device, commandTopic(device, 'x')) ?? false;

  /** Until it succeeds or the courier closes: nothing is lost, for what is not written down is done again. */
  async function surely<T>(attempt: () => Promise<T>): Promise<T | undefined> {
    for (let pauseMs = FIRST_PAUSE_MS; !signal.aborted; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      try {
        return await attempt();
      } catch (error) {
        log.warn({ error, pauseMs }, 'commands could not be read or written; trying again');
        await sleep(pauseMs, undefined, { signal }).catch(() => {});
      }
    }
    return undefined;
  }

  function lookLater(device: string): void {
    const timer = setTimeout(() => {
      pauses.delete(timer);
      look(device);
    }, REFUSED_PAUSE_MS);
    pauses.add(timer);
  }

  function dispatch(command: Dispatch): void {
    const { device, request, name, args, attempts } = command;
    const sending = line?.send(device, {
      topic: commandTopic(device, request),
      payload: Buffer.from(JSON.stringify({ name, args })),
      qos: 1,
      packetId: packetIdOf(command),
      isRepeated: attempts > 1,
    });
    // It went away since: it gets the command when it is back.
    if (sending === undefined || sending === 'offline') return;
    onTheWay.add(device);
    void settle(command, sending);
  }

  async function settle(command: Dispatch, sending: Promise<void>): Promise<void> {
    const { device, request } = command;
    try {
      await sending;
      acknowledged.push(command);
      wake();
    } catch (error) {
      onTheWay.delete(device);
      log.info({ device, request, error }, 'a command was not acknowledged; it is sent again when the device listens');
      if (!signal.aborted && isReachable(device)) lookLater(device);
    }
  }

  async function noteDelivered(): Promise<void> {
    const delivered = acknowledged;
    acknowledged = [];
    const ids = delivered.map(({ id }) => id);
    await surely(() => markDelivered(database, ids, clock.now()));
    for (const { device } of delivered) {
      onTheWay.delete(device);
      look(device);
    }
  }

  async function round(): Promise<void> {
    const devices: string[] = [];
    for (const device of due) {
      due.delete(device);
      if (isReachable(device) && !onTheWay.has(device)) devices.push(device);
      if (devices.length === ROUND_LIMIT) break;
    }
    if (devices.length === 0) return;
    const commands = await surely(() => takeNext(database, devices, clock.now()));
    for (const command of commands ?? []) dispatch(command);
  }

  async function work(): Promise<void> {
    while (!signal.aborted && (acknowledged.length > 0 || due.size > 0)) {
      if (acknowledged.length > 0) await noteDelivered();
      await round();
    }
  }

  function wake(): void {
    if (signal.aborted || working) return;
    working = work().finally(() => {
      working = undefined;
      if (acknowledged.length > 0 || due.size > 0) wake();
    });
  }

  function look(device: string): void {
    if (line === null) return;
    due.add(device);
    wake();
  }

  const unsubscribe = eventLog.subscribe((events) => {
    for (const { type, payload } of events) {
      // What is settled makes room for the next one, also where its row was locked when the courier came by.
      if (type === 'command.requested') look(payload.device);
      else if (type === 'command.transitioned' && !isOpenCommand(payload.to)) look(payload.device);
    }
  });

  return {
    look,
    serve(broker) {
      line = broker;
    },
    async close() {
      unsubscribe();
      stop.abort();
      for (const timer of pauses) clearTimeout(timer);
      await working;
    },
  };
}
