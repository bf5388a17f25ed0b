// One lane of group commit: whatever waits is committed at once, and while that commit runs the next batch gathers; no
// timer. Settles items in the order of their arrival. Knows nothing of what the items are.
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { BaseLogger } from 'pino';
import { isAtFault, isTimeout, isUnclear } from '../db/errors.ts';

export interface LaneLimits {
  /** Most items in one commit. */
  maxBatch: number;
  /** A batch is closed when its items weigh this much together. */
  maxBatchWeight: number;
  firstPauseMs: number;
  longestPauseMs: number;
  /** How often an error that may pass is tried before the data is taken to be at fault. */
  unclearAttempts: number;
  /** How long `close` waits for the commit that is under way. */
  closeMs: number;
}

export const DEFAULT_LANE: LaneLimits = {
  maxBatch: 2_000,
  maxBatchWeight: 20_000,
  firstPauseMs: 50,
  // Short, because every device waits behind it when the database is back.
  longestPauseMs: 500,
  unclearAttempts: 3,
  closeMs: 3_000,
};

export interface LaneOptions<Item> {
  /**
   * All of them or none; repeating it after an unknown end must change nothing. Answers what is left to do once the
   * acknowledgements are out.
   */
  commit: (items: readonly Item[]) => Promise<() => void>;
  /** What becomes of an item that cannot be committed even alone. */
  divert: (item: Item, error: unknown) => Item;
  weigh: (item: Item) => number;
  limits: LaneLimits;
  log: BaseLogger;
  onRetry: () => void;
}

export type Settled = (error: Error | null) => void;

export interface Lane<Item> {
  /** Tells when the item, or what it was diverted to, is durable; an error only when the lane closes before that. */
  put(item: Item, settled: Settled): void;
  /** The same as a promise, which costs twice as much as the lane itself: for what does not come by the thousand. */
  offer(item: Item): Promise<void>;
  readonly waiting: number;
  /** Takes no more, and commits what waits unless the database is away or takes too long. */
  close(): Promise<void>;
}

export class LaneClosed extends Error {
  constructor() {
    super('ingest is closing; the message was not stored and has to be sent again');
    this.name = 'LaneClosed';
  }
}

interface Waiting<Item> {
  item: Item;
  settled: Settled;
}

export function startLane<Item>({ commit, divert, weigh, limits, log, onRetry }: LaneOptions<Item>): Lane<Item> {
  let queue: Waiting<Item>[] = [];
  let inFlight: readonly Waiting<Item>[] = [];
  const closing = new AbortController();
  let running: Promise<void> | undefined;

  function takeBatch(): Waiting<Item>[] {
    let size = 0;
    let weight = 0;
    while (size < queue.length && size < limits.maxBatch && weight < limits.maxBatchWeight) {
      weight += weigh((queue[size] as Waiting<Item>).item);
      size++;
    }
    if (size === queue.length) {
      const all = queue;
      queue = [];
      return all;
    }
    return queue.splice(0, size);
  }

  /**
   * Again and again until it is committed, the data is at fault, or it should be tried in halves: smaller parts take less
   * time. What is in flight is acknowledged by nobody.
   */
  async function commitSurely(items: readonly Item[], attempts: number): Promise<() => void> {
    let pauseMs = limits.firstPauseMs;
    for (let attempt = 1; ; attempt += 1, pauseMs = Math.min(pauseMs * 2, limits.longestPauseMs)) {
      try {
        return await commit(items);
      } catch (error) {
        if (isAtFault(error)) throw error;
        if (closing.signal.aborted) throw new LaneClosed();
        if (isUnclear(error) && attempt >= attempts) throw error;
        onRetry();
        log.warn({ error, messages: items.length, pauseMs }, 'a batch could not be committed; trying again');
        if (isTimeout(error) && items.length > 1) throw error;
        await sleep(pauseMs, undefined, { signal: closing.signal }).catch(() => {});
      }
    }
  }

  /** Halves a refused batch until the item at fault stands alone, and diverts that one. */
  async function settle(batch: readonly Waiting<Item>[], attempts: number): Promise<void> {
    try {
      const items = batch.map(({ item }) => item);
      release(batch, await commitSurely(items, attempts));
    } catch (error) {
      const [only] = batch;
      if (error instanceof LaneClosed || !only) return refuse(batch);
      if (batch.length > 1) {
        const half = batch.length >> 1;
        await settle(batch.slice(0, half), 1);
        await settle(batch.slice(half), 1);
        return;
      }
      log.error({ error }, 'a message was refused by the database');
      await settleDiverted(only, divert(only.item, error));
    }
  }

  async function settleDiverted(waiting: Waiting<Item>, item: Item): Promise<void> {
    for (;;) {
      try {
        return release([waiting], await commitSurely([item], 1));
      } catch (error) {
        if (error instanceof LaneClosed || closing.signal.aborted) return refuse([waiting]);
        // Neither stored nor held: it stays unacknowledged and in the open until somebody looks.
        onRetry();
        log.error({ error }, 'a refused message could not be quarantined either; trying again');
        await sleep(limits.longestPauseMs, undefined, { signal: closing.signal }).catch(() => {});
      }
    }
  }

  async function run(): Promise<void> {
    while (queue.length > 0) {
      inFlight = takeBatch();
      await settle(inFlight, limits.unclearAttempts);
    }
    inFlight = [];
    running = undefined;
  }

  function put(item: Item, settled: Settled): void {
    if (closing.signal.aborted) return settled(new LaneClosed());
    queue.push({ item, settled });
    // A tick later, so that what arrived with it shares its commit.
    running ??= Promise.resolve().then(run);
  }

  return {
    put,
    offer: (item) => new Promise<void>((resolve, reject) => put(item, (error) => (error ? reject(error) : resolve()))),
    get waiting() {
      return queue.length;
    },
    async close() {
      closing.abort();
      const isInTime = Promise.resolve(running).then(() => true);
      if (!(await Promise.race([isInTime, sleep(limits.closeMs, false, { ref: false })]))) {
        log.warn(
          { messages: inFlight.length + queue.length },
          'the database did not answer in time; they stay unacknowledged',
        );
        refuse([...inFlight, ...queue.splice(0)]);
      }
      // What was committed last is acknowledged in the next turn and handed on in the one after.
      await nextTurn();
      await nextTurn();
    },
  };
}

/** Not at once but in the next turn: the next batch is on its way to the database before this one is acknowledged. */
function release<Item>(batch: readonly Waiting<Item>[], afterwards: () => void): void {
  setImmediate(() => {
    for (const { settled } of batch) settled(null);
    setImmediate(afterwards);
  });
}

function refuse<Item>(batch: readonly Waiting<Item>[]): void {
  setImmediate(() => {
    for (const { settled } of batch) settled(new LaneClosed());
  });
}
