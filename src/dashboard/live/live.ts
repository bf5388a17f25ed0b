// The live connection: one socket, any number of watched topics, resumed by itself. Says when it is stale and since when.
import { type ReadonlySignal, signal } from '@preact/signals';
import { io, type Socket } from 'socket.io-client';
import type { Change, ClientToServer, LiveTopic, ServerToClient } from '../../contracts/live.ts';
import { createTopicFeed, type FeedReader, type TopicFeed } from './topic-feed.ts';

export interface Live {
  /** `connecting` only before the first connection; afterwards a lost one is `stale`. */
  state: ReadonlySignal<'connecting' | 'live' | 'stale'>;
  /** When the connection was lost. */
  staleSince: ReadonlySignal<number | null>;
  /** Watches a topic until the returned function is called. */
  watch(topic: LiveTopic, reader: FeedReader): () => void;
  close(): void;
}
export interface LiveOptions {
  url: string;
  token: () => string | null;
  /** Called when the server refuses the token; true = there is a new one. */
  renewToken: () => Promise<boolean>;
  now: () => number;
}
/** A blink of the network is not worth a warning. */
const STALE_AFTER_MS = 3000;
/** The token is refused and a new one not to be had just now: how long until the next try. */
const RETRY_MS = 5000;

export function createLive({ url, token, renewToken, now }: LiveOptions): Live {
  const state = signal<'connecting' | 'live' | 'stale'>('connecting');
  const staleSince = signal<number | null>(null);
  const feeds = new Map<LiveTopic, Set<TopicFeed>>();
  const socket: Socket<ServerToClient, ClientToServer> = io(url, {
    transports: ['websocket'],
    auth: (give) => give({ token: token() ?? '' }),
    reconnectionDelay: 500,
    reconnectionDelayMax: 5000,
  });
  let staleTimer: ReturnType<typeof setTimeout> | undefined;
  let retryTimer: ReturnType<typeof setTimeout> | undefined;

  const subscribe = (feed: TopicFeed): void => {
    socket.emit('subscribe', feed.request(), (answer) => void feed.answered(answer));
  };
  const eachFeed = (visit: (feed: TopicFeed) => void): void => {
    for (const topicFeeds of feeds.values()) for (const feed of topicFeeds) visit(feed);
  };

  const reconnectSignedIn = async (): Promise<void> => {
    if (await renewToken()) socket.connect();
    else if (token() !== null) retryTimer = setTimeout(() => socket.connect(), RETRY_MS);
  };

  socket.on('connect', () => {
    clearTimeout(staleTimer);
    staleSince.value = null;
    state.value = 'live';
    eachFeed(subscribe);
  });
  socket.on('change', (change: Change) => {
    for (const feed of feeds.get(change.topic) ?? []) feed.received(change);
  });
  socket.on('disconnect', (reason) => {
    const since = now();
    eachFeed((feed) => feed.interrupted());
    staleTimer = setTimeout(() => {
      staleSince.value = since;
      state.value = 'stale';
    }, STALE_AFTER_MS);
    // After the server closed the connection (session at its end) the client does not retry by itself.
    if (reason === 'io server disconnect') void reconnectSignedIn();
  });
  socket.on('connect_error', () => {
    if (!socket.active) void reconnectSignedIn();
  });

  return {
    state,
    staleSince,
    watch(topic, reader) {
      const feed = createTopicFeed(topic, reader);
      const topicFeeds = feeds.get(topic) ?? new Set();
      feeds.set(topic, topicFeeds.add(feed));
      if (socket.connected) subscribe(feed);
      return () => {
        topicFeeds.delete(feed);
        if (topicFeeds.size > 0) return;
        feeds.delete(topic);
        if (socket.connected) socket.emit('unsubscribe', topic);
      };
    },
    close() {
      clearTimeout(staleTimer);
      clearTimeout(retryTimer);
      socket.close();
    },
  };
}
