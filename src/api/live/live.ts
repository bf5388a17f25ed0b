// The live channel: gives every connected person a watcher, and spreads changes and readings over them.
import type { Server as HttpServer } from 'node:http';
import type { FastifyBaseLogger } from 'fastify';
import { Gauge, type Registry } from 'prom-client';
import type { Principal } from '../../contracts/access.ts';
import type { LiveTopic } from '../../contracts/live.ts';
import type { Clock } from '../../contracts/time.ts';
import type { ApiPorts, EventLog } from '../ports.ts';
import { deviceOf, isCut, type Outgoing } from './audience.ts';
import { startFeed } from './feed.ts';
import { createPlaces } from './places.ts';
import { startReadingFeed } from './reading-feed.ts';
import { loadMissed } from './replay.ts';
import { loadSnapshot } from './snapshots.ts';
import { checkSessions, createSocketServer, type LiveSocket, senderFor } from './sockets.ts';
import { type Answered, createWatcher, type Watcher } from './watcher.ts';

export interface LiveOptions {
  server: HttpServer;
  ports: ApiPorts;
  eventLog: EventLog;
  clock: Clock;
  log: FastifyBaseLogger;
  metrics: Registry;
  /** How often each session is checked: a revoked one is cut off within this time. */
  sessionCheckMs?: number;
}

export interface Live {
  close(): Promise<void>;
}

const SESSION_CHECK_MS = 10_000;

export function startLive(options: LiveOptions): Live {
  const { server, ports, eventLog, clock, log, metrics, sessionCheckMs = SESSION_CHECK_MS } = options;
  const watchers = new Map<LiveSocket, Watcher>();
  const places = createPlaces();

  const offerAll = (outgoing: Outgoing): void => {
    for (const watcher of watchers.values()) watcher.offer(outgoing);
  };
  const feed = startFeed({
    eventLog,
    views: ports,
    places,
    log,
    isWatched: () => watchers.size > 0,
    deliver: (changes) => changes.forEach(offerAll),
    startOver(whom) {
      for (const watcher of watchers.values()) if (whom === 'everybody' || isCut(watcher.principal)) watcher.drop();
    },
  });
  const readingFeed = startReadingFeed(ports.readings, (topic, values) =>
    offerAll({
      topic,
      message: { type: 'readings', data: values },
      position: feed.position(),
      // Who watches a device was let in by its place when the subscription was answered.
      place: 'everyone',
    }),
  );

  async function answer(
    topic: LiveTopic,
    principal: Principal,
    since: number | undefined,
    position: number,
  ): Promise<Answered> {
    const resume = { eventLog, views: ports, startedAt: feed.startedAt };
    // A device's topic is small: its snapshot costs less than a look into the log, and checks the person's view of it.
    const isResumed = since !== undefined && deviceOf(topic) === null;
    const missed = isResumed ? await loadMissed(topic, principal, since, position, resume) : null;
    return missed ?? { snapshot: await loadSnapshot(topic, principal, { ports, places, clock }), position };
  }

  function welcome(socket: LiveSocket): void {
    const watcher = createWatcher({
      principal: socket.data.principal,
      send: senderFor(socket, log),
      drop: () => socket.conn.close(true),
      position: () => feed.position(),
      answer,
      onWatch: (topic) => readingFeed.watch(topic),
      onUnwatch: (topic) => readingFeed.unwatch(topic),
    });
    watchers.set(socket, watcher);
    socket.on('subscribe', (request, reply) => {
      if (typeof reply === 'function') watcher.subscribe(request, reply);
    });
    socket.on('unsubscribe', (topic) => watcher.unsubscribe(topic));
    socket.on('disconnect', () => {
      watchers.delete(socket);
      watcher.close();
    });
  }

  const io = createSocketServer(server, ports.sessions);
  io.of('/live').on('connection', welcome);
  const checks = setInterval(() => void checkSessions([...watchers.keys()], ports.sessions, log), sessionCheckMs);
  const gauge: Gauge = new Gauge({
    name: 'stethos_live_connections',
    help: 'People connected to the live channel',
    registers: [metrics],
    collect: () => gauge.set(watchers.size),
  });

  return {
    async close() {
      clearInterval(checks);
      readingFeed.close();
      await feed.close();
      // Not io.close(): it would also close the HTTP server and wait for every idle connection of it.
      io.disconnectSockets(true);
      io.engine.close();
    },
  };
}
