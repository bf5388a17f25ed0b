// Stores what the watch found: episodes with the states they came from in one transaction, who was heard and everybody's
// state from time to time. What could not be stored stays news.
import type { BaseLogger } from 'pino';
import type { Clock, EpochMs } from '../../contracts/time.ts';
import type { Database } from '../../db/database.ts';
import type { EpisodeNews } from '../core/episode-book.ts';
import type { QualityLimits } from './limits.ts';
import { recountGaps, snapshotOf, storeEpisodes, storeHeard, storeStates } from './quality-store.ts';
import type { WatchedDevice, WatchedDevices } from './watched-devices.ts';

export interface Keeper {
  /** News at once, the rest when it is time. */
  store(): Promise<void>;
  /** Everything, at the end. */
  storeAll(): Promise<void>;
}

export interface KeeperOptions {
  database: Database;
  devices: Pick<WatchedDevices, 'all'>;
  clock: Clock;
  limits: QualityLimits;
  log: BaseLogger;
}

interface Found {
  device: WatchedDevice;
  news: EpisodeNews[];
  gaps: EpochMs[];
}

export function createKeeper({ database, devices, clock, limits, log }: KeeperOptions): Keeper {
  /** Taken from the watch and not yet stored. */
  const pending = new Map<WatchedDevice, Found>();
  let heardStoredMs = clock.now();
  let statesStoredMs = heardStoredMs;

  function gather(): void {
    for (const device of devices.all()) {
      const gaps = device.watch.takeTouchedGaps();
      if (!device.watch.book.hasNews() && gaps.length === 0 && !device.isNew) continue;
      device.isNew = false;
      const found = pending.get(device) ?? { device, news: [], gaps: [] };
      found.news.push(...device.watch.book.take());
      found.gaps.push(...gaps);
      pending.set(device, found);
    }
  }

  async function storePending(): Promise<void> {
    // Taken anew for every page: a state goes with exactly the news it led to.
    for (gather(); pending.size > 0; gather()) {
      const page = [...pending.values()].slice(0, limits.storePage);
      const news = page.map(({ device: { id, code }, news: found }) => ({ id, code, news: found }));
      const snapshots = page.map(({ device }) => snapshotOf(device));
      await database.transaction(async (tx) => {
        await storeEpisodes(tx, news);
        for (const { device, gaps } of page) if (gaps.length > 0) await recountGaps(tx, device, gaps);
        await storeStates(tx, snapshots);
      });
      for (const { device } of page) pending.delete(device);
    }
  }

  const pagesOf = <T>(items: readonly T[]): T[][] =>
    Array.from({ length: Math.ceil(items.length / limits.storePage) }, (_, page) =>
      items.slice(page * limits.storePage, (page + 1) * limits.storePage),
    );

  async function storeWhoWasHeard(): Promise<void> {
    const heard = [...devices.all()].filter(({ isHeard }) => isHeard);
    for (const page of pagesOf(heard)) {
      for (const device of page) device.isHeard = false;
      await storeHeard(database, page.map(snapshotOf)).catch((error: unknown) => {
        for (const device of page) device.isHeard = true;
        throw error;
      });
    }
  }

  /** States with the growth of their open episodes. */
  async function storeChanged(): Promise<void> {
    const changed = [...devices.all()].filter(({ isChanged, state }) => isChanged || state.open.length > 0);
    for (const page of pagesOf(changed)) {
      for (const device of page) device.isChanged = false;
      const snapshots = page.map(snapshotOf);
      const grown = page.map(({ id, code, state }) => ({
        id,
        code,
        news: state.open.map((episode): EpisodeNews => ({ episode, news: 'grown' })),
      }));
      await database
        .transaction(async (tx) => {
          await storeEpisodes(tx, grown);
          await storeStates(tx, snapshots);
        })
        .catch((error: unknown) => {
          for (const device of page) device.isChanged = true;
          throw error;
        });
    }
  }

  return {
    async store() {
      await storePending();
      const nowMs = clock.now();
      if (nowMs - heardStoredMs >= limits.heardEveryMs) {
        heardStoredMs = nowMs;
        await storeWhoWasHeard();
      }
      if (nowMs - statesStoredMs >= limits.snapshotEveryMs) {
        statesStoredMs = nowMs;
        await storeChanged();
      }
    },
    async storeAll() {
      await storePending();
      await storeWhoWasHeard();
      await storeChanged();
      log.debug('the quality watch is stored');
    },
  };
}
