// All cost of the periods that were asked for, in columns in memory. It follows the event log: before each answer it catches
// up to the newest event, in one snapshot of the database, so that an answer is exact for its position.
import type { LoggedEvent } from '../../contracts/events.ts';
import type { Period } from '../../contracts/time.ts';
import { Problem } from '../../contracts/problems.ts';
import type { Database, Transaction } from '../../db/database.ts';
import { lastPosition, readEvents } from '../../db/event-log.ts';
import { inSnapshot } from '../../db/snapshot.ts';
import type { PeriodSpan } from '../core/cost-query.ts';
import type { Uncarried } from '../core/origins.ts';
import { createDictionaries, createLines, type Dictionaries, type Lines } from './lines.ts';
import { createReceivers, type Placed, readPlaced, type Receivers } from './placed.ts';
import { type PostedLine, readPosted, readUncarried } from './read-facts.ts';
import { keepDirect, readDirect, type ToKeep } from './segment-store.ts';

export interface Segment extends Record<Uncarried, Lines> {
  direct: Lines;
  placed: ReadonlyMap<string, Placed>;
}

/** What is in memory, as of a position; good while `answer` runs. */
export interface CubeView {
  position: number;
  dictionaries: Dictionaries;
  receivers: Receivers;
  /** Those of the span, in order; a period nothing was ever posted to has none. */
  segments: ReadonlyMap<Period, Segment>;
}

export interface CostCube {
  /** Asks what is in memory once every period of the span is, up to now. */
  ask<T>(span: PeriodSpan, answer: (view: CubeView) => T): Promise<T>;
  lines(): number;
  bytes(): number;
  /** Resolves when what was read is kept, so that the next start need not read it one by one. */
  kept(): Promise<void>;
}

export interface CubeOptions {
  database: Database;
  /** Lines in memory, about 35 bytes each; the periods used longest ago make room for others. */
  limitLines?: number;
  onEvicted?: () => void;
  /** Present: what was read fact by fact is kept in columns for the next start. */
  keep?: KeepOptions;
}

export interface KeepOptions {
  /** Fewer lines of a period are read as quickly one by one. */
  fromLines?: number;
  /** It is tried again at the next start; nothing else depends on it. */
  onFailed(error: unknown): void;
}

const KEPT_FROM_LINES = 10_000;
export const CUBE_LINES_LIMIT = 20_000_000;
const EVENT_PAGE = 1_000;
/** Facts taken in one by one when it catches up; after more than that the periods are read anew. */
const CATCH_UP_LIMIT = 100_000;
const EVENTS = ['cost.posted', 'allocation.updated'] as const;

const EMPTY: Segment = {
  direct: createLines(),
  placed: new Map(),
  unallocated: createLines(),
  unused: createLines(),
};

const linesOf = ({ direct, placed, unallocated, unused }: Segment): number =>
  direct.length +
  unallocated.length +
  unused.length +
  [...placed.values()].reduce((sum, { amounts }) => sum + amounts.length, 0);

/** What one snapshot brought; nothing of it is in memory until all of it was read. */
interface Brought {
  position: number;
  /** Every period there is. */
  periods: Period[];
  /** Too much happened to follow it: nothing that was in memory holds. */
  isAnew: boolean;
  posted: PostedLine[];
  segments: Map<Period, Segment>;
  toKeep: ToKeep | null;
}

async function readPeriods(tx: Transaction): Promise<Period[]> {
  const { rows } = await tx.query<{ code: Period }>('SELECT code FROM period ORDER BY code');
  return rows.map(({ code }) => code);
}

async function readEventsUntil(tx: Transaction, after: number, until: number): Promise<LoggedEvent[]> {
  const events: LoggedEvent[] = [];
  for (let from = after; from < until; ) {
    const page = await readEvents(tx, from, EVENT_PAGE, EVENTS);
    events.push(...page);
    from = page.length < EVENT_PAGE ? until : (page.at(-1)?.position ?? until);
  }
  return events;
}

export function createCostCube({ database, limitLines = CUBE_LINES_LIMIT, onEvicted, keep }: CubeOptions): CostCube {
  const dictionaries = createDictionaries();
  const receivers = createReceivers(dictionaries);
  const segments = new Map<Period, Segment>();
  /** How many answers under way need a period: those stay. */
  const needed = new Map<Period, number>();
  let position = 0;
  let periods: Period[] = [];
  let refreshing: Promise<void> | null = null;
  let keeping: Promise<void> = Promise.resolve();

  async function readAllocation(tx: Transaction, period: Period): Promise<Omit<Segment, 'direct'>> {
    const known = segments.get(period)?.placed ?? new Map<string, Placed>();
    return {
      placed: await readPlaced(tx, period, known, receivers),
      ...(await readUncarried(tx, period, dictionaries)),
    };
  }

  /** What happened to the periods in memory since `position`, and one period more; `tx` is a snapshot. */
  async function bring(tx: Transaction, missing: Period | undefined): Promise<Brought> {
    const until = await lastPosition(tx);
    const common = {
      position: until,
      periods: await readPeriods(tx),
      posted: [],
      segments: new Map<Period, Segment>(),
      toKeep: null,
    };
    const brought: Brought = { ...common, isAnew: false };
    const events = segments.size === 0 ? [] : await readEventsUntil(tx, position, until);
    const moved = new Set<Period>();
    const ids: number[] = [];
    for (const { type, payload } of events) {
      if (!('period' in payload) || !segments.has(payload.period)) continue;
      if (type === 'cost.posted' && 'factIds' in payload) for (const id of payload.factIds) ids.push(id);
      else moved.add(payload.period);
    }
    if (ids.length > CATCH_UP_LIMIT) return { ...brought, isAnew: true };
    brought.posted = await readPosted(tx, ids, dictionaries);
    for (const { period, isShared } of brought.posted) if (isShared) moved.add(period);
    for (const period of moved) {
      brought.segments.set(period, { ...(segments.get(period) ?? EMPTY), ...(await readAllocation(tx, period)) });
    }
    if (missing !== undefined) {
      const { lines: direct, toKeep } = await readDirect(tx, missing, dictionaries);
      brought.toKeep = toKeep;
      brought.segments.set(missing, { direct, ...(await readAllocation(tx, missing)) });
    }
    return brought;
  }

  function takeIn(brought: Brought): void {
    if (brought.isAnew) segments.clear();
    for (const line of brought.posted) {
      const segment = segments.get(line.period);
      if (segment && !line.isShared) line.addTo(segment.direct);
    }
    for (const [period, segment] of brought.segments) segments.set(period, segment);
    ({ position, periods } = brought);
    const { toKeep } = brought;
    if (toKeep) keepForNextStart(toKeep);
    makeRoom();
  }

  function keepForNextStart(toKeep: ToKeep): void {
    if (!keep || toKeep.to - toKeep.from < (keep.fromLines ?? KEPT_FROM_LINES)) return;
    keeping = keeping
      .then(() => keepDirect(database, toKeep, dictionaries))
      .catch((error: unknown) => keep.onFailed(error));
  }

  function makeRoom(): void {
    for (const period of segments.keys()) {
      if (lines() <= limitLines) return;
      if (needed.has(period)) continue;
      segments.delete(period);
      onEvicted?.();
    }
  }

  const lines = (): number => [...segments.values()].reduce((sum, segment) => sum + linesOf(segment), 0);

  /** One at a time: who comes while it runs waits for it and looks again. */
  function refresh(missing: Period | undefined): Promise<void> {
    refreshing ??= inSnapshot(database, (tx) => bring(tx, missing))
      .then(takeIn)
      .finally(() => {
        refreshing = null;
      });
    return refreshing;
  }

  const within = ({ from, to }: PeriodSpan): Period[] => periods.filter((period) => period >= from && period <= to);

  function need(span: readonly Period[], by: 1 | -1): void {
    for (const period of span) {
      const count = (needed.get(period) ?? 0) + by;
      if (count === 0) needed.delete(period);
      else needed.set(period, count);
    }
  }

  /** Gives back the periods of the span; they stay in memory until `need` takes that back. */
  async function makeReady(span: PeriodSpan): Promise<Period[]> {
    const target = await lastPosition(database);
    let held: Period[] = [];
    try {
      for (;;) {
        need(held, -1);
        held = within(span);
        need(held, 1);
        const missing = held.find((period) => !segments.has(period));
        if (missing === undefined && position >= target) return held;
        if (lines() > limitLines) {
          throw new Problem(
            'refused',
            `These periods hold more than ${limitLines} cost lines, as much as is kept in memory; ask for fewer periods`,
          );
        }
        await refresh(missing);
      }
    } catch (error) {
      need(held, -1);
      throw error;
    }
  }

  return {
    async ask(span, answer) {
      const held = await makeReady(span);
      const asked = new Map<Period, Segment>();
      for (const period of held) {
        const segment = segments.get(period) ?? EMPTY;
        asked.set(period, segment);
        // Used last, so let go last.
        segments.delete(period);
        segments.set(period, segment);
      }
      need(held, -1);
      return answer({ position, dictionaries, receivers, segments: asked });
    },
    lines,
    kept: () => keeping,
    bytes: () =>
      [...segments.values()].reduce(
        (sum, { direct, unallocated, unused, placed }) =>
          sum +
          direct.bytes() +
          unallocated.bytes() +
          unused.bytes() +
          [...placed.values()].reduce((own, p) => own + 12 * p.amounts.length, 0),
        receivers.lines.bytes(),
      ),
  };
}
