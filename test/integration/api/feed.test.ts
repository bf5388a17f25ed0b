// The feed on its own: waits for a database that is away and skips nothing, loads nothing for nobody, and starts over
// rather than hold more than its limit. And a socket that does not read is dropped, not fed.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { afterEach, describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import type { Outgoing } from '../../../src/api/live/audience.ts';
import { type Feed, startFeed } from '../../../src/api/live/feed.ts';
import { createPlaces } from '../../../src/api/live/places.ts';
import { createSocketServer, type LiveSocket, senderFor } from '../../../src/api/live/sockets.ts';
import { EVERYTHING } from '../../../src/contracts/access.ts';
import type { LoggedEvent } from '../../../src/contracts/events.ts';
import type { Device } from '../../../src/contracts/http/devices.ts';
import type { Change } from '../../../src/contracts/live.ts';

let feed: Feed | undefined;
afterEach(async () => {
  await feed?.close();
  feed = undefined;
});

const changed = (position: number, device: string): LoggedEvent => ({
  position,
  type: 'device.changed',
  at: '2026-06-01T00:00:00.000Z',
  recordedAt: '2026-06-01T00:00:00.000Z',
  payload: { device },
});
const viewOf = (id: string) => ({ id, region: { code: 'east' }, customer: { code: 'C-1' } }) as unknown as Device;

function harness(options: { many: (codes: readonly string[]) => Promise<Device[]>; isWatched?: () => boolean }) {
  let listener: (events: readonly LoggedEvent[]) => void = () => {};
  const delivered: Outgoing[] = [];
  const startedOver: string[] = [];
  feed = startFeed({
    eventLog: {
      position: () => 10,
      read: async () => [],
      subscribe(given) {
        listener = given;
        return () => {};
      },
    },
    views: {
      devices: { many: options.many },
      alerts: { many: async () => [] },
      commands: { many: async () => [] },
      workOrders: { many: async () => [] },
      imports: { one: async () => null },
    },
    places: createPlaces(),
    log: pino({ level: 'silent' }),
    isWatched: options.isWatched ?? (() => true),
    deliver: (changes) => void delivered.push(...changes.filter(({ topic }) => topic === 'fleet')),
    startOver: (whom) => void startedOver.push(whom),
  });
  return { tell: (...events: LoggedEvent[]) => listener(events), delivered, startedOver, feed };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('the feed', () => {
  test('waits for the database and then tells everything, newest views, in order', async () => {
    let failures = 2;
    const {
      tell,
      delivered,
      feed: running,
    } = harness({
      async many(codes) {
        failures -= 1;
        if (failures >= 0) throw new Error('away');
        return codes.map(viewOf);
      },
    });
    tell(changed(11, 'A'), changed(12, 'B'));
    await pause(50);
    tell(changed(13, 'A'));
    expect([delivered, running.position()]).toEqual([[], 10]);
    await pause(1500);
    expect(delivered.map(({ position, message }) => [position, (message.data as Device).id])).toEqual([
      [12, 'B'],
      [13, 'A'],
    ]);
    expect(running.position()).toBe(13);
  });

  test('loads each record once a turn', async () => {
    let loads = 0;
    const { tell, delivered } = harness({
      async many(codes) {
        loads += codes.length;
        return codes.map(viewOf);
      },
    });
    for (let n = 0; n < 500; n += 1) tell(changed(11 + n, 'A'));
    await pause(300);
    expect(loads).toBeLessThan(5);
    expect(delivered.at(-1)?.position).toBe(510);
  });

  test('loads nothing when nobody watches, and moves on', async () => {
    const { tell, feed: running } = harness({
      many: () => Promise.reject(new Error('nobody asked')),
      isWatched: () => false,
    });
    tell(changed(11, 'A'));
    await pause(20);
    expect(running.position()).toBe(11);
  });

  test('lets everybody start over rather than hold more than its limit', async () => {
    const { tell, delivered, startedOver } = harness({ many: async (codes) => codes.map(viewOf) });
    tell(...Array.from({ length: 20_001 }, (_, n) => changed(11 + n, `D-${n}`)));
    await pause(50);
    expect([startedOver, delivered]).toEqual([['everybody'], []]);
  });
});

describe('a socket that does not read', () => {
  test('is dropped when it is too far behind', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const io = createSocketServer(server, {
      authenticate: async () => ({
        userId: 1,
        email: 'a',
        name: 'A',
        role: 'planner',
        scope: EVERYTHING,
        engineer: null,
      }),
    });
    const joined = new Promise<LiveSocket>((resolve) => io.of('/live').on('connection', resolve));
    const { port } = server.address() as AddressInfo;
    const client = new WebSocket(`ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`);
    let received = 0;
    client.on('message', (text: Buffer) => {
      received += text.length > 50_000 ? 1 : 0;
      if (text.toString().startsWith('0{')) client.send(`40/live,${JSON.stringify({ token: 'any' })}`);
    });
    const socket = await joined;
    const send = senderFor(socket, pino({ level: 'silent' }));
    // Some megabytes fill the network's buffers; from then on nothing is taken.
    const change = { topic: 'fleet', position: 1, type: 'device.changed', data: { id: 'x'.repeat(50_000) } };
    const sendLot = (): void => {
      for (let m = 0; m < 50; m += 1) send(change as unknown as Change);
    };
    for (let n = 1; n <= 40; n += 1) {
      sendLot();
      while (socket.connected && received < n * 50) await pause(5);
    }
    expect(socket.connected).toBe(true);
    client.pause();
    for (let n = 0; n < 40 && socket.connected; n += 1) {
      sendLot();
      await pause(5);
    }
    expect(socket.connected).toBe(false);
    client.terminate();
    await io.close();
  });
});
