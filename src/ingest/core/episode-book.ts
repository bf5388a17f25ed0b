// The open episodes of a device and which of them have news to store: opened or closed at once, grown when convenient.
import type { EpochMs } from '../../contracts/time.ts';
import type { QualityKind } from '../../contracts/quality.ts';
import type { DeviceWatch, Episode } from './quality-state.ts';

export interface EpisodeNews {
  episode: Episode;
  news: 'opened' | 'grown' | 'closed' | 'found';
}

export interface EpisodeBook {
  find(kind: QualityKind, metric: string): Episode | undefined;
  open(kind: QualityKind, metric: string, openedMs: EpochMs, evidence: Episode['evidence']): Episode;
  close(episode: Episode, closedMs: EpochMs): void;
  /** An episode that is over when it is found: a gap, a step of a clock. */
  add(episode: Episode): void;
  /** Episodes with news since the last call. */
  take(): EpisodeNews[];
  hasNews(): boolean;
}

export function createEpisodeBook(state: DeviceWatch): EpisodeBook {
  let news: EpisodeNews[] = [];
  return {
    find(kind, metric) {
      for (const episode of state.open) if (episode.kind === kind && episode.metric === metric) return episode;
      return undefined;
    },
    open(kind, metric, openedMs, evidence) {
      const episode: Episode = { kind, metric, openedMs, lastMs: openedMs, closedMs: null, n: 0, evidence };
      state.open.push(episode);
      news.push({ episode, news: 'opened' });
      return episode;
    },
    close(episode, closedMs) {
      episode.closedMs = Math.max(closedMs, episode.openedMs);
      state.open = state.open.filter((one) => one !== episode);
      news.push({ episode, news: 'closed' });
    },
    add: (episode) => void news.push({ episode, news: 'found' }),
    take() {
      const taken = news;
      news = [];
      return taken;
    },
    hasNews: () => news.length > 0,
  };
}
